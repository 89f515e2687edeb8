package verdict

import (
	"maps"
	"math"
	"testing"
)

func TestThresholdsRoundTrip(t *testing.T) {
	full := testThresholds
	full.Fusions = Fusions{
		Frame: Fusion{1, -5, 2}, Second: Fusion{.3, -30, 11}, Track: Fusion{.2, -40, 9}, Cohort: CohortFusion{-2, 8},
		VoiceScales: VoiceScales{Second: LRScale{9, -3, 1.5}, Near: LRScale{6, -2, 1.5}},
	}
	full.IdleActivity = .375
	for _, want := range []Thresholds{testThresholds, full} {
		if got := NewThresholds(want.Calibration()); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	c := testThresholds.Calibration()
	maps.Copy(c, Scales{Mismatch: LRScale{Slope: .5}, Segment: LRScale{Slope: .25}}.Calibration())
	if got := NewThresholds(c); got.TrackRise != 2 || got.SegmentRise != 4 {
		t.Errorf("rises %v and %v, want 2 and 4, the reciprocal slopes", got.TrackRise, got.SegmentRise)
	}
	if got := NewThresholds(nil); !math.IsInf(got.TrackWeak, 1) {
		t.Errorf("missing threshold: %v, want +Inf", got.TrackWeak)
	}
}

func TestScalesRoundTrip(t *testing.T) {
	want := Scales{Mismatch: LRScale{1, -2, 1.5}, Segment: LRScale{2, -1, 1}, Motion: LRScale{.3, .1, 2}, Change: LRScale{1.5, -7, 2}}
	if got := NewScales(want.Calibration()); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := NewScales(nil); got != (Scales{}) {
		t.Errorf("empty calibration: %+v, want the zero value", got)
	}
}
