package verdict

import (
	"math"
	"testing"
)

func TestZeroScaleIsNeutral(t *testing.T) {
	if l := (LRScale{}).LogLR(7); l != 0 {
		t.Errorf("zero scale: log LR %v, want 0", l)
	}
	if v := Verbal(LRScale{}.LogLR(7)); v != "no support" {
		t.Errorf("log LR 0: %q", v)
	}
	if l := (LRScale{Slope: 1, MaxLogLR: 2}).LogLR(math.NaN()); !math.IsNaN(l) {
		t.Errorf("score NaN: log LR %v, want NaN", l)
	}
}

func TestVerbal(t *testing.T) {
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
		t.Errorf("NaN: %q", got)
	}
}
