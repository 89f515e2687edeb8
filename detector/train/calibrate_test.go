package train

import (
	"math"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

func TestPlaceThresholds(t *testing.T) {
	genuine, tampered := []float64{-3, -2.5, -2, -2}, []float64{1, 2, 3}
	for _, test := range []struct {
		name   string
		unseen []float64
		lr     verdict.LRScale
		want   [3]float64
	}{
		{"moderate halfway to tampered", nil, verdict.LRScale{}, [3]float64{-2, 0, 2}},
		{"unseen speakers score higher", slices.Repeat([]float64{0.5}, minUnseen), verdict.LRScale{}, [3]float64{-2, 0.5, 2}},
		{"unseen speakers score as high as tampered clips", slices.Repeat([]float64{1.8}, minUnseen), verdict.LRScale{}, [3]float64{-2, 1.8, 1.8 + minGap/2}},
		{"too few unseen speakers", []float64{9, 9}, verdict.LRScale{}, [3]float64{-2, 0, 2}},
		{"bounds of the likelihood ratio", nil, verdict.LRScale{Slope: math.Ln10}, [3]float64{-2, 1, 2}},
	} {
		weak, moderate, strong := placeThresholds(genuine, tampered, test.unseen, test.lr)
		for i, got := range []float64{weak, moderate, strong} {
			if math.Abs(got-test.want[i]) > 1e-9 {
				t.Errorf("%s: thresholds %.2f, %.2f, %.2f, want %v", test.name, weak, moderate, strong, test.want)
				break
			}
		}
	}
}

func TestToleranceLimit(t *testing.T) {
	// The example of the handbook: sample size 43, share 0.90, confidence 0.99.
	x := make([]float64, 43)
	for i := range x { // mean 0, standard deviation 1
		x[i] = float64(2*(i%2) - 1)
	}
	x[42] = 0
	sd := math.Sqrt(42.0 / 42)
	if got := toleranceLimit(x, .90, .99) / sd; math.Abs(got-1.8752) > 1e-3 {
		t.Errorf("factor %.4f, want 1.8752", got)
	}
	if got := toleranceLimit([]float64{1, 2}, .99, .95); !math.IsInf(got, 1) {
		t.Errorf("got %v for two numbers", got)
	}
}

func TestDegradedClipsDoNotRaiseTheLRBound(t *testing.T) {
	c := madeCorpus()
	for _, e := range c.examples {
		s := *e.Sample
		e.degraded = &s
	}
	o := &Options{Work: t.TempDir(), Towers: 1, Head: 1, Seed: 1, Log: t.Logf}
	s := newState(1, c.hash, c.sources())
	if err := trainHead(t.Context(), o, c, s); err != nil {
		t.Fatal(err)
	}
	s.motion = new(motionFit)
	f, err := finish(t.Context(), o, c, s)
	if err != nil {
		t.Fatal(err)
	}
	if most := f.Calibration["mismatch_lr_most"]; most > math.Log10(6)+1e-9 {
		t.Errorf("maximum likelihood ratio 10^%.2f from 6 clips", most)
	}
}
