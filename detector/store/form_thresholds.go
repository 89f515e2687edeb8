package store

import "github.com/deepcheck/deepcheck/detector/verdict"

type thresholdsForm struct {
	TrackWeak       float64          `cbor:"track_weak"`
	TrackModerate   float64          `cbor:"track_moderate"`
	TrackStrong     float64          `cbor:"track_strong"`
	SegmentWeak     float64          `cbor:"segment_weak"`
	SegmentModerate float64          `cbor:"segment_moderate"`
	SegmentStrong   float64          `cbor:"segment_strong"`
	TrackRise       float64          `cbor:"track_rise"`
	SegmentRise     float64          `cbor:"segment_rise"`
	IdleActivity    float64          `cbor:"idle_activity"`
	Overlap         float64          `cbor:"overlap"`
	Frame           fusionForm       `cbor:"frame_fusion"`
	Second          fusionForm       `cbor:"second_fusion"`
	Track           fusionForm       `cbor:"track_fusion"`
	Cohort          cohortFusionForm `cbor:"cohort_fusion"`
	VoiceSecond     scaleForm        `cbor:"voice_second_scale"`
	VoiceNear       scaleForm        `cbor:"voice_near_scale"`
}

type fusionForm struct {
	Logit    float64 `cbor:"logit"`
	Likeness float64 `cbor:"likeness"`
	Offset   float64 `cbor:"offset"`
}

type cohortFusionForm struct {
	Slope  float64 `cbor:"slope"`
	Offset float64 `cbor:"offset"`
}

type scaleForm struct {
	Slope  float64 `cbor:"slope"`
	Offset float64 `cbor:"offset"`
	Most   float64 `cbor:"most"`
}

func newThresholdsForm(t verdict.Thresholds) thresholdsForm {
	return thresholdsForm{
		TrackWeak: t.TrackWeak, TrackModerate: t.TrackModerate, TrackStrong: t.TrackStrong,
		SegmentWeak: t.SegmentWeak, SegmentModerate: t.SegmentModerate, SegmentStrong: t.SegmentStrong,
		TrackRise: t.TrackRise, SegmentRise: t.SegmentRise,
		IdleActivity: t.IdleActivity, Overlap: t.MinOverlap,
		Frame: newFusionForm(t.Frame), Second: newFusionForm(t.Second), Track: newFusionForm(t.Track),
		Cohort:      cohortFusionForm{Slope: t.Cohort.Slope, Offset: t.Cohort.Offset},
		VoiceSecond: newScaleForm(t.VoiceScales.Second), VoiceNear: newScaleForm(t.VoiceScales.Near),
	}
}

func (f *thresholdsForm) thresholds() verdict.Thresholds {
	return verdict.Thresholds{
		TrackWeak: f.TrackWeak, TrackModerate: f.TrackModerate, TrackStrong: f.TrackStrong,
		SegmentWeak: f.SegmentWeak, SegmentModerate: f.SegmentModerate, SegmentStrong: f.SegmentStrong,
		TrackRise: f.TrackRise, SegmentRise: f.SegmentRise,
		IdleActivity: f.IdleActivity, MinOverlap: f.Overlap,
		Fusions: verdict.Fusions{
			Frame: f.Frame.fusion(), Second: f.Second.fusion(), Track: f.Track.fusion(),
			Cohort:      verdict.CohortFusion{Slope: f.Cohort.Slope, Offset: f.Cohort.Offset},
			VoiceScales: verdict.VoiceScales{Second: f.VoiceSecond.scale(), Near: f.VoiceNear.scale()},
		},
	}
}

func newFusionForm(x verdict.Fusion) fusionForm {
	return fusionForm{Logit: x.Logit, Likeness: x.Likeness, Offset: x.Offset}
}

func (f fusionForm) fusion() verdict.Fusion {
	return verdict.Fusion{Logit: f.Logit, Likeness: f.Likeness, Offset: f.Offset}
}

func newScaleForm(s verdict.LRScale) scaleForm {
	return scaleForm{Slope: s.Slope, Offset: s.Offset, Most: s.MaxLogLR}
}

func (f scaleForm) scale() verdict.LRScale {
	return verdict.LRScale{Slope: f.Slope, Offset: f.Offset, MaxLogLR: f.Most}
}
