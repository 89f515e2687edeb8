package detector

import "math"

// Levels returns for every track the smoothed mismatch logit of each of its
// frames, (len(Scores)), by which [Judge] finds suspect stretches: the mean over
// the judged frames within half a second, NaN where too few are. Frames in
// which the voice fits another track's mouth are left out, as there.
func Levels(tracks []Track) [][]float64 {
	out := make([][]float64, len(tracks))
	for i, scores := range withoutOthersTurns(tracks) {
		out[i] = Smoothed(scores)
	}
	return out
}

// What makes a stretch, in frames: a report that counts anew at another
// threshold must count like [Judge].
const (
	// LeastStretch is how long a stretch must be to count.
	LeastStretch = minSegment
	// Bridge is how many frames without a level do not end a stretch.
	Bridge = bridge
)

// A Stretch is a run of frames, From up to but without To, whose level stays at
// or above a threshold; Peak is the highest level in it.
type Stretch struct {
	From, To int
	Peak     float64
}

// Stretches finds the stretches of a level (n) that lie at or above least.
func Stretches(level []float64, least float64) []Stretch {
	var out []Stretch
	for i := 0; i < len(level); {
		if !(level[i] >= least) {
			i++
			continue
		}
		peak, end, gap := level[i], i, 0
		for j := i; j < len(level) && gap <= bridge; j++ {
			switch {
			case math.IsNaN(level[j]):
				gap++
			case level[j] >= least:
				peak, end, gap = max(peak, level[j]), j, 0
			default:
				gap = bridge + 1
			}
		}
		if end-i+1 >= minSegment {
			out = append(out, Stretch{i, end + 1, peak})
		}
		i = end + 1
	}
	return out
}
