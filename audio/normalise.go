package audio

import "math"

const (
	// normaliseSteps is how far, on each side, Normalised looks: 5 s. Long
	// enough to hold several words, short enough that a change of place or
	// microphone is followed.
	normaliseSteps = 500

	// SilenceLevel, in dBFS, is the level at and below which a frame counts as
	// digital silence: some three units of the last bit of 16.
	SilenceLevel = -80

	// SilentValue is what Normalised gives for a step of digital silence: about
	// as far below the mean as the pauses of a quiet recording.
	SilentValue = -2

	// normaliseClip bounds what Normalised returns, in standard deviations.
	normaliseClip = 4

	// minDeviation, in nepers of power, bounds from below what Normalised
	// divides by: speech has 1.5 to 3, and a steady hiss must not be blown up
	// to look like it.
	minDeviation = 0.5
)

// Normalised returns what the network hears of a sound, (Steps, Bands):
//
//	out[s][b] = clip((Mel[s][b] - mean[b]) / deviation, -4, 4)
//
// where mean[b] is the mean of band b, and deviation the root mean square over
// all bands of Mel - mean, both over the steps within 5 s of s that are not
// digital silence (SilenceLevel). Steps of digital silence are SilentValue.
// A gain on the whole sound adds a constant to Mel and so changes nothing, as
// long as the sound stays clear of MelFloor and SilenceLevel; nor does any
// fixed equaliser that is wider than a band.
func Normalised(s *Sound) []float32 {
	out := make([]float32, len(s.Mel))
	NewNormaliser(s).Next(out)
	return out
}

// A Normaliser gives what Normalised does, a part at a time. Its sums are integers, and so
// exact: a window may slide over hours without drift, and a sound that starts later
// gets the same bits.
type Normaliser struct {
	sound  *Sound
	step   int          // the next one
	sum    [Bands]int64 // of LogPower over the steps around it
	square int64        // of its squares over all bands, below 2^48
	count  int64        // steps
}

// NewNormaliser returns a Normaliser that is before the first step. It reads s
// as it goes.
func NewNormaliser(s *Sound) *Normaliser {
	n := &Normaliser{sound: s}
	for step := range min(normaliseSteps, s.Steps) {
		n.slide(step, 1)
	}
	return n
}

// slide adds (sign 1) or takes away (sign -1) a step.
func (n *Normaliser) slide(step int, sign int64) {
	s := n.sound
	if step < 0 || step >= s.Steps || s.silentStep(step) {
		return
	}
	for b, v := range s.Mel[step*Bands : (step+1)*Bands] {
		x := int64(v)
		n.sum[b] += sign * x
		n.square += sign * x * x
	}
	n.count += sign
}

// Next writes the next steps, as many as dst (steps, Bands) holds. There must
// be so many left.
func (n *Normaliser) Next(dst []float32) {
	for ; len(dst) > 0; dst = dst[Bands:] {
		n.slide(n.step+normaliseSteps, 1)
		n.slide(n.step-normaliseSteps-1, -1)
		n.normalise(dst[:Bands])
		n.step++
	}
}

// normalise writes the one step that the sums stand around.
func (n *Normaliser) normalise(row []float32) {
	if n.sound.silentStep(n.step) {
		for b := range row {
			row[b] = SilentValue
		}
		return
	}
	count := float64(n.count)
	variance := float64(n.square) / neper / neper / count
	var mean [Bands]float64
	for b := range mean {
		mean[b] = float64(n.sum[b]) / neper / count
		variance -= mean[b] * mean[b]
	}
	scale := 1 / math.Max(math.Sqrt(math.Max(variance, 0)/Bands), minDeviation)
	for b, v := range n.sound.Mel[n.step*Bands : (n.step+1)*Bands] {
		x := (v.Nepers() - mean[b]) * scale
		row[b] = float32(math.Max(-normaliseClip, math.Min(normaliseClip, x)))
	}
}

// silentStep reports whether a step lies in a frame of digital silence.
func (s *Sound) silentStep(step int) bool {
	return s.Level[step/StepsPerFrame] <= SilenceLevel
}
