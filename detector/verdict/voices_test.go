package verdict

import (
	"math"
	"testing"
)

// A different voice raises the suspicion; the same voice does not lower it.
func TestVoicePenalty(t *testing.T) {
	fusions := Fusions{VoiceScales: VoiceScales{Second: LRScale{Slope: 20, Offset: -8, MaxLogLR: 1}}}
	peak := func(distance float64) float64 {
		scores := newTrack(0, 0, constant(60, 1)...).Scores
		for i := range scores {
			scores[i].VoiceDistance = distance
		}
		return fusions.PeakSuspicion(scores)
	}
	for _, test := range []struct{ distance, rise float64 }{{0, 0}, {.1, 0}, {.45, 0}, {.5, 1}, {1.5, math.Ln10}} {
		if rise := peak(test.distance) - peak(0); math.Abs(rise-test.rise) > 1e-9 {
			t.Errorf("voice distance %.2f raises the suspicion by %.3f, want %.3f", test.distance, rise, test.rise)
		}
	}
	if got := fusions.VoiceScales.LogLR([]Score{{VoiceDistance: .1}, {VoiceDistance: .35}, {}}); math.Abs(got+1/math.Ln10) > 1e-9 {
		t.Errorf("greatest distance .35: likelihood ratio 10^%.3f, want e^-1", got)
	}
	if got := fusions.VoiceScales.LogLR([]Score{{}, {}}); got != 0 {
		t.Errorf("no known distance: likelihood ratio 10^%.3f, want 1", got)
	}
}
