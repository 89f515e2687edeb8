package verdict

import (
	"maps"
	"math"
)

// Names of Thresholds and Fusions in the calibration of a weights file. They are kept from earlier
// versions because weights files contain them.
const (
	trackWeak, trackModerate, trackStrong       = "track_weak", "track_moderate", "track_strong"
	segmentWeak, segmentModerate, segmentStrong = "part_weak", "part_moderate", "part_strong"
	idleActivity, minOverlap                    = "rest", "overlap"
	cohortSlope, cohortOffset                   = "prominence_slope", "prominence_offset"
)

// NewThresholds reads thresholds from the calibration of a weights file. A missing threshold is
// +Inf, so that nothing is suspect. The rises follow from the slopes of the likelihood ratios in
// the same calibration; without these the thresholds do not rise.
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
		IdleActivity: c[idleActivity], MinOverlap: c[minOverlap], Fusions: newFusions(c),
	}
}

// Calibration is the inverse of NewThresholds, except for the rises, which [Scales.Calibration]
// provides.
func (t Thresholds) Calibration() map[string]float64 {
	c := t.Bounds()
	t.addTo(c)
	if t.IdleActivity > 0 {
		c[idleActivity] = t.IdleActivity
	}
	if t.MinOverlap > 0 {
		c[minOverlap] = t.MinOverlap
	}
	return c
}

// Bounds returns the thresholds of tracks and segments, in logits, by name. It omits those that
// are +Inf.
func (t Thresholds) Bounds() map[string]float64 {
	c := map[string]float64{
		trackWeak: t.TrackWeak, trackModerate: t.TrackModerate, trackStrong: t.TrackStrong,
		segmentWeak: t.SegmentWeak, segmentModerate: t.SegmentModerate, segmentStrong: t.SegmentStrong,
	}
	maps.DeleteFunc(c, func(_ string, v float64) bool { return math.IsInf(v, 1) })
	return c
}

// newFusions reads fusions from the calibration of a weights file. A missing fusion is the zero
// value.
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

// addTo is the inverse of newFusions.
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

// named returns the fusions by their names in a calibration.
func (f *Fusions) named() map[string]*Fusion {
	return map[string]*Fusion{"frame": &f.Frame, "second": &f.Second, "track": &f.Track}
}

// named returns the scales by their names in a calibration.
func (v *VoiceScales) named() map[string]*LRScale {
	return map[string]*LRScale{"speaker_second": &v.Second, "speaker_near": &v.Near}
}

// NewScales reads scales from the calibration of a weights file. A missing scale is the zero
// value.
func NewScales(c map[string]float64) Scales {
	var s Scales
	for name, x := range s.named() {
		*x = newLRScale(c, name)
	}
	return s
}

// Calibration is the inverse of NewScales.
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

// newLRScale reads the scale with a name from a calibration; the zero value if there is none.
func newLRScale(c map[string]float64, name string) LRScale {
	return LRScale{c[name+"_lr_slope"], c[name+"_lr_offset"], c[name+"_lr_most"]}
}

// addTo is the inverse of newLRScale.
func (s LRScale) addTo(c map[string]float64, name string) {
	c[name+"_lr_slope"], c[name+"_lr_offset"], c[name+"_lr_most"] = s.Slope, s.Offset, s.MaxLogLR
}
