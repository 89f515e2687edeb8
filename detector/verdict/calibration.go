package verdict

import (
	"maps"
	"math"
)

// Names of Thresholds in a weights file's calibration.
const (
	trackWeak, trackModerate, trackStrong       = "track_weak", "track_moderate", "track_strong"
	segmentWeak, segmentModerate, segmentStrong = "part_weak", "part_moderate", "part_strong"
	idleActivity, minOverlap                    = "rest", "overlap"
	cohortSlope, cohortOffset                   = "prominence_slope", "prominence_offset"
)

// NewThresholds reads thresholds from a weights file's calibration; one that is
// missing is never reached.
func NewThresholds(c map[string]float64) Thresholds {
	get := func(name string) float64 {
		if v, ok := c[name]; ok {
			return v
		}
		return math.Inf(1)
	}
	rise := func(s LRScale) float64 {
		if s.Slope <= 0 {
			return 0
		}
		return 1 / s.Slope
	}
	scales := NewScales(c)
	return Thresholds{
		TrackWeak: get(trackWeak), TrackModerate: get(trackModerate), TrackStrong: get(trackStrong),
		SegmentWeak: get(segmentWeak), SegmentModerate: get(segmentModerate), SegmentStrong: get(segmentStrong),
		TrackRise: rise(scales.Mismatch), SegmentRise: rise(scales.Segment),
		IdleActivity: c[idleActivity], Overlap: c[minOverlap], Fusions: newFusions(c),
	}
}

// Calibration is the reverse of NewThresholds, but for what that takes from Scales.
func (t Thresholds) Calibration() map[string]float64 {
	c := t.Bounds()
	t.addTo(c)
	if t.IdleActivity > 0 {
		c[idleActivity] = t.IdleActivity
	}
	if t.Overlap > 0 {
		c[minOverlap] = t.Overlap
	}
	return c
}

// Bounds returns the thresholds themselves, in logits by name, without those that are
// never reached.
func (t Thresholds) Bounds() map[string]float64 {
	c := map[string]float64{
		trackWeak: t.TrackWeak, trackModerate: t.TrackModerate, trackStrong: t.TrackStrong,
		segmentWeak: t.SegmentWeak, segmentModerate: t.SegmentModerate, segmentStrong: t.SegmentStrong,
	}
	maps.DeleteFunc(c, func(_ string, v float64) bool { return math.IsInf(v, 1) })
	return c
}

// newBlends reads blends from a weights file's calibration; one that is missing is the
// zero value.
func newFusions(c map[string]float64) (f Fusions) {
	for name, x := range f.named() {
		*x = Fusion{c[name+"_logit"], c[name+"_likeness"], c[name+"_offset"]}
	}
	for name, x := range f.VoiceScales.named() {
		*x = newLRScale(c, name)
	}
	f.Cohort = CohortFusion{c[cohortSlope], c[cohortOffset]}
	return f
}

// addTo is the reverse of newBlends.
func (f Fusions) addTo(c map[string]float64) {
	for name, x := range f.named() {
		if *x != (Fusion{}) {
			c[name+"_logit"], c[name+"_likeness"], c[name+"_offset"] = x.Logit, x.Likeness, x.Offset
		}
	}
	for name, x := range f.VoiceScales.named() {
		if *x != (LRScale{}) {
			x.addTo(c, name)
		}
	}
	if f.Cohort != (CohortFusion{}) {
		c[cohortSlope], c[cohortOffset] = f.Cohort.Slope, f.Cohort.Offset
	}
}

// named lists the blends by their names in a weights file's calibration.
func (f *Fusions) named() map[string]*Fusion {
	return map[string]*Fusion{"frame": &f.Frame, "second": &f.Second, "track": &f.Track}
}

// named lists the scales by their names in a weights file's calibration.
func (v *VoiceScales) named() map[string]*LRScale {
	return map[string]*LRScale{"speaker_second": &v.Second, "speaker_near": &v.Near}
}

// NewScales reads scales from a weights file's calibration; one that is missing
// says nothing of anything.
func NewScales(c map[string]float64) Scales {
	var s Scales
	for name, x := range s.named() {
		*x = newLRScale(c, name)
	}
	return s
}

// Calibration is the reverse of NewScales.
func (s Scales) Calibration() map[string]float64 {
	c := map[string]float64{}
	for name, x := range s.named() {
		x.addTo(c, name)
	}
	return c
}

// named returns the scales by their names in a calibration.
func (s *Scales) named() map[string]*LRScale {
	return map[string]*LRScale{"mismatch": &s.Mismatch, "part": &s.Segment, "motion": &s.Motion, "voice": &s.Change}
}

func newLRScale(c map[string]float64, name string) LRScale {
	return LRScale{c[name+"_lr_slope"], c[name+"_lr_offset"], c[name+"_lr_most"]}
}

// addTo is the reverse of newLRScale.
func (s LRScale) addTo(c map[string]float64, name string) {
	c[name+"_lr_slope"], c[name+"_lr_offset"], c[name+"_lr_most"] = s.Slope, s.Offset, s.Most
}
