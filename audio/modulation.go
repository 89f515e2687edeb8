package audio

import "math"

const (
	// minSyllabicRate and maxSyllabicRate bound the syllabic modulation rates, in whole Hz
	// because the window is 1 s long.
	minSyllabicRate, maxSyllabicRate = 3, 6

	groups = Bands / modulationBands
)

// syllabicFrames reports, per frame, whether the surrounding sound is modulated at the rate of
// syllables.
func syllabicFrames(s *Sound) []bool {
	out := make([]bool, s.Frames)
	m := newModulation(s)
	for t := range out {
		out[t] = m.at(t*StepsPerFrame+StepsPerFrame/2) >= syllabic
	}
	return out
}

// A modulation measures how strongly the power of a sound fluctuates at the rate of syllables.
type modulation struct {
	steps    int
	envelope []float32 // (steps, groups) power/MelFloor, summed over modulationBands bands
	wave     [maxSyllabicRate + 1][modulationSteps]complex128
}

func newModulation(s *Sound) *modulation {
	m := &modulation{steps: s.Steps, envelope: make([]float32, s.Steps*groups)}
	for i, v := range s.Mel {
		m.envelope[i/modulationBands] += float32(math.Exp(v.Nepers()))
	}
	for f := minSyllabicRate; f <= maxSyllabicRate; f++ {
		for i := range m.wave[f] {
			turn := 2 * math.Pi * (float64(i) + 0.5) / modulationSteps
			sin, cos := math.Sincos(float64(f) * turn)
			hann := (1 - math.Cos(turn)) / 2
			m.wave[f][i] = complex(hann*cos, hann*sin)
		}
	}
	return m
}

// at returns the modulation around a step. With e[g][i] the power of group g in step i of the
// surrounding second, mean[g] the mean of e[g], and h a Hann window,
//
//	E[g][f] = sum over i of h[i] e[g][i] exp(2 pi j f i/modulationSteps)
//	at = sqrt(1/groups * sum over g, f = minSyllabicRate..maxSyllabicRate of
//	     |E[g][f]|^2 / (modulationSteps mean[g])^2)
//
// A power of 1 + cos(2 pi f t) with f = 4 or 5 Hz gives 0.31, a constant power 0. Near the ends
// of the sound the second is shifted inwards.
func (m *modulation) at(step int) float64 {
	length := min(modulationSteps, m.steps)
	from := max(0, min(step-modulationSteps/2, m.steps-length))
	total := 0.0
	for g := range groups {
		var e [modulationSteps]float64
		mean := 0.0
		for i := range length {
			e[i] = float64(m.envelope[(from+i)*groups+g])
			mean += e[i] / float64(length)
		}
		// A sound shorter than a second is padded with its mean.
		for i := length; i < modulationSteps; i++ {
			e[i] = mean
		}
		sum := 0.0
		for f := minSyllabicRate; f <= maxSyllabicRate; f++ {
			var re, im float64
			for i, w := range &m.wave[f] {
				re += real(w) * e[i]
				im += imag(w) * e[i]
			}
			sum += re*re + im*im
		}
		total += sum / (mean * mean)
	}
	return math.Sqrt(total/groups) / modulationSteps
}
