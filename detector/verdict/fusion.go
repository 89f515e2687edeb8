package verdict

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// A Blend puts two things together to one mismatch logit, both as means over the same
// frames: a logit, and how alike the towers find mouth and sound. It is a logistic
// regression (stacked generalization, Wolpert 1992) fitted on people from whom
// neither towers nor head have learnt: of strangers a head is too sure, the more so
// the more of its frames are averaged. The zero value leaves the logit as it is.
type Fusion struct {
	Logit    float64 // weight of the logit
	Likeness float64 // weight of the likeness, logits per unit of cosine; < 0
	Offset   float64 // logits
}

// Of returns the blended logit for a mean logit and a mean likeness, -1..1.
func (f Fusion) Fuse(logit, likeness float64) float64 {
	if f == (Fusion{}) {
		return logit
	}
	return f.Logit*logit + f.Likeness*likeness + f.Offset
}

// A Prominence says how much a voice is another's by how little it stands out in a track, see
// [Score.Prominence]: a logistic regression fitted as a Blend is. The zero value says nothing.
type CohortFusion struct {
	Slope  float64 // logits per standard deviation; < 0
	Offset float64 // logits
}

// Of returns the logit of so many standard deviations.
func (f CohortFusion) Logit(z float64) float64 { return f.Slope*z + f.Offset }

// Blends are those of a frame, whose logit is the head's, and of about a second and of a
// whole track, whose logit is the mean of the frames' blended ones. The longer the
// stretch, the more the likeness weighs. A track is besides asked how its voice stands out, and a second
// whether it sounds like another's.
type Fusions struct {
	Frame, Second, Track Fusion
	Cohort               CohortFusion
	VoiceScales          VoiceScales
}

// Logit returns the mismatch logit of a track, (scores), as a whole, and of how many
// judged frames it is; NaN of none.
func (f Fusions) Logit(scores []Score) (logit float64, judged int) {
	s := Summarize(scores)
	return f.summaryLogit(s), s.Judged
}

// Against returns the logit by which a track is judged, that of all judged frames or, where it is lower, of
// the good ones: where two or more people speak at once, or pictures are spoilt, a mouth's own voice
// fits less. It is no evidence against the mouth, tells is false, where fewer than video.MinJudged
// frames are good or fewer than half of them. NaN of none.
func (f Fusions) TrackLogit(scores []Score) (logit float64, enoughClean bool) {
	all, clean := summarizeClean(scores)
	if logit = f.summaryLogit(all); clean.Judged >= video.MinJudged {
		logit = min(logit, f.summaryLogit(clean))
	}
	return logit, clean.Judged >= video.MinJudged && 2*clean.Judged >= all.Judged
}

// apart returns the sums over all judged frames, and over the good ones: one voice is heard alone, and
// the picture is not spoilt.
func summarizeClean(scores []Score) (all, clean Summary) {
	for i := range scores {
		all.add(&scores[i])
		if !scores[i].Overlapped && !scores[i].Corrupt {
			clean.add(&scores[i])
		}
	}
	return all, clean
}

// ofTrack is the mismatch logit of the judged frames of a track, or of a part of it; NaN of none.
func (f Fusions) summaryLogit(s Summary) float64 {
	fit := f.Track.Fuse(s.Means())
	if f.Cohort == (CohortFusion{}) {
		return fit
	}
	return conservativeFuse(fit, f.Cohort.Logit(s.CohortZ()))
}

// reserve is how many times more probable another's voice must be by prominence than by the blend
// to count alike: a second opinion, heard where it is far from the first.
const cohortDiscount = 4

// both puts together the logits by blend and by prominence: the harmonic mean of the odds, the
// latter times reserve, but for a factor. Either speaks for the mouth's own voice for itself, and against
// it only with the other: a mouth badly seen is like no voice, its own included, which stands out all the
// same, and a voice mixed with another's does not, but is like its mouth.
func conservativeFuse(fit, cohort float64) float64 {
	cohort += math.Log(cohortDiscount)
	return min(fit, cohort) - math.Log1p(math.Exp(-math.Abs(fit-cohort)))
}
