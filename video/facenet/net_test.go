package facenet

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/video/facemodel"
)

// plain computes a layer step by step in float64. in is (height, width, channels).
func plain(l *facemodel.Layer, in []float64) []float64 {
	h, w, c := l.InShape[0], l.InShape[1], l.InShape[2]
	oh, ow, oc := l.OutShape[0], l.OutShape[1], l.OutShape[2]
	at := func(y, x, k int) float64 {
		if y < 0 || x < 0 || y >= h || x >= w {
			return 0
		}
		return in[(y*w+x)*c+k]
	}
	var out []float64
	for y := range oh {
		for x := range ow {
			var seen []float64
			switch {
			case l.Window > 1:
				for p := range l.Window * l.Window {
					for k := range c {
						seen = append(seen, at(y*l.Stride-l.Pad+p/l.Window, x*l.Stride-l.Pad+p%l.Window, k))
					}
				}
			case l.Depth != nil:
				for k := range c {
					sum := float64(l.DepthBias[k])
					for p := range 9 {
						sum += float64(l.Depth[p*c+k]) * at(y*l.Stride-l.Pad+p/3, x*l.Stride-l.Pad+p%3, k)
					}
					seen = append(seen, sum)
				}
			default:
				for k := range c {
					seen = append(seen, at(y, x, k))
				}
			}
			for k := range oc {
				sum := float64(l.PointBias[k])
				for i, v := range seen {
					sum += v * float64(l.Point[i*oc+k])
				}
				switch {
				case l.Skip == facemodel.SkipSame && k < c:
					sum += at(y, x, k)
				case l.Skip == facemodel.SkipPool && k < c:
					sum += max(at(2*y, 2*x, k), at(2*y, 2*x+1, k), at(2*y+1, 2*x, k), at(2*y+1, 2*x+1, k))
				}
				if l.Slope != nil && sum < 0 {
					sum *= float64(l.Slope[k])
				}
				out = append(out, sum)
			}
		}
	}
	return out
}

// A maker draws random constants.
type maker struct{ *rand.Rand }

func (m maker) floats(n int, scale float64) []float32 {
	s := make([]float32, n)
	for i := range s {
		s[i] = float32(scale * m.NormFloat64())
	}
	return s
}

func (m maker) fill(l facemodel.Layer, depth, slope bool) facemodel.Layer {
	in, out := l.InShape[2], l.OutShape[2]
	l.Window = max(l.Window, 1)
	sums := l.Window * l.Window * in
	if depth {
		l.Depth, l.DepthBias = m.floats(9*in, .3), m.floats(in, .3)
	}
	if slope {
		l.Slope = m.floats(out, .3)
	}
	l.Point, l.PointBias = m.floats(sums*out, 1/math.Sqrt(float64(sums))), m.floats(out, .3)
	return l
}

// made returns a small network with every kind of layer. The widths are not multiples of a
// tile, and some tensors are wide enough to store only a few rows.
func made() []facemodel.Layer {
	m := maker{rand.New(rand.NewPCG(3, 4))}
	return []facemodel.Layer{
		m.fill(facemodel.Layer{In: 0, Out: 1, InShape: [3]int{40, 56, 3}, OutShape: [3]int{20, 28, 16}, Stride: 2, Window: 3}, false, true),
		m.fill(facemodel.Layer{In: 1, Out: 2, InShape: [3]int{20, 28, 16}, OutShape: [3]int{20, 28, 16}, Stride: 1, Pad: 1, Skip: facemodel.SkipSame}, true, true),
		m.fill(facemodel.Layer{In: 2, Out: 3, InShape: [3]int{20, 28, 16}, OutShape: [3]int{10, 14, 48}, Stride: 2, Skip: facemodel.SkipPool}, true, true),
		m.fill(facemodel.Layer{In: 3, Out: 4, InShape: [3]int{10, 14, 48}, OutShape: [3]int{10, 14, 32}, Stride: 1}, false, false),
		m.fill(facemodel.Layer{In: 4, Out: 5, InShape: [3]int{10, 14, 32}, OutShape: [3]int{5, 7, 32}, Stride: 2, Skip: facemodel.SkipPool}, true, true),
		m.fill(facemodel.Layer{In: 5, Out: 6, InShape: [3]int{5, 7, 32}, OutShape: [3]int{1, 2, 37}, Stride: 3, Window: 3}, false, false),
		// The input through a 5x5 window, and channel counts that are not multiples of a
		// vector.
		m.fill(facemodel.Layer{In: 0, Out: 7, InShape: [3]int{40, 56, 3}, OutShape: [3]int{20, 28, 10}, Stride: 2, Pad: 1, Window: 5}, false, true),
		m.fill(facemodel.Layer{In: 7, Out: 8, InShape: [3]int{20, 28, 10}, OutShape: [3]int{20, 28, 18}, Stride: 1, Pad: 1, Skip: facemodel.SkipSame}, true, true),
		m.fill(facemodel.Layer{In: 8, Out: 9, InShape: [3]int{20, 28, 18}, OutShape: [3]int{20, 28, 20}, Stride: 1, Pad: 1}, true, true),
		m.fill(facemodel.Layer{In: 9, Out: 10, InShape: [3]int{20, 28, 20}, OutShape: [3]int{20, 28, 2}, Stride: 1}, false, false),
	}
}

func TestRun(t *testing.T) {
	layers := made()
	rng := rand.New(rand.NewPCG(5, 6))
	pixels := make([]byte, 40*56*3)
	values := make([]float64, len(pixels))
	const scale, offset = 1.0 / 127, -1
	for i := range pixels {
		pixels[i] = byte(rng.IntN(256))
		values[i] = float64(pixels[i])*scale + offset
	}
	tensors := map[int][]float64{0: values}
	var all []int
	for i := range layers {
		l := &layers[i]
		tensors[l.Out] = plain(l, tensors[l.In])
		all = append(all, l.Out)
	}
	// Output tensors are stored whole, other wide ones a few rows at a time.
	for _, test := range []struct {
		name    string
		outputs []int
	}{{"all", all}, {"last", []int{6, 10}}} {
		var want []float64
		for _, i := range test.outputs {
			want = append(want, tensors[i]...)
		}
		for _, lanes := range widths() {
			t.Run(fmt.Sprintf("%s/%d", test.name, lanes), func(t *testing.T) {
				n, err := newNet(layers, test.outputs, lanes)
				if err != nil {
					t.Fatal(err)
				}
				defer n.Close()
				for range 2 { // the second run must not depend on the first
					got, err := n.Run(pixels, scale, offset)
					if err != nil {
						t.Fatal(err)
					}
					if len(got) != len(want) {
						t.Fatalf("got %d numbers, want %d", len(got), len(want))
					}
					for i, v := range got {
						if math.Abs(float64(v)-want[i]) > 1e-4 {
							t.Fatalf("got %g at %d, want %g", v, i, want[i])
						}
					}
				}
			})
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(layers []facemodel.Layer)
	}{
		{"too few weights", func(l []facemodel.Layer) { l[1].Point = l[1].Point[1:] }},
		{"too few slopes", func(l []facemodel.Layer) { l[1].Slope = l[1].Slope[1:] }},
		{"shapes that differ between layers", func(l []facemodel.Layer) { l[2].InShape[0]++ }},
		{"a window that reaches past the border", func(l []facemodel.Layer) { l[1].Pad = 2 }},
		{"a window over padded channels", func(l []facemodel.Layer) {
			m := maker{rand.New(rand.NewPCG(1, 1))}
			l[9].Window, l[9].Pad = 3, 1
			l[9] = m.fill(l[9], false, false)
		}},
		{"no window", func(l []facemodel.Layer) { l[3].Window = 0 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			layers := made()
			test.change(layers)
			if n, err := New(layers, 6); err == nil {
				n.Close()
				t.Error("got no error")
			}
		})
	}
	if n, err := New(made(), 99); err == nil {
		n.Close()
		t.Error("got no error for an output that does not exist")
	}
	n, err := New(made(), 6)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if _, err := n.Run(make([]byte, 5), 1, 0); err == nil {
		t.Error("got no error for a picture of 5 bytes")
	}
}

func BenchmarkRun(b *testing.B) {
	for _, network := range []struct {
		name string
		load func() ([]facemodel.Layer, []int, error)
	}{{"mesh", facemodel.LandmarkLayers}, {"detector", facemodel.DetectorLayers}} {
		layers, outputs, err := network.load()
		if err != nil {
			b.Skip(err)
		}
		s := layers[0].InShape
		pixels := make([]byte, s[0]*s[1]*s[2])
		for i := range pixels {
			pixels[i] = byte(i * 7)
		}
		for _, lanes := range widths() {
			b.Run(fmt.Sprintf("%s/%d", network.name, lanes), func(b *testing.B) {
				n, err := newNet(layers, outputs, lanes)
				if err != nil {
					b.Fatal(err)
				}
				defer n.Close()
				for b.Loop() {
					if _, err := n.Run(pixels, 1.0/255, 0); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
