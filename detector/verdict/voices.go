package verdict

import "math"

// voiceMargin is subtracted from the log-likelihood ratio of a voice distance, in nats, before it
// counts against a second. Seconds of one voice differ a little. Without the margin these
// differences would raise the thresholds, and a replaced second in the same voice would stand
// out less.
const voiceMargin = 1

// VoiceScales turn voice distances into likelihood ratios, other speaker against same: Second
// takes [Score.VoiceDistance], Near [Score.VoiceDistanceNear]. The zero value is neutral.
type VoiceScales struct{ Second, Near LRScale }

// LogLR returns log10 of the likelihood ratio of the greatest voice distance in scores; 0 if no
// distance is known.
func (v VoiceScales) LogLR(scores []Score) float64 {
	greatest := 0.0
	for i := range scores {
		greatest = max(greatest, scores[i].VoiceDistance)
	}
	if greatest == 0 {
		return 0
	}
	return v.Second.LogLR(greatest)
}

// penalty returns how much a voice distance adds to the suspicion of a frame, in logits:
//
//	min(max(0, ln LR - voiceMargin), ln 10 · Second.MaxLogLR)
//
// where ln LR is unbounded. It is never negative: a forger may have spliced words of the same
// speaker, so the same voice does not clear the mouth.
func (v VoiceScales) penalty(distance float64) float64 {
	return min(max(0, math.Ln10*v.Second.Rank(distance)-voiceMargin), math.Ln10*v.Second.MaxLogLR)
}

// nearLogit returns the natural logarithm of the likelihood ratio of a VoiceDistanceNear, of
// either sign; 0 if the distance is not known.
func (v VoiceScales) nearLogit(distance float64) float64 {
	if distance == 0 {
		return 0
	}
	return math.Ln10 * v.Near.LogLR(distance)
}
