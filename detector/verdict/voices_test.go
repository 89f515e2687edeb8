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

// Where the mouth tells little of where a stretch ends, the voice does.
func TestVoiceMovesBoundaries(t *testing.T) {
	scores := newTrack(0, 0, concat(constant(60, -1), constant(40, 1), constant(60, -1))...).Scores
	for i := range scores {
		scores[i].VoiceDistance, scores[i].VoiceDistanceNear = .1, .1
		if i >= 68 && i < 93 {
			scores[i].VoiceDistance, scores[i].VoiceDistanceNear = .7, .7
		}
	}
	found := []Interval{{From: 60, To: 100, Peak: 1}}
	var b Fusions
	if got := b.RefineBoundaries(scores, found)[0]; got.From != 60 || got.To != 100 {
		t.Errorf("placed at %d to %d by the mouth alone", got.From, got.To)
	}
	b.VoiceScales = VoiceScales{Second: LRScale{Slope: 10, Offset: -9, Most: 2}, Near: LRScale{Slope: 10, Offset: -4, Most: 2}}
	if got := b.RefineBoundaries(scores, found)[0]; got.From != 60 || got.To != 100 {
		t.Errorf("placed at %d to %d where the voice in it is the same", got.From, got.To)
	}
	b.VoiceScales.Second.Offset = -4
	if got := b.RefineBoundaries(scores, found)[0]; got.From != 68 || got.To != 93 {
		t.Errorf("placed at %d to %d, want 68 to 93", got.From, got.To)
	}
}
