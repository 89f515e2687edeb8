package verdict

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Two normal distributions of deviation 1 have a log likelihood ratio that is
// linear in the score: slope the distance of the means.
func TestFitLRFindsTheRatioOfNormals(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var yes, no []float64
	for range 4000 {
		yes, no = append(yes, 2+rng.NormFloat64()), append(no, rng.NormFloat64())
	}
	s := FitLR(yes, no[:1000]) // the numbers of each kind must not matter
	if math.Abs(s.Slope-2) > 0.2 || math.Abs(s.Offset+2) > 0.2 {
		t.Errorf("log LR = %.2f·x %+.2f, want 2·x - 2", s.Slope, s.Offset)
	}
	if s.Most != 3 {
		t.Errorf("largest log LR %.2f from 1000 clips, want 3", s.Most)
	}
}

func TestFitLROfSeparateScoresIsBounded(t *testing.T) {
	s := FitLR([]float64{5, 6, 7, 8}, []float64{-5, -6, -7})
	if math.IsNaN(s.Slope) || s.Slope <= 0 {
		t.Fatalf("slope %v", s.Slope)
	}
	for _, x := range []float64{-1e9, -5, 0, 5, 1e9} {
		if l := s.Of(x); math.Abs(l) > math.Log10(3)+1e-9 {
			t.Errorf("log LR %.2f of %v, more than 3 clips can bear out", l, x)
		}
	}
}

func TestAnUnfittedScaleSaysNothing(t *testing.T) {
	for name, s := range map[string]LRScale{"zero": {}, "one clip": FitLR([]float64{1}, []float64{2, 3})} {
		if l := s.Of(7); l != 0 {
			t.Errorf("%s: log LR %v, want 0", name, l)
		}
		if v := Verbal(s.Of(7)); v != "no support" {
			t.Errorf("%s: %q", name, v)
		}
	}
	if l := (LRScale{Slope: 1, Most: 2}).Of(math.NaN()); !math.IsNaN(l) {
		t.Errorf("log LR %v of no score, want NaN", l)
	}
}

func TestVerbalScale(t *testing.T) {
	for lr, want := range map[float64]string{1: "no support", 1.9: "no support", 2: "weak support", 9.9: "weak support", 10: "moderate support",
		100: "moderately strong support", 1e3: "strong support", 1e4: "very strong support", 1e6: "extremely strong support"} {
		if got := Verbal(math.Log10(lr)); got != want {
			t.Errorf("a ratio of %g: %q, want %q", lr, got, want)
		}
		if got := Verbal(-math.Log10(lr)); got != want {
			t.Errorf("a ratio of 1/%g: %q, want %q", lr, got, want)
		}
	}
	if got := Verbal(math.NaN()); got != "no support" {
		t.Errorf("no ratio: %q", got)
	}
}

func TestScalesSurviveTheWeightsFile(t *testing.T) {
	want := Scales{Mismatch: LRScale{1, -2, 1.5}, Segment: LRScale{2, -1, 1}, Motion: LRScale{.3, .1, 2}, Change: LRScale{1.5, -7, 2}}
	if got := NewScales(want.Calibration()); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := NewScales(nil); got != (Scales{}) {
		t.Errorf("of nothing: %+v", got)
	}
}
