package store

import (
	"time"

	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

type trackForm struct {
	ID       int            `cbor:"id"`
	Start    int64          `cbor:"start_ns"`
	End      int64          `cbor:"end_ns"`
	Lag      lagForm        `cbor:"lag"`
	Lags     []int          `cbor:"lags_frames"`
	Verdict  string         `cbor:"verdict"`
	Band     string         `cbor:"band"`
	Reasons  []string       `cbor:"reasons"`
	Score    float64        `cbor:"score"`
	Logit    float64        `cbor:"logit"`
	LogLR    float64        `cbor:"log_lr"`
	CohortZ  float64        `cbor:"cohort_z"`
	Motion   motionForm     `cbor:"motion"`
	Judged   int            `cbor:"judged_frames"`
	Scores   *scoresForm    `cbor:"scores"`
	LagCurve []lagPointForm `cbor:"lag_curve"`
}

type motionForm struct {
	Windows int               `cbor:"windows"`
	Outline float64           `cbor:"outline"`
	Flicker float64           `cbor:"flicker"`
	Logit   float64           `cbor:"logit"`
	LogLR   float64           `cbor:"log_lr"`
	Curve   []motionPointForm `cbor:"curve"`
}

type motionPointForm struct {
	Frame int     `cbor:"frame"`
	Logit float64 `cbor:"logit"`
}

type lagPointForm struct {
	Frame int     `cbor:"frame"`
	Lag   lagForm `cbor:"lag"`
}

func newTrackForm(t verdict.Track) trackForm {
	return trackForm{
		ID: t.ID, Start: int64(t.Start), End: int64(t.End), Lag: newLagForm(t.Lag), Lags: t.Lags,
		Verdict: string(t.Verdict), Band: string(t.Band), Reasons: reasonStrings(t.Reasons),
		Score: t.Score, Logit: t.Logit, LogLR: t.LogLR, CohortZ: t.CohortZ, Judged: t.Judged,
		Motion: motionForm{
			Windows: t.Motion.Windows, Outline: t.Motion.Outline, Flicker: t.Motion.Flicker,
			Logit: t.Motion.Logit, LogLR: t.Motion.LogLR,
			Curve: each(t.Motion.Curve, func(p verdict.MotionPoint) motionPointForm {
				return motionPointForm{Frame: p.Frame, Logit: p.Logit}
			}),
		},
		Scores: newScoresForm(t.Scores),
		LagCurve: each(t.LagCurve, func(p avsync.LagPoint) lagPointForm {
			return lagPointForm{Frame: p.Frame, Lag: newLagForm(p.Lag)}
		}),
	}
}

func (f *trackForm) track() (verdict.Track, error) {
	scores, err := f.Scores.scores()
	return verdict.Track{
		ID: f.ID, Start: time.Duration(f.Start), End: time.Duration(f.End), Lag: f.Lag.lag(), Lags: f.Lags,
		Verdict: verdict.Verdict(f.Verdict), Band: verdict.Band(f.Band), Reasons: reasons(f.Reasons),
		Score: f.Score, Logit: f.Logit, LogLR: f.LogLR, CohortZ: f.CohortZ, Judged: f.Judged,
		Motion: verdict.Motion{
			Windows: f.Motion.Windows, Outline: f.Motion.Outline, Flicker: f.Motion.Flicker,
			Logit: f.Motion.Logit, LogLR: f.Motion.LogLR,
			Curve: each(f.Motion.Curve, func(p motionPointForm) verdict.MotionPoint {
				return verdict.MotionPoint{Frame: p.Frame, Logit: p.Logit}
			}),
		},
		Scores: scores,
		LagCurve: each(f.LagCurve, func(p lagPointForm) avsync.LagPoint {
			return avsync.LagPoint{Frame: p.Frame, Lag: p.Lag.lag()}
		}),
	}, err
}

func eachTrack(forms []trackForm) (out []verdict.Track, err error) {
	if forms == nil {
		return nil, nil
	}
	out = make([]verdict.Track, len(forms))
	for i := range forms {
		if out[i], err = forms[i].track(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// scoresForm is the scores of a track, one array for each field, because a track has thousands.
// All arrays have the same length.
type scoresForm struct {
	Frame         []int     `cbor:"frame"`
	Mouth         []bool    `cbor:"mouth"`
	Frozen        []bool    `cbor:"frozen"`
	Corrupt       []bool    `cbor:"corrupt"`
	Voiced        []bool    `cbor:"voiced"`
	Idle          []bool    `cbor:"idle"`
	Judged        []bool    `cbor:"judged"`
	Mismatch      []float64 `cbor:"mismatch"`
	Likeness      []float64 `cbor:"likeness"`
	CohortZ       []float64 `cbor:"cohort_z"`
	Overlap       []float64 `cbor:"overlap"`
	Overlapped    []bool    `cbor:"overlapped"`
	VoiceDistance []float64 `cbor:"voice_distance"`
	VoiceNear     []float64 `cbor:"voice_near"`
	Level         []float64 `cbor:"level_dbfs"`
	Opening       []float64 `cbor:"opening"`
	Yaw           []float64 `cbor:"yaw_deg"`
	EyeDist       []float64 `cbor:"eye_distance_px"`
	BoxX          []float64 `cbor:"box_x_px"`
	BoxY          []float64 `cbor:"box_y_px"`
	BoxW          []float64 `cbor:"box_w_px"`
	BoxH          []float64 `cbor:"box_h_px"`
}

// newScoresForm returns nil for nil.
func newScoresForm(in []verdict.Score) *scoresForm {
	if in == nil {
		return nil
	}
	n := len(in)
	f := &scoresForm{Frame: make([]int, n)}
	fillColumns(f.bools(), n)
	fillColumns(f.floats(), n)
	for i := range in {
		s := &in[i]
		f.Frame[i], f.Mouth[i], f.Frozen[i], f.Corrupt[i] = s.Frame, s.Mouth, s.Frozen, s.Corrupt
		f.Voiced[i], f.Idle[i], f.Judged[i], f.Overlapped[i] = s.Voiced, s.Idle, s.Judged, s.Overlapped
		f.Mismatch[i], f.Likeness[i], f.CohortZ[i], f.Overlap[i] = s.Mismatch, s.Likeness, s.CohortZ, s.Overlap
		f.VoiceDistance[i], f.VoiceNear[i], f.Level[i] = s.VoiceDistance, s.VoiceDistanceNear, s.Level
		f.Opening[i], f.Yaw[i], f.EyeDist[i] = s.Opening, s.Yaw, s.EyeDist
		f.BoxX[i], f.BoxY[i], f.BoxW[i], f.BoxH[i] = s.Box.X, s.Box.Y, s.Box.W, s.Box.H
	}
	return f
}

func (f *scoresForm) bools() []*[]bool {
	return []*[]bool{&f.Mouth, &f.Frozen, &f.Corrupt, &f.Voiced, &f.Idle, &f.Judged, &f.Overlapped}
}

func (f *scoresForm) floats() []*[]float64 {
	return []*[]float64{&f.Mismatch, &f.Likeness, &f.CohortZ, &f.Overlap, &f.VoiceDistance, &f.VoiceNear,
		&f.Level, &f.Opening, &f.Yaw, &f.EyeDist, &f.BoxX, &f.BoxY, &f.BoxW, &f.BoxH}
}

// fillColumns makes the columns that are nil, n zeros each. It reports whether all columns now have
// n values.
func fillColumns[T any](columns []*[]T, n int) bool {
	for _, column := range columns {
		if *column == nil {
			*column = make([]T, n)
		}
		if len(*column) != n {
			return false
		}
	}
	return true
}

// scores returns nil for a nil form. A column that is missing counts as zeros. The error is
// errForm if a column has another length than the frames.
func (f *scoresForm) scores() ([]verdict.Score, error) {
	if f == nil {
		return nil, nil
	}
	n := len(f.Frame)
	if !fillColumns(f.bools(), n) || !fillColumns(f.floats(), n) {
		return nil, errForm
	}
	out := make([]verdict.Score, n)
	for i := range out {
		out[i] = verdict.Score{
			Frame: f.Frame[i], Mouth: f.Mouth[i], Frozen: f.Frozen[i], Corrupt: f.Corrupt[i],
			Voiced: f.Voiced[i], Idle: f.Idle[i], Judged: f.Judged[i], Overlapped: f.Overlapped[i],
			Mismatch: f.Mismatch[i], Likeness: f.Likeness[i], CohortZ: f.CohortZ[i], Overlap: f.Overlap[i],
			VoiceDistance: f.VoiceDistance[i], VoiceDistanceNear: f.VoiceNear[i], Level: f.Level[i],
			Opening: f.Opening[i], Yaw: f.Yaw[i], EyeDist: f.EyeDist[i],
			Box: video.Box{X: f.BoxX[i], Y: f.BoxY[i], W: f.BoxW[i], H: f.BoxH[i]},
		}
	}
	return out, nil
}

type segmentForm struct {
	Track       int              `cbor:"track"`
	Start       int64            `cbor:"start_ns"`
	End         int64            `cbor:"end_ns"`
	Kind        string           `cbor:"kind"`
	Band        string           `cbor:"band"`
	Mean        float64          `cbor:"mean_mismatch"`
	Peak        float64          `cbor:"peak_suspicion"`
	Cutaway     bool             `cbor:"cutaway"`
	Speaker     int              `cbor:"speaker_track"`
	LogLR       float64          `cbor:"log_lr"`
	VoiceLogLR  float64          `cbor:"voice_log_lr"`
	Stills      []stillForm      `cbor:"stills"`
	Spectrogram *spectrogramForm `cbor:"spectrogram"`
}

type stillForm struct {
	Frame int    `cbor:"frame"`
	Crop  []byte `cbor:"crop_grey"` // nil for none, otherwise video.CropSize squared
}

type spectrogramForm struct {
	Start   int64  `cbor:"start_ns"`
	End     int64  `cbor:"end_ns"`
	Columns int    `cbor:"columns"`
	Rows    int    `cbor:"rows"`
	Grey    []byte `cbor:"grey"`
}

func newSegmentForm(s verdict.Segment) segmentForm {
	f := segmentForm{
		Track: s.Track, Start: int64(s.Start), End: int64(s.End), Kind: s.Kind, Band: string(s.Band),
		Mean: s.Mean, Peak: s.Peak, Cutaway: s.Cutaway, Speaker: s.Speaker, LogLR: s.LogLR, VoiceLogLR: s.VoiceLogLR,
		Stills: each(s.Stills, func(x verdict.Still) stillForm {
			if x.Crop == nil {
				return stillForm{Frame: x.Frame}
			}
			return stillForm{Frame: x.Frame, Crop: x.Crop[:]}
		}),
	}
	if g := s.Spectrogram; g != nil {
		f.Spectrogram = &spectrogramForm{Start: int64(g.Start), End: int64(g.End), Columns: g.Columns, Rows: g.Rows, Grey: g.Grey}
	}
	return f
}

func (f *segmentForm) segment() (verdict.Segment, error) {
	s := verdict.Segment{
		Track: f.Track, Start: time.Duration(f.Start), End: time.Duration(f.End), Kind: f.Kind, Band: verdict.Band(f.Band),
		Mean: f.Mean, Peak: f.Peak, Cutaway: f.Cutaway, Speaker: f.Speaker, LogLR: f.LogLR, VoiceLogLR: f.VoiceLogLR,
		Stills: each(f.Stills, func(x stillForm) verdict.Still { return verdict.Still{Frame: x.Frame} }),
	}
	for i, x := range f.Stills {
		if x.Crop == nil {
			continue
		}
		crop := new(video.Crop)
		if len(x.Crop) != len(crop) {
			return s, errForm
		}
		copy(crop[:], x.Crop)
		s.Stills[i].Crop = crop
	}
	if g := f.Spectrogram; g != nil {
		if g.Columns < 0 || g.Rows < 0 || g.Columns*g.Rows != len(g.Grey) {
			return s, errForm
		}
		s.Spectrogram = &verdict.Spectrogram{Start: time.Duration(g.Start), End: time.Duration(g.End), Columns: g.Columns, Rows: g.Rows, Grey: g.Grey}
	}
	return s, nil
}

func eachSegment(forms []segmentForm) (out []verdict.Segment, err error) {
	if forms == nil {
		return nil, nil
	}
	out = make([]verdict.Segment, len(forms))
	for i := range forms {
		if out[i], err = forms[i].segment(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type changeForm struct {
	First  int               `cbor:"first_frame"`
	Curve  []float32         `cbor:"curve"`
	Score  float64           `cbor:"score"`
	LogLR  float64           `cbor:"log_lr"`
	Points []changePointForm `cbor:"points"`
}

type changePointForm struct {
	Frame  int     `cbor:"frame"`
	Change float64 `cbor:"change"`
	LogLR  float64 `cbor:"log_lr"`
	Track  int     `cbor:"track"`
}

func newChangeForm(c verdict.VoiceChange) changeForm {
	return changeForm{
		First: c.First, Curve: c.Curve, Score: c.Score, LogLR: c.LogLR,
		Points: each(c.Points, func(p verdict.ChangePoint) changePointForm {
			return changePointForm{Frame: p.Frame, Change: p.Change, LogLR: p.LogLR, Track: p.Track}
		}),
	}
}

func (f *changeForm) change() verdict.VoiceChange {
	return verdict.VoiceChange{
		First: f.First, Curve: f.Curve, Score: f.Score, LogLR: f.LogLR,
		Points: each(f.Points, func(p changePointForm) verdict.ChangePoint {
			return verdict.ChangePoint{Frame: p.Frame, Change: p.Change, LogLR: p.LogLR, Track: p.Track}
		}),
	}
}
