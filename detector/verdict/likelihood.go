package verdict

import "math"

// An LRScale turns a score into log10 of a likelihood ratio. The ratio says how many times more
// probable the score is under one proposition than under the other.
//
//	log10 LR = (Slope·score + Offset) / ln 10, bounded to ±MaxLogLR
//
// It is fitted by logistic-regression calibration (Brümmer & du Preez 2006, section 3). The zero
// value gives 0 for every score.
type LRScale struct {
	Slope, Offset float64
	// MaxLogLR is the largest absolute value of log10 LR. The clips that the scale was fitted on
	// cannot support a larger one (Vergeer et al. 2016).
	MaxLogLR float64
}

// LogLR returns log10 of the likelihood ratio of a score; NaN for NaN.
func (s LRScale) LogLR(score float64) float64 {
	return min(max((s.Slope*score+s.Offset)/math.Ln10, -s.MaxLogLR), s.MaxLogLR)
}

// ScoreAt returns the score at which log10 of the likelihood ratio, without bounds, is logLR;
// -Inf for a scale that does not rise.
func (s LRScale) ScoreAt(logLR float64) float64 {
	if s.Slope <= 0 {
		return math.Inf(-1)
	}
	return (logLR*math.Ln10 - s.Offset) / s.Slope
}

// Rank returns log10 of the likelihood ratio without bounds, which orders scores from different
// weights without ties at the bounds. For a scale that does not rise it returns the score. Scores
// from the same weights therefore keep their order.
func (s LRScale) Rank(score float64) float64 {
	if s.Slope <= 0 {
		return score
	}
	return (s.Slope*score + s.Offset) / math.Ln10
}

// Scales are the scales of likelihood ratios that come with the weights.
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

// SetLikelihoodRatios fills in the likelihood ratios of the tracks and segments that [Decide]
// found. A track that does not fit for a reason that may be innocent gets none: the scales
// compare single voices in intact pictures.
func (r *Result) SetLikelihoodRatios(s Scales) {
	for i := range r.Tracks {
		if t := &r.Tracks[i]; !t.excused() {
			t.LogLR = s.Mismatch.LogLR(t.Logit)
		}
	}
	for _, segments := range r.segmentLists() {
		for i := range segments {
			segments[i].LogLR = s.Segment.LogLR(segments[i].Peak)
		}
	}
}

// Verbal returns the expression for log10 of a likelihood ratio, of either sign, on the scale of
// the European Network of Forensic Science Institutes (ENFSI guideline for evaluative reporting,
// 2015, section 2.4, table 2).
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
