package verdict

import (
	"maps"
	"math"
	"testing"
)

func TestThresholdsRoundTrip(t *testing.T) {
	blended := testThresholds
	blended.Fusions = Fusions{Fusion{1, -5, 2}, Fusion{.3, -30, 11}, Fusion{.2, -40, 9}, CohortFusion{-2, 8}, VoiceScales{LRScale{9, -3, 1.5}, LRScale{6, -2, 1.5}}}
	blended.IdleActivity = .375
	for _, want := range []Thresholds{testThresholds, blended} {
		if got := NewThresholds(want.Calibration()); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	c := testThresholds.Calibration()
	maps.Copy(c, Scales{Mismatch: LRScale{Slope: .5}, Segment: LRScale{Slope: .25}}.Calibration())
	if got := NewThresholds(c); got.TrackRise != 2 || got.SegmentRise != 4 {
		t.Errorf("likelihood ratios that grow by e in 2 and 4 logits give rises of %v and %v", got.TrackRise, got.SegmentRise)
	}
	if got := NewThresholds(nil); !math.IsInf(got.TrackWeak, 1) {
		t.Errorf("a missing threshold is %v, want one that is never reached", got.TrackWeak)
	}
}

func TestScalesRoundTrip(t *testing.T) {
	want := Scales{Mismatch: LRScale{1, -2, 1.5}, Segment: LRScale{2, -1, 1}, Motion: LRScale{.3, .1, 2}, Change: LRScale{1.5, -7, 2}}
	if got := NewScales(want.Calibration()); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := NewScales(nil); got != (Scales{}) {
		t.Errorf("of nothing: %+v", got)
	}
}
