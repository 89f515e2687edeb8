package opencv

import (
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// benchmarkPicture returns a Finder and a 720p picture with a face of half its height.
func benchmarkPicture(b *testing.B) (*Finder, *video.Picture) {
	return newFinder(b), frame(b, 1280, 720, 720, 280, 0)
}

func BenchmarkMesh(b *testing.B) {
	f, p := benchmarkPicture(b)
	r := video.Region{Center: video.Point{X: 640, Y: 380}, Side: 500, Angle: .1}
	for b.Loop() {
		if _, err := f.Mesh(p, r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMeshInput measures Mesh without the network: warp and conversion to RGB.
func BenchmarkMeshInput(b *testing.B) {
	f, p := benchmarkPicture(b)
	a := regionAffine(video.Region{Center: video.Point{X: 640, Y: 380}, Side: 500, Angle: .1}, float64(f.mesh.side))
	for b.Loop() {
		if err := f.mesh.warp(p, a, 0); err != nil {
			b.Fatal(err)
		}
		if err := f.mesh.colour(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDetect(b *testing.B) {
	for name, tiles := range map[string]bool{"whole": false, "tiles": true} {
		b.Run(name, func(b *testing.B) {
			f, p := benchmarkPicture(b)
			for b.Loop() {
				if _, err := f.Detect(p, tiles); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCrop(b *testing.B) {
	for name, scale := range map[string]float64{"plain": 1.3, "blurred": 2.3} {
		b.Run(name, func(b *testing.B) {
			f, p := benchmarkPicture(b)
			var c video.Crop
			a := video.Affine{A: scale, B: .1, C: 500, D: -.1, E: scale, F: 300}
			for b.Loop() {
				if err := f.Crop(p, a, &c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
