package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

// The log-likelihood ratio of two normal distributions with deviation 1 is linear in the score;
// its slope is the difference of the means.
func TestFitLRFindsTheRatioOfNormals(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var yes, no []float64
	for range 4000 {
		yes, no = append(yes, 2+rng.NormFloat64()), append(no, rng.NormFloat64())
	}
	s := fitLR(yes, no[:1000]) // the ratio of the numbers of scores must not matter
	if math.Abs(s.Slope-2) > 0.2 || math.Abs(s.Offset+2) > 0.2 {
		t.Errorf("log LR = %.2f·x %+.2f, want 2·x - 2", s.Slope, s.Offset)
	}
	if s.MaxLogLR != 3 {
		t.Errorf("largest log LR %.2f from 1000 clips, want 3", s.MaxLogLR)
	}
}

// The reference values were computed by Newton's method with the 2×2 system solved in closed form.
func TestFitLRAgainstKnownValues(t *testing.T) {
	for name, tt := range map[string]struct {
		yes, no       []float64
		slope, offset float64
	}{
		"overlapping": {[]float64{1, 2, 3, .5}, []float64{-1, 0, 1.5}, 1.315733315215, -1.172695827125},
		"separable":   {[]float64{5, 6, 7, 8}, []float64{-5, -6, -7}, 1.183029295810, -0.133939406146},
		"distant":     {[]float64{21, 23, 22}, []float64{20, 22.5, 19, 20}, 1.127920755234, -23.926811412654},
	} {
		s := fitLR(tt.yes, tt.no)
		if math.Abs(s.Slope-tt.slope) > 1e-9 || math.Abs(s.Offset-tt.offset) > 1e-9 {
			t.Errorf("%s: slope %.12f, offset %.12f, want %.12f, %.12f", name, s.Slope, s.Offset, tt.slope, tt.offset)
		}
	}
}

func TestFitLROfSeparableScoresIsBounded(t *testing.T) {
	s := fitLR([]float64{5, 6, 7, 8}, []float64{-5, -6, -7})
	if math.IsNaN(s.Slope) || s.Slope <= 0 {
		t.Fatalf("slope %v", s.Slope)
	}
	for _, x := range []float64{-1e9, -5, 0, 5, 1e9} {
		if l := s.LogLR(x); math.Abs(l) > math.Log10(3)+1e-9 {
			t.Errorf("log LR %.2f at score %v, want at most log10(3)", l, x)
		}
	}
}

func TestFitLROfOneClipIsZero(t *testing.T) {
	if s := fitLR([]float64{1}, []float64{2, 3}); s != (verdict.LRScale{}) {
		t.Errorf("got %+v, want the zero value", s)
	}
}
