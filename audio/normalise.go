package audio

import "math"

const (
	// normaliseSteps is the reach of Normalised on either side: 5 s, long enough to contain
	// several words, short enough to follow a change of place or microphone.
	normaliseSteps = 500

	// SilenceLevel, in dBFS, is the highest level that counts as digital silence: about three
	// units of the last of 16 bits.
	SilenceLevel = -80

	// SilentValue is the value of Normalised in digital silence: about as far below the mean
	// as the pauses in a quiet recording.
	SilentValue = -2

	// normaliseClip bounds the magnitude of Normalised, in standard deviations.
	normaliseClip = 4

	// minDeviation is the least divisor of Normalised, in nepers of power. Speech has a
	// deviation of 1.5 to 3; a steady hiss must not be amplified until it resembles speech.
	minDeviation = 0.5
)

// Normalised returns the network's input for a sound, (Steps, Bands):
//
//	out[s][b] = clip((Mel[s][b] - mean[b]) / deviation, -4, 4)
//
// where mean[b] is the mean of band b and deviation the root mean square of Mel - mean over all
// bands, at least 0.5. Both are taken over the steps within ±5 s of s, except those of digital
// silence (SilenceLevel). Steps of digital silence are SilentValue. A gain on the whole sound
// adds a constant to Mel, which cancels out while the sound stays well above MelFloor and
// SilenceLevel. So does a fixed equaliser whose response is flat within a band.
func Normalised(s *Sound) []float32 {
	out := make([]float32, len(s.Mel))
	NewNormaliser(s).Next(out)
	return out
}

// A Normaliser computes Normalised piece by piece. Its sums are integers and therefore exact:
// they do not drift over hours, and a delayed sound gives the same bits.
type Normaliser struct {
	sound  *Sound
	step   int          // next step
	sum    [Bands]int64 // of LogPower over the window around step
	square int64        // of LogPower squared over the window and all bands, < 2^48
	count  int64        // steps in the sums
}

// NewNormaliser returns a Normaliser positioned before the first step. It keeps s and reads it
// in Next.
func NewNormaliser(s *Sound) *Normaliser {
	n := &Normaliser{sound: s}
	for step := range min(normaliseSteps, s.Steps) {
		n.slide(step, 1)
	}
	return n
}

// slide adds a step to the sums (sign 1) or removes it (sign -1).
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

// Next fills dst (steps, Bands) with the next steps. At least as many steps must be left.
func (n *Normaliser) Next(dst []float32) {
	for ; len(dst) > 0; dst = dst[Bands:] {
		n.slide(n.step+normaliseSteps, 1)
		n.slide(n.step-normaliseSteps-1, -1)
		n.normalise(dst[:Bands])
		n.step++
	}
}

// normalise writes the current step, which the sums are centred on.
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
