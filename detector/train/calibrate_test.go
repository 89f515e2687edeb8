package train

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/detector"
)

func TestBands(t *testing.T) {
	genuine, tampered := []float64{-3, -2.5, -2, -2}, []float64{1, 2, 3}
	for _, test := range []struct {
		name      string
		strangers []float64
		lr        detector.LRScale
		want      [3]float64
	}{
		{"half way to the tampered", nil, detector.LRScale{}, [3]float64{-2, 0, 2}},
		{"strangers lie higher", []float64{0.5, 0.5}, detector.LRScale{}, [3]float64{-2, 0.5, 2}},
		{"strangers lie as high as the tampered", []float64{1.8, 1.8}, detector.LRScale{}, [3]float64{-2, 1.8, 1.8 + leastGap/2}},
		{"as the words mean", nil, detector.LRScale{Slope: math.Ln10}, [3]float64{-2, 1, 2}},
	} {
		weak, moderate, strong := bands(genuine, tampered, test.strangers, test.lr)
		for i, got := range []float64{weak, moderate, strong} {
			if math.Abs(got-test.want[i]) > 1e-9 {
				t.Errorf("%s: thresholds %.2f, %.2f, %.2f, want %v", test.name, weak, moderate, strong, test.want)
				break
			}
		}
	}
}

func TestClipsPassedOnAreNoFurtherClips(t *testing.T) {
	c := madeCorpus()
	for _, e := range c.examples {
		s := *e.Sample
		e.worn = &s
	}
	o := &Options{Work: t.TempDir(), Towers: 1, Head: 1, Seed: 1, Log: t.Logf}
	s := newState(1, c.hash, c.sources())
	if err := trainHead(t.Context(), o, c, s); err != nil {
		t.Fatal(err)
	}
	f, err := finish(t.Context(), o, c, s, detector.LRScale{})
	if err != nil {
		t.Fatal(err)
	}
	if most := f.Calibration["mismatch_lr_most"]; most > math.Log10(6)+1e-9 {
		t.Errorf("a likelihood ratio of up to 10^%.2f from 6 clips", most)
	}
}
