package verdict

import "math"

// voiceReserve is how much, in nats, a second must sound like another's for that to count. Seconds of one voice differ a
// little: if they were told from each other by it, thresholds would rise, and what is put in in the same voice
// would stand out less.
const voiceMargin = 1

// Voices say how much more probable another's voice is for a distance of voices: of the second about
// a frame, and of what is nearer to it, see [Score.VoiceDistance] and [Score.VoiceNear]. The zero value says nothing.
type VoiceScales struct{ Second, Near LRScale }

// of returns the common logarithm of the likelihood ratio for the greatest distance of a second in scores, 0 where none
// is known.
func (v VoiceScales) LogLR(scores []Score) float64 {
	greatest := 0.0
	for i := range scores {
		greatest = max(greatest, scores[i].VoiceDistance)
	}
	if greatest == 0 {
		return 0
	}
	return v.Second.Of(greatest)
}

// against is how much the distance of a second speaks against the mouth: the natural logarithm of its likelihood
// ratio, less voiceReserve, no more than its clips bear out. It never speaks for the mouth: a forger may well have
// taken the same person's words.
func (v VoiceScales) penalty(distance float64) float64 {
	return min(max(0, math.Ln10*v.Second.Rank(distance)-voiceMargin), math.Ln10*v.Second.Most)
}

// near is that of what is near a frame, for or against; 0 where the distance is not known.
func (v VoiceScales) nearLogit(distance float64) float64 {
	if distance == 0 {
		return 0
	}
	return math.Ln10 * v.Near.Of(distance)
}
