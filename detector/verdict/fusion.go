package verdict

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// A Fusion combines two cues, both means over the same frames, into one mismatch logit:
//
//	Logit·(mean logit) + Likeness·(mean likeness) + Offset
//
// It is a logistic regression (stacked generalization, Wolpert 1992), fitted on speakers that
// neither the towers nor the head were trained on. On unseen speakers the head is
// overconfident, increasingly so as more frames are averaged. The zero value returns the mean
// logit.
type Fusion struct {
	Logit    float64 // weight of the logit
	Likeness float64 // weight of the likeness, logits per unit of cosine; < 0
	Offset   float64 // logits
}

// Fuse returns the mismatch logit for a mean logit and a mean likeness (-1 to 1).
func (f Fusion) Fuse(logit, likeness float64) float64 {
	if f == (Fusion{}) {
		return logit
	}
	return f.Logit*logit + f.Likeness*likeness + f.Offset
}

// A CohortFusion turns a cohort z, see [Summary.CohortZ], into a mismatch logit. A likeness
// that hardly stands out at its own time makes an impostor probable. It is a logistic
// regression fitted like a Fusion. The zero value is not used.
type CohortFusion struct {
	Slope  float64 // logits per standard deviation; < 0
	Offset float64 // logits
}

// Logit returns Slope·z + Offset.
func (f CohortFusion) Logit(z float64) float64 { return f.Slope*z + f.Offset }

// Fusions are the fusions of a frame, a second and a track. Each takes the mean logit and
// likeness. For a frame that logit is the head's; for a second or a track it is the mean of
// Score.Mismatch's logits, which are already fused. The likeness weighs more in longer intervals.
// A track also has the cohort cue, a second the voice cue.
type Fusions struct {
	Frame, Second, Track Fusion
	Cohort               CohortFusion
	VoiceScales          VoiceScales
}

// Logit returns the mismatch logit of all judged frames together, and their number; NaN for none.
func (f Fusions) Logit(scores []Score) (logit float64, judged int) {
	s := Summarize(scores)
	return f.summaryLogit(s), s.Judged
}

// TrackLogit returns the logit by which a track is judged: the lower of the logit of all judged
// frames and that of the clean ones. A clean frame is neither overlapped nor corrupt; in others a
// mouth's own voice fits less. Fewer than video.MinJudged clean frames are not considered.
//
// enoughClean says whether a high logit is evidence: at least video.MinJudged judged frames, and
// at least half of them, are clean. The logit is NaN for no judged frame.
func (f Fusions) TrackLogit(scores []Score) (logit float64, enoughClean bool) {
	all, clean := summarizeClean(scores)
	if logit = f.summaryLogit(all); clean.Judged >= video.MinJudged {
		logit = min(logit, f.summaryLogit(clean))
	}
	return logit, clean.Judged >= video.MinJudged && 2*clean.Judged >= all.Judged
}

// summarizeClean sums up all judged frames, and those that are neither overlapped nor corrupt.
func summarizeClean(scores []Score) (all, clean Summary) {
	for i := range scores {
		all.add(&scores[i])
		if !scores[i].Overlapped && !scores[i].Corrupt {
			clean.add(&scores[i])
		}
	}
	return all, clean
}

// summaryLogit returns the mismatch logit of a track or of an interval; NaN for no judged frame.
func (f Fusions) summaryLogit(s Summary) float64 {
	fit := f.Track.Fuse(s.Means())
	if f.Cohort == (CohortFusion{}) {
		return fit
	}
	return conservativeFuse(fit, f.Cohort.Logit(s.CohortZ()))
}

// cohortDiscount multiplies the odds of the cohort cue before it is fused. The cue then lowers
// the fused odds by half or more only if its own odds are a quarter of the other cue's or less.
const cohortDiscount = 4

// conservativeFuse combines the logits of two cues so that the result is high only if both are.
// With the odds a = exp(fit) and b = cohortDiscount·exp(cohort) it is
//
//	ln(1 / (1/a + 1/b))
//
// the logarithm of half the harmonic mean of the odds. Either cue alone can clear a track;
// neither alone can accuse it. A badly seen mouth resembles no voice, although its own still
// stands out in time. Overlapped speech does not stand out, although it resembles the mouth.
func conservativeFuse(fit, cohort float64) float64 {
	cohort += math.Log(cohortDiscount)
	return min(fit, cohort) - math.Log1p(math.Exp(-math.Abs(fit-cohort)))
}
