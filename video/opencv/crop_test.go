package opencv

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// plainCrop is a reference for Crop in float64: a Gaussian over the whole picture at scales
// below blurBelow, then bilinear interpolation.
func plainCrop(p *video.Picture, a video.Affine) [video.CropSize * video.CropSize]float64 {
	at := func(x, y int) float64 {
		x, y = max(0, min(p.Width-1, x)), max(0, min(p.Height-1, y))
		return float64(p.Y[y*p.Width+x])
	}
	if shrink := math.Abs(a.A*a.E - a.B*a.D); shrink*blurBelow*blurBelow > 1 {
		at = plainBlur(at, p.Width, p.Height, math.Sqrt(shrink-1)/2)
	}
	var out [video.CropSize * video.CropSize]float64
	for i := range out {
		cx, cy := float64(i%video.CropSize)+.5, float64(i/video.CropSize)+.5
		x, y := a.A*cx+a.B*cy+a.C-.5, a.D*cx+a.E*cy+a.F-.5
		x0, y0 := int(math.Floor(x)), int(math.Floor(y))
		fx, fy := x-float64(x0), y-float64(y0)
		out[i] = (1-fy)*((1-fx)*at(x0, y0)+fx*at(x0+1, y0)) + fy*((1-fx)*at(x0, y0+1)+fx*at(x0+1, y0+1))
	}
	return out
}

func plainBlur(at func(x, y int) float64, width, height int, sigma float64) func(x, y int) float64 {
	reach := int(math.Ceil(4 * sigma))
	kernel, sum := make([]float64, 2*reach+1), 0.0
	for i := range kernel {
		kernel[i] = math.Exp(-float64((i-reach)*(i-reach)) / (2 * sigma * sigma))
		sum += kernel[i]
	}
	rows, both := make([]float64, width*height), make([]float64, width*height)
	for i := range rows {
		for k, v := range kernel {
			rows[i] += v / sum * at(i%width+k-reach, i/width)
		}
	}
	for i := range both {
		for k, v := range kernel {
			y := max(0, min(height-1, i/width+k-reach))
			both[i] += v / sum * rows[y*width+i%width]
		}
	}
	return func(x, y int) float64 {
		return both[max(0, min(height-1, y))*width+max(0, min(width-1, x))]
	}
}

func TestCropAgainstPlain(t *testing.T) {
	f := new(Finder) // Crop needs no network
	tests := []struct {
		name string
		a    video.Affine
		tol  float64 // grey levels; OpenCV rounds positions to 1/32 pixel
	}{
		{"pixel for pixel", video.Affine{A: 1, E: 1, C: 20, F: 30}, .01},
		{"shifted by half a pixel", video.Affine{A: 1, E: 1, C: 20.5, F: 30.5}, .51},
		{"rotated", video.Affine{A: .98, B: -.2, C: 60, D: .2, E: .98, F: 20}, 9},
		{"magnified", video.Affine{A: .3, E: .3, C: 50.2, F: 70.7}, 9},
		{"mirrored", video.Affine{A: -1, E: 1, C: 140, F: 30}, .01},
		{"beyond the corner", video.Affine{A: 1, E: 1, C: -40, F: -50}, .01},
		{"shrunk without blur", video.Affine{A: 1.5, E: 1.5, C: 3.1, F: 4.2}, 9},
		{"shrunk with blur", video.Affine{A: 2, B: .1, C: -3, D: -.1, E: 2, F: 5}, 3},
		{"shrunk fourfold, beyond the edges", video.Affine{A: 4, E: 4, C: -80, F: -90}, 3},
		{"wholly outside", video.Affine{A: 2, E: 2, C: 900, F: 900}, 130},
	}
	p := noise(200, 180, 7)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got video.Crop
			if err := f.Crop(p, tt.a, &got); err != nil {
				t.Fatal(err)
			}
			worst := 0.0
			for i, want := range plainCrop(p, tt.a) {
				worst = math.Max(worst, math.Abs(float64(got[i])-want))
			}
			if worst > tt.tol {
				t.Errorf("differs from the plain crop by up to %.2f grey levels, want at most %.2f", worst, tt.tol)
			}
		})
	}
}

func TestCropLeavesPictureAlone(t *testing.T) {
	p, same := noise(200, 180, 7), noise(200, 180, 7)
	var c video.Crop
	if err := new(Finder).Crop(p, video.Affine{A: 2, E: 2}, &c); err != nil {
		t.Fatal(err)
	}
	if string(p.Y) != string(same.Y) {
		t.Error("Crop wrote to the picture")
	}
}

func TestBadInput(t *testing.T) {
	f := newFinder(t)
	good := func() *video.Picture { return noise(64, 48, 1) }
	nan, inf := math.NaN(), math.Inf(1)
	pictures := []struct {
		name    string
		corrupt func(*video.Picture)
	}{
		{"short Y plane", func(p *video.Picture) { p.Y = p.Y[1:] }},
		{"no U plane", func(p *video.Picture) { p.U = nil }},
		{"long V plane", func(p *video.Picture) { p.V = append(p.V, 0) }},
		{"odd width", func(p *video.Picture) { p.Width-- }},
		{"zero size", func(p *video.Picture) { p.Width, p.Height = 0, 0 }},
		{"negative size", func(p *video.Picture) { p.Width, p.Height = -64, -48 }},
		{"huge size", func(p *video.Picture) { p.Width = 1 << 30 }},
	}
	region := video.Region{Center: video.Point{X: 30, Y: 20}, Side: 40}
	var c video.Crop
	for _, tt := range pictures {
		t.Run(tt.name, func(t *testing.T) {
			p := good()
			tt.corrupt(p)
			if _, err := f.Detect(p, true); err == nil {
				t.Error("Detect returned no error")
			}
			if _, err := f.Mesh(p, region); err == nil {
				t.Error("Mesh returned no error")
			}
			if err := f.Crop(p, video.Affine{A: 1, E: 1}, &c); err == nil {
				t.Error("Crop returned no error")
			}
		})
	}
	for _, r := range []video.Region{{}, {Side: nan}, {Side: inf}, {Side: -5}, {Side: 9, Angle: nan},
		{Side: 9, Center: video.Point{X: inf}}} {
		if _, err := f.Mesh(good(), r); err == nil {
			t.Errorf("Mesh of region %+v: no error", r)
		}
	}
	for _, a := range []video.Affine{{}, {A: nan, E: 1}, {A: 1, E: 1, C: inf}, {A: 1, B: 1, D: 1, E: 1}} {
		if err := f.Crop(good(), a, &c); err == nil {
			t.Errorf("Crop of %+v: no error", a)
		}
	}
}
