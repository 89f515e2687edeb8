package verdict

import (
	"math"
	"testing"
)

// Another's voice speaks against a second, the same one for nothing.
func TestVoicePenalty(t *testing.T) {
	b := Fusions{VoiceScales: VoiceScales{Second: LRScale{Slope: 20, Offset: -8, Most: 1}}}
	peak := func(distance float64) float64 {
		scores := newTrack(0, 0, constant(60, 1)...).Scores
		for i := range scores {
			scores[i].VoiceDistance = distance
		}
		return b.PeakSuspicion(scores)
	}
	for _, test := range []struct{ distance, rise float64 }{{0, 0}, {.1, 0}, {.45, 0}, {.5, 1}, {1.5, math.Ln10}} {
		if rise := peak(test.distance) - peak(0); math.Abs(rise-test.rise) > 1e-9 {
			t.Errorf("distance %.1f raises a level by %.3f, want %.3f", test.distance, rise, test.rise)
		}
	}
	if got := b.VoiceScales.LogLR([]Score{{VoiceDistance: .1}, {VoiceDistance: .35}, {}}); math.Abs(got+1/math.Ln10) > 1e-9 {
		t.Errorf("likelihood ratio 10^%.3f, want e^-1", got)
	}
	if got := b.VoiceScales.LogLR([]Score{{}, {}}); got != 0 {
		t.Errorf("likelihood ratio 10^%.3f where no distance is known", got)
	}
}
