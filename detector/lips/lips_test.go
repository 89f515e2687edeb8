package lips

import (
	"math"
	"testing"
)

// mouth is a face whose lips open by gap and whose chin follows by follow of it.
func mouth(gap, follow float32) []float32 {
	p := make([]float32, 2*points)
	for i := range points {
		p[2*i], p[2*i+1] = middle, middle
	}
	p[2*leftCorner], p[2*rightCorner] = middle-20, middle+20
	p[2*innerLower+1] += gap
	p[2*lowerEdge+1] += 5 + gap
	p[2*chinTip+1] += 30 + follow*gap
	return p
}

func trace(n int, gap func(i int) float64, follow float32) *Trace {
	t := new(Trace)
	for i := range n {
		t.Add(mouth(float32(gap(i)), follow), 60, 0)
	}
	return t
}

func wave(period, size float64) func(int) float64 {
	return func(i int) float64 { return size * (1 + math.Sin(2*math.Pi*float64(i)/period)) }
}

func TestJerkDoesNotDependOnSize(t *testing.T) {
	small, large := trace(Window, wave(10, 3), 1).Describe(0), trace(Window, wave(10, 9), 1).Describe(0)
	if large[4*gap] <= small[4*gap]+1 {
		t.Errorf("deviation of the gap: %.2f for large motion, %.2f for small", large[4*gap], small[4*gap])
	}
	for k := 1; k < 4; k++ {
		if d := math.Abs(float64(large[4*gap+k] - small[4*gap+k])); d > 0.01 {
			t.Errorf("derivative %d differs by %.3f between sizes", k, d)
		}
	}
}

func TestQuickMotionIsJerkier(t *testing.T) {
	slow, quick := trace(Window, wave(25, 5), 1).Describe(0), trace(Window, wave(5, 5), 1).Describe(0)
	for k := 1; k < 4; k++ {
		if quick[4*gap+k] <= slow[4*gap+k] {
			t.Errorf("derivative %d: %.2f for quick motion, %.2f for slow", k, quick[4*gap+k], slow[4*gap+k])
		}
	}
}

func TestChinThatDoesNotFollow(t *testing.T) {
	const chinFollows = 4 * numbers
	if c := trace(Window, wave(10, 5), 1).Describe(0)[chinFollows]; c < .99 {
		t.Errorf("correlation %.2f of a chin that follows", c)
	}
	if c := trace(Window, wave(10, 5), 0).Describe(0)[chinFollows]; c != 0 {
		t.Errorf("correlation %.2f of a chin that rests", c)
	}
}

func TestDescribeNeedsEveryMouth(t *testing.T) {
	x := trace(Window, wave(10, 5), 1)
	x.Skip()
	for range Window {
		x.Add(mouth(3, 1), 60, 0)
	}
	for first, want := range map[int]bool{-1: false, 0: true, 1: false, Window: false, Window + 1: true, Window + 2: false} {
		d := x.Describe(first)
		if (d != nil) != want {
			t.Errorf("from frame %d: described %v, want %v", first, d != nil, want)
		}
		if d != nil && len(d) != Signs {
			t.Errorf("%d signs, want %d", len(d), Signs)
		}
		for i, v := range d {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Errorf("sign %d is %v", i, v)
			}
		}
	}
}
