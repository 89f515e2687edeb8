package score

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// ownReach is the number of judged frames to either side of a mouth's own time that still count
	// as its own time.
	ownReach = 5
	// cohortReach is the number of judged frames to either side that the cohort spans: 3 s.
	cohortReach = 3 * video.FrameRate
	// minDeviation is the least standard deviation of the likeness over the cohort, in cosine, for
	// a meaningful z-score: the resolution of quantized embeddings.
	minDeviation = 1e-4
)

// cohortZ sets CohortZ in scores (n), whose Judged and Likeness are known. CohortZ is the
// z-score of the likeness of each judged frame against a cohort of impostors: the same mouth
// with the same voice at other times of the track.
//
// The impostors come from cyclic shifts of the sound against the mouths. With L[i,r] the likeness
// of the mouth of judged frame i with the sound of judged frame i+r (mod k), k judged frames, and
// R the shifts with ownReach < |r| <= min(cohortReach, k/2):
//
//	CohortZ[i] = (L[i,0] - mean over R of L[i,r]) / (SD over R of Σ L[i,r] / √k)
//
// with the sum over all judged frames. This is the Z-norm of speaker verification (Li & Porter
// 1988), against the track's own impostors: it does not depend on how well mouth and voice are
// captured. Over any n frames, Σ CohortZ[i] / √n is again a z-score (Stouffer et al. 1949); over
// the whole track, it is the statistic of a permutation test over R. CohortZ stays 0 if the track
// has too few judged frames for a cohort, or if the denominator is below minDeviation.
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
	sums := make([]float64, len(shifts)) // of the likeness, over the track
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
	deviation := math.Sqrt(squares/float64(len(sums))) / math.Sqrt(float64(k)) // per frame
	for _, i := range judged {
		if deviation < minDeviation {
			scores[i].CohortZ = 0
		} else {
			scores[i].CohortZ /= deviation
		}
	}
}
