package detector

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

// Blends are those of a frame, whose logit is the head's, and of about a second and of a
// whole track, whose logit is the mean of the frames' blended ones. The longer the
// stretch, the more the likeness weighs.
type Blends struct {
	Frame, Second, Track Blend
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
	return b
}

// addTo is the reverse of newBlends.
func (b Blends) addTo(c map[string]float64) {
	for name, x := range b.named() {
		if *x != (Blend{}) {
			c[name+"_logit"], c[name+"_likeness"], c[name+"_offset"] = x.Logit, x.Likeness, x.Offset
		}
	}
}
