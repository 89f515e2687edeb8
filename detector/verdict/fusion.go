package verdict

import "math"

// A Blend puts two things together to one mismatch logit, both as means over the same
// frames: a logit, and how alike the towers find mouth and sound. It is a logistic
// regression (stacked generalization, Wolpert 1992) fitted on people from whom
// neither towers nor head have learnt: of strangers a head is too sure, the more so
// the more of its frames are averaged. The zero value leaves the logit as it is.
type Blend struct {
	Logit    float64 // weight of the logit
	Likeness float64 // weight of the likeness, logits a unit of cosine; < 0
	Offset   float64 // logits
}

// Of returns the blended logit for a mean logit and a mean likeness, -1..1.
func (b Blend) Of(logit, likeness float64) float64 {
	if b == (Blend{}) {
		return logit
	}
	return b.Logit*logit + b.Likeness*likeness + b.Offset
}

// A Prominence says how much a voice is another's by how little it stands out in a track, see
// [Score.Prominence]: a logistic regression fitted as a Blend is. The zero value says nothing.
type Prominence struct {
	Slope  float64 // logits a standard deviation; < 0
	Offset float64 // logits
}

// Of returns the logit of so many standard deviations.
func (p Prominence) Of(deviations float64) float64 { return p.Slope*deviations + p.Offset }

// reserve is how many times more probable another's voice must be by prominence than by the blend
// to count alike: a second opinion, heard where it is far from the first.
const reserve = 4

// both puts together the logits by blend and by prominence: the harmonic mean of the odds, the
// latter times reserve, but for a factor. Either speaks for the mouth's own voice for itself, and against
// it only with the other: a mouth badly seen is like no voice, its own included, which stands out all the
// same, and a voice mixed with another's does not, but is like its mouth.
func both(fit, prominence float64) float64 {
	prominence += math.Log(reserve)
	return min(fit, prominence) - math.Log1p(math.Exp(-math.Abs(fit-prominence)))
}

// Blends are those of a frame, whose logit is the head's, and of about a second and of a
// whole track, whose logit is the mean of the frames' blended ones. The longer the
// stretch, the more the likeness weighs. A track is besides asked how its voice stands out, and a second
// whether it sounds like another's.
type Blends struct {
	Frame, Second, Track Blend
	Prominence           Prominence
	Voices               Voices
}

// named lists the blends by their names in a weights file's calibration.
func (b *Blends) named() map[string]*Blend {
	return map[string]*Blend{"frame": &b.Frame, "second": &b.Second, "track": &b.Track}
}

// newBlends reads blends from a weights file's calibration; one that is missing is the
// zero value.
func newBlends(c map[string]float64) (b Blends) {
	for name, x := range b.named() {
		*x = Blend{c[name+"_logit"], c[name+"_likeness"], c[name+"_offset"]}
	}
	for name, x := range b.Voices.named() {
		*x = newLRScale(c, name)
	}
	b.Prominence = Prominence{c["prominence_slope"], c["prominence_offset"]}
	return b
}

// addTo is the reverse of newBlends.
func (b Blends) addTo(c map[string]float64) {
	for name, x := range b.named() {
		if *x != (Blend{}) {
			c[name+"_logit"], c[name+"_likeness"], c[name+"_offset"] = x.Logit, x.Likeness, x.Offset
		}
	}
	for name, x := range b.Voices.named() {
		if *x != (LRScale{}) {
			x.addTo(c, name)
		}
	}
	if b.Prominence != (Prominence{}) {
		c["prominence_slope"], c["prominence_offset"] = b.Prominence.Slope, b.Prominence.Offset
	}
}
