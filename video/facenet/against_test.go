package facenet

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/video/facemodel"
)

// TestAgainstReference compares package facenet's tensors with those of the plain reference: the
// output tensor of every layer, then the network's outputs alone, with which facenet stores only a
// few rows of wide tensors.
func TestAgainstReference(t *testing.T) {
	tests := []struct {
		name          string
		file          func() ([]byte, error)
		load          func() ([]facemodel.Layer, []int, error)
		scale, offset float64
	}{
		{"landmark", facemodel.Landmark, facemodel.LandmarkLayers, 1.0 / 255, 0},
		{"detector", facemodel.Detector, facemodel.DetectorLayers, 1 / 127.5, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ref := readReference(t, tt.file)
			layers, outputs, err := tt.load()
			if err != nil {
				t.Fatal(err)
			}
			pixels := pattern(layers[0].InShape[0])
			input := make([]float64, len(pixels))
			for i, v := range pixels {
				input[i] = float64(v)*tt.scale + tt.offset
			}
			ref.run(t, input)
			var ends []int
			for _, l := range layers {
				ends = append(ends, l.Out)
			}
			for _, tensors := range [][]int{ends, outputs} {
				net, err := New(layers, tensors...)
				if err != nil {
					t.Fatal(err)
				}
				defer net.Close()
				got, err := net.Run(pixels, float32(tt.scale), float32(tt.offset))
				if err != nil {
					t.Fatal(err)
				}
				compare(t, ref, tensors, got)
			}
		})
	}
}

// pattern returns a picture (side, side, 3) of 17 x 17 patches of random colour. Pure noise
// would average out and test little.
func pattern(side int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var grid [17][17][3]byte
	for y := range grid {
		for x := range grid[y] {
			for c := range 3 {
				grid[y][x][c] = byte(rng.IntN(256))
			}
		}
	}
	var pixels []byte
	for y := range side {
		for x := range side {
			pixels = append(pixels, grid[y*17/side][x*17/side][:]...)
		}
	}
	return pixels
}

// compare checks got, the given tensors one after the other, against the reference. The
// tolerance is 1e-5 of each tensor's largest magnitude.
func compare(t *testing.T, ref *refGraph, tensors []int, got []float32) {
	t.Helper()
	worst := 0.0
	for _, i := range tensors {
		want := ref.tensors[i]
		if len(want.values) > len(got) {
			t.Fatalf("tensor %d: %d numbers are left, want %d", i, len(got), len(want.values))
		}
		most := 0.0
		for _, v := range want.values {
			most = math.Max(most, math.Abs(v))
		}
		for k, v := range want.values {
			d := math.Abs(float64(got[k])-v) / most
			worst = math.Max(worst, d)
			if !(d <= 1e-5) {
				t.Fatalf("tensor %d %v at %d: got %g, want %g (largest %g)", i, want.shape, k, got[k], v, most)
			}
		}
		got = got[len(want.values):]
	}
	if len(got) != 0 {
		t.Errorf("%d numbers too many", len(got))
	}
	t.Logf("%d tensors, largest difference %.2g of the tensor's largest number", len(tensors), worst)
}
