package score

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// ownTime is how many judged frames to each side of a mouth's own time are its own time still.
	ownReach = 5
	// otherTimes is how many judged frames to each side are other times that it is compared with.
	cohortReach = 3 * video.FrameRate
	// leastDeviation is the least spread of the likeness over other times, in cosine, that tells
	// anything: packed embeddings are no finer.
	minDeviation = 1e-4
)

// prominence notes in scores (n), of which all else is known, how far each frame's likeness
// stands out among those of the same mouth and the same voice at other times of the track.
//
// The judged frames of the track are one row of mouths and one of sounds, and the latter is
// turned against the former, end to end: what chance makes of these mouths and this voice,
// however well they are seen and heard. A frame's likeness less its mean over all turns is
// counted in standard deviations: those, over the turns, of the mean over the track, times the
// root of its frames. So the sum over any frames, over the root of their number, is again in standard
// deviations (Stouffer et al. 1949), and that of the track is how far its likeness stands out
// in all (a permutation test's statistic; in speaker verification zero normalisation, Li & Porter 1988).
func (c *Comparison) cohortZ(scores []verdict.Score) {
	var judged []int
	for i := range scores {
		if scores[i].Judged {
			judged = append(judged, i)
		}
	}
	k := len(judged)
	reach := min(cohortReach, k/2)
	if reach <= ownReach {
		return
	}
	sounds := make([][]float32, k)
	for i, t := range judged {
		sounds[i] = c.sounds.Rows(t, t+1)
	}
	var shifts []int
	for r := ownReach + 1; r <= reach; r++ {
		shifts = append(shifts, r)
		if k-r != r {
			shifts = append(shifts, k-r)
		}
	}
	sums := make([]float64, len(shifts)) // sums over the track
	for i, t := range judged {
		mouth := c.mouths.Rows(t, t+1)
		var total float64
		for j, r := range shifts {
			likeness := avsync.Likeness(mouth, sounds[(i+r)%k])
			sums[j] += likeness
			total += likeness
		}
		s := &scores[t]
		s.CohortZ = s.Likeness - total/float64(len(shifts))
	}
	var mean, squares float64
	for _, v := range sums {
		mean += v / float64(len(sums))
	}
	for _, v := range sums {
		squares += (v - mean) * (v - mean)
	}
	deviation := math.Sqrt(squares/float64(len(sums))) / math.Sqrt(float64(k)) // of one frame
	for _, i := range judged {
		if deviation < minDeviation {
			scores[i].CohortZ = 0
		} else {
			scores[i].CohortZ /= deviation
		}
	}
}
