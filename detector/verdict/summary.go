package verdict

import "math"

// A Summary holds sums over the judged frames of some scores.
type Summary struct {
	Judged int // number of judged frames

	logit, likeness, cohortZ, overlap float64
}

// Summarize sums up the judged frames of scores.
func Summarize(scores []Score) (s Summary) {
	for i := range scores {
		s.add(&scores[i])
	}
	return s
}

// add adds a frame if it is judged.
func (s *Summary) add(x *Score) {
	if x.Judged {
		s.logit += Logit(x.Mismatch)
		s.likeness += x.Likeness
		s.cohortZ += x.CohortZ
		s.overlap += x.Overlap
		s.Judged++
	}
}

// minus returns the summary of the frames of s that are not in o. All frames of o must be in s.
func (s Summary) minus(o Summary) Summary {
	return Summary{
		Judged: s.Judged - o.Judged,
		logit:  s.logit - o.logit, likeness: s.likeness - o.likeness,
		cohortZ: s.cohortZ - o.cohortZ, overlap: s.overlap - o.overlap,
	}
}

// Means returns the mean logit and the mean likeness, -1 to 1; NaN for no judged frame.
func (s Summary) Means() (logit, likeness float64) {
	return s.logit / float64(s.Judged), s.likeness / float64(s.Judged)
}

// CohortZ returns the z-score of all n judged frames together, Σ z[i] / √n with z[i] the CohortZ
// of a [Score] (Stouffer et al. 1949); NaN for no judged frame.
func (s Summary) CohortZ() float64 { return s.cohortZ / math.Sqrt(float64(s.Judged)) }

// Overlap returns the mean probability, 0 to 1, that two or more people speak at once; NaN for no
// judged frame.
func (s Summary) Overlap() float64 { return s.overlap / float64(s.Judged) }
