package verdict

import "math"

// A Blend puts two things together to one mismatch logit, both as means over the same
// frames: a logit, and how alike the towers find mouth and sound. It is a logistic
// regression (stacked generalization, Wolpert 1992) fitted on people from whom
// neither towers nor head have learnt: of strangers a head is too sure, the more so
// the more of its frames are averaged. The zero value leaves the logit as it is.
type Fusion struct {
	Logit    float64 // weight of the logit
	Likeness float64 // weight of the likeness, logits a unit of cosine; < 0
	Offset   float64 // logits
}

// Of returns the blended logit for a mean logit and a mean likeness, -1..1.
func (b Fusion) Fuse(logit, likeness float64) float64 {
	if b == (Fusion{}) {
		return logit
	}
	return b.Logit*logit + b.Likeness*likeness + b.Offset
}

// A Prominence says how much a voice is another's by how little it stands out in a track, see
// [Score.Prominence]: a logistic regression fitted as a Blend is. The zero value says nothing.
type CohortFusion struct {
	Slope  float64 // logits a standard deviation; < 0
	Offset float64 // logits
}

// Of returns the logit of so many standard deviations.
func (p CohortFusion) Logit(deviations float64) float64 { return p.Slope*deviations + p.Offset }

// reserve is how many times more probable another's voice must be by prominence than by the blend
// to count alike: a second opinion, heard where it is far from the first.
const cohortDiscount = 4

// both puts together the logits by blend and by prominence: the harmonic mean of the odds, the
// latter times reserve, but for a factor. Either speaks for the mouth's own voice for itself, and against
// it only with the other: a mouth badly seen is like no voice, its own included, which stands out all the
// same, and a voice mixed with another's does not, but is like its mouth.
func conservativeFuse(fit, prominence float64) float64 {
	prominence += math.Log(cohortDiscount)
	return min(fit, prominence) - math.Log1p(math.Exp(-math.Abs(fit-prominence)))
}

// Blends are those of a frame, whose logit is the head's, and of about a second and of a
// whole track, whose logit is the mean of the frames' blended ones. The longer the
// stretch, the more the likeness weighs. A track is besides asked how its voice stands out, and a second
// whether it sounds like another's.
type Fusions struct {
	Frame, Second, Track Fusion
	Cohort               CohortFusion
	VoiceScales          VoiceScales
}

// named lists the blends by their names in a weights file's calibration.
func (b *Fusions) named() map[string]*Fusion {
	return map[string]*Fusion{"frame": &b.Frame, "second": &b.Second, "track": &b.Track}
}

// newBlends reads blends from a weights file's calibration; one that is missing is the
// zero value.
func newFusions(c map[string]float64) (b Fusions) {
	for name, x := range b.named() {
		*x = Fusion{c[name+"_logit"], c[name+"_likeness"], c[name+"_offset"]}
	}
	for name, x := range b.VoiceScales.named() {
		*x = newLRScale(c, name)
	}
	b.Cohort = CohortFusion{c["prominence_slope"], c["prominence_offset"]}
	return b
}

// addTo is the reverse of newBlends.
func (b Fusions) addTo(c map[string]float64) {
	for name, x := range b.named() {
		if *x != (Fusion{}) {
			c[name+"_logit"], c[name+"_likeness"], c[name+"_offset"] = x.Logit, x.Likeness, x.Offset
		}
	}
	for name, x := range b.VoiceScales.named() {
		if *x != (LRScale{}) {
			x.addTo(c, name)
		}
	}
	if b.Cohort != (CohortFusion{}) {
		c["prominence_slope"], c["prominence_offset"] = b.Cohort.Slope, b.Cohort.Offset
	}
}
