package verdict

import "math"

// An LRScale turns a score into the common logarithm of a likelihood ratio: how
// many times more probable it is under the one proposition than under the other
// (logistic-regression calibration, Brümmer & du Preez 2006, section 3). The zero
// value says nothing of anything.
type LRScale struct {
	Slope, Offset float64
	// Most is the largest absolute value of log10 LR. The clips that the scale was fitted on
	// cannot support a larger one (Vergeer et al. 2016).
	Most float64
}

// Of returns log10 of the likelihood ratio for a score; NaN for NaN.
func (s LRScale) Of(score float64) float64 {
	return min(max((s.Slope*score+s.Offset)/math.Ln10, -s.Most), s.Most)
}

// Score is the reverse of Of, without its bounds: the score at which log10 of the
// likelihood ratio is logLR; -Inf for a scale that says nothing.
func (s LRScale) Score(logLR float64) float64 {
	if s.Slope <= 0 {
		return math.Inf(-1)
	}
	return (logLR*math.Ln10 - s.Offset) / s.Slope
}

// Rank orders scores that different weights gave, as each weights' scale puts them: log10
// of the likelihood ratio without its bounds, at which many would be alike; by a scale that
// does not rise the score as it is. So scores of the same weights keep their order.
func (s LRScale) Rank(score float64) float64 {
	if s.Slope <= 0 {
		return score
	}
	return (s.Slope*score + s.Offset) / math.Ln10
}

// Scales are the likelihood ratios that come with the weights.
type Scales struct {
	// Mismatch takes the logit of a track, see Fusions.TrackLogit: impostor against own voice.
	Mismatch LRScale
	// Segment takes the highest suspicion of a track, see Fusions.PeakSuspicion: impostor in some
	// segment against own voice throughout.
	Segment LRScale
	// Motion takes Motion.Logit of a track: generated against filmed mouth.
	Motion LRScale
	// Change takes the ChangeScore of a file: another voice somewhere against one voice throughout.
	Change LRScale
}

// Weigh fills in the likelihood ratios of the tracks and segments that [Judge] found. A track that does not fit
// for a reason that may be innocent has none: a ratio compares single voices, and undamaged pictures.
func (r *Result) SetLikelihoodRatios(s Scales) {
	for i := range r.Tracks {
		if t := &r.Tracks[i]; !t.excused() {
			t.LogLR = s.Mismatch.Of(t.Logit)
		}
	}
	for _, segments := range r.segmentLists() {
		for i := range segments {
			segments[i].LogLR = s.Segment.Of(segments[i].Peak)
		}
	}
}

// Verbal is the expression for log10 of a likelihood ratio on the scale of the
// European Network of Forensic Science Institutes (ENFSI guideline for
// evaluative reporting, 2015, section 2.4, table 2), for either direction.
func Verbal(logLR float64) string {
	switch x := math.Abs(logLR); {
	case !(x >= math.Log10(2)):
		return "no support"
	case x < 1:
		return "weak support"
	case x < 2:
		return "moderate support"
	case x < 3:
		return "moderately strong support"
	case x < 4:
		return "strong support"
	case x < 6:
		return "very strong support"
	}
	return "extremely strong support"
}
