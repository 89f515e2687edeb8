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

	// fixedPoint is the scale of the integers in which Normalised sums. Integer
	// sums are exact, so a window may slide over hours without drift, and a
	// sound that starts later gets the same bits. 2^16 keeps the sum of the
	// squares of 1001 steps below 2^57.
	fixedPoint = 1 << 16
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
	var (
		sum    [Bands]int64
		square int64 // over all bands
		count  int64 // steps
	)
	// slide adds (sign 1) or takes away (sign -1) a step.
	slide := func(step int, sign int64) {
		if step < 0 || step >= s.Steps || s.silentStep(step) {
			return
		}
		for b, v := range s.Mel[step*Bands : (step+1)*Bands] {
			x := int64(math.RoundToEven(float64(v) * fixedPoint))
			sum[b] += sign * x
			square += sign * x * x
		}
		count += sign
	}
	for step := range min(normaliseSteps, s.Steps) {
		slide(step, 1)
	}
	for step := range s.Steps {
		slide(step+normaliseSteps, 1)
		slide(step-normaliseSteps-1, -1)
		row := out[step*Bands : (step+1)*Bands]
		if s.silentStep(step) {
			for b := range row {
				row[b] = SilentValue
			}
			continue
		}
		n := float64(count)
		variance := float64(square) / fixedPoint / fixedPoint / n
		var mean [Bands]float64
		for b := range mean {
			mean[b] = float64(sum[b]) / fixedPoint / n
			variance -= mean[b] * mean[b]
		}
		scale := 1 / math.Max(math.Sqrt(math.Max(variance, 0)/Bands), minDeviation)
		for b, v := range s.Mel[step*Bands : (step+1)*Bands] {
			x := (float64(v) - mean[b]) * scale
			row[b] = float32(math.Max(-normaliseClip, math.Min(normaliseClip, x)))
		}
	}
	return out
}

// silentStep reports whether a step lies in a frame of digital silence.
func (s *Sound) silentStep(step int) bool {
	return s.Level[step/StepsPerFrame] <= SilenceLevel
}
