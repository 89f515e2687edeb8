package opencv

import (
	"image"
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// one returns the face of a picture, and fails the test unless there is exactly one.
func one(t *testing.T, f *Finder, p *video.Picture, tiles bool) video.Face {
	t.Helper()
	faces, err := f.Detect(p, tiles)
	if err != nil {
		t.Fatal(err)
	}
	if len(faces) != 1 {
		t.Fatalf("%d faces, want 1: %+v", len(faces), faces)
	}
	return faces[0]
}

// regionOf returns the region for the first mesh of a detected face.
func regionOf(face video.Face) video.Region {
	b, k := face.Box, face.Keys
	return video.Region{
		Center: video.Point{X: b.X + b.W/2, Y: b.Y + b.H/2},
		Side:   1.5 * max(b.W, b.H),
		Angle:  math.Atan2(k[1].Y-k[0].Y, k[1].X-k[0].X),
	}
}

// near reports an error if two points are more than tol pixels apart.
func near(t *testing.T, what string, got, want video.Point, tol float64) {
	t.Helper()
	if d := math.Hypot(got.X-want.X, got.Y-want.Y); !(d <= tol) {
		t.Errorf("%s at %.1f, want %.1f: %.2f pixels off", what, got, want, d)
	}
}

// TestDetectFindsTheSameFace puts one face into pictures of several sizes and at several
// positions. The key points must match those found in the clip's own frame.
func TestDetectFindsTheSameFace(t *testing.T) {
	f := newFinder(t)
	alone := one(t, f, frame(t, 256, 256, 256, 0, 0), false)
	tests := []struct {
		name                string
		width, height, side int
		x, y                int
		tiles               bool
		tol                 float64 // share of the eye distance
	}{
		{"wide", 640, 256, 256, 200, 0, false, .15},
		{"tall", 256, 480, 256, 0, 120, false, .15},
		{"720p, large", 1280, 720, 600, 300, 60, false, .15},
		{"small in 720p, needs tiles", 1280, 720, 130, 1000, 500, true, .2},
		{"smaller than the network's input", 96, 96, 96, 0, 0, false, .15},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := one(t, f, frame(t, tt.width, tt.height, tt.side, tt.x, tt.y), tt.tiles)
			s := float64(tt.side) / 256
			eyes := s * math.Hypot(alone.Keys[1].X-alone.Keys[0].X, alone.Keys[1].Y-alone.Keys[0].Y)
			for k, want := range alone.Keys[:4] {
				want = video.Point{X: want.X*s + float64(tt.x), Y: want.Y*s + float64(tt.y)}
				near(t, "key point", got.Keys[k], want, tt.tol*eyes)
			}
		})
	}
}

func TestDetectFindsNothing(t *testing.T) {
	f := newFinder(t)
	for name, p := range map[string]*video.Picture{
		"a ramp": ramp(640, 480), "two pixels": noise(2, 2, 3), "a line": noise(1000, 2, 3),
	} {
		if faces, err := f.Detect(p, true); err != nil || len(faces) != 0 {
			t.Errorf("%s: faces %v, error %v", name, faces, err)
		}
	}
}

// ramp returns a picture that is dark on the left and light on the right.
func ramp(width, height int) *video.Picture {
	p := noise(width, height, 1)
	for i := range p.Y {
		p.Y[i] = byte(16 + 200*(i%width)/width)
	}
	for i := range p.U {
		p.U[i], p.V[i] = blackUV, blackUV
	}
	return p
}

func TestTiles(t *testing.T) {
	for _, size := range []image.Point{{1280, 720}, {720, 1280}, {640, 640}, {322, 258}, {128, 96}, {4096, 130}} {
		bounds := image.Rectangle{Max: size}
		tiles := tile(size.X, size.Y)
		for _, r := range tiles {
			if !r.In(bounds) || r.Dx() != r.Dy() || r.Min.X%2 != 0 || r.Min.Y%2 != 0 || r.Dx()%2 != 0 {
				t.Errorf("%v: tile %v is outside, not square or has odd coordinates", size, r)
			}
		}
		// A face of a quarter of the shorter side lies wholly inside some tile.
		part := min(size.X, size.Y) / 4
		if part < minTile/2 {
			continue
		}
		for y := 0; y+part <= size.Y; y += 7 {
			for x := 0; x+part <= size.X; x += 7 {
				face, in := image.Rect(x, y, x+part, y+part), false
				for _, r := range tiles {
					in = in || face.In(r)
				}
				if !in {
					t.Fatalf("%v: no tile holds %v", size, face)
				}
			}
		}
	}
}

func TestLetterbox(t *testing.T) {
	tests := []struct {
		from image.Point
		want image.Rectangle
	}{
		{image.Pt(1280, 720), image.Rect(0, 28, 128, 100)},
		{image.Pt(720, 1280), image.Rect(28, 0, 100, 128)},
		{image.Pt(50, 50), image.Rect(0, 0, 128, 128)},
		{image.Pt(10000, 2), image.Rect(0, 62, 128, 64)},
	}
	for _, tt := range tests {
		if got := letterbox(tt.from, 128); got != tt.want {
			t.Errorf("letterbox(%v) = %v, want %v", tt.from, got, tt.want)
		}
	}
}

func TestFuseAndMerge(t *testing.T) {
	at := func(x, y, side, score float64) video.Face {
		return video.Face{Box: video.Box{X: x, Y: y, W: side, H: side}, Score: score}
	}
	near := []video.Face{at(0, 0, 100, .6), at(10, 0, 100, .9), at(300, 0, 50, .7)}
	fused := fuse(append([]video.Face(nil), near...))
	if len(fused) != 2 || fused[0].Score != .9 || fused[1] != near[2] {
		t.Fatalf("fused to %+v", fused)
	}
	if want := (.6*0 + .9*10) / 1.5; math.Abs(fused[0].Box.X-want) > 1e-9 || math.Abs(fused[0].Box.W-100) > 1e-9 {
		t.Errorf("fused box is %+v, want X %g", fused[0].Box, want)
	}
	// The box of a face cut by a tile lies inside the box of the whole face.
	cut := at(0, 0, 40, .95)
	if got := merge([]video.Face{at(0, 0, 100, .9), at(300, 0, 50, .7), cut}); len(got) != 2 || got[0] != cut {
		t.Errorf("merged to %+v", got)
	}
}
