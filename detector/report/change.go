package report

import (
	"strings"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// maxChangePoints is the maximum number of change points named in a sentence. A film has
// hundreds; the JSON report holds them all.
const maxChangePoints = 6

// changeMeasured reports whether there was enough speech to look for a voice change.
func changeMeasured(v *verdict.VoiceChange) bool { return v.Curve != nil && isFinite(v.Score) }

// changeEvidence returns sentences with the likelihood ratio of a voice change and its change
// points. The result is empty if there was too little speech or the weights have no likelihood
// ratio scale for voice changes.
func (w *words) changeEvidence(res *verdict.Result) string {
	v := &res.Change
	if !changeMeasured(v) || !hasLogLR(v.LogLR) {
		return ""
	}
	parts := []string{w.ChangeWeighs.Fill(w.ratioInWords(v.LogLR, w.OtherVoiceInPart, w.OneVoice))}
	if len(v.Points) == 0 {
		return strings.Join(append(parts, w.ChangeNowhere), " ")
	}
	var places []string
	for i := range v.Points {
		if i == maxChangePoints {
			places = append(places, w.ChangeMore.Fill(len(v.Points)-maxChangePoints))
			break
		}
		m := &v.Points[i]
		place := clock(video.FrameTime(m.Frame))
		if m.Track == verdict.NoTrack {
			place = w.WhileNoFace.Fill(place)
		} else {
			place = w.WhileFace.Fill(place, m.Track)
		}
		places = append(places, place)
	}
	return strings.Join(append(parts, w.ChangeAt.Fill(strings.Join(places, "; ")), w.ChangeInnocent), " ")
}

// changeLaneMax is the distance at the top of the voice-change lane. 99 % of genuine clips of
// a few seconds stay below it.
const changeLaneMax = 0.35

// drawChange draws the voice change curve over the frames of a track, and a vertical line at
// each change point.
func (l *lanes) drawChange(t *verdict.Track, v *verdict.VoiceChange) {
	if !changeMeasured(v) || len(t.Scores) == 0 {
		return
	}
	values := make([]float64, len(t.Scores))
	for i := range values {
		values[i] = v.At(t.Scores[i].Frame)
	}
	l.Change = areaPath(columnMaxima(values, min(len(values), curveColumns)), 0, scaleTo(changeLaneMax))
	scale := float64(curveWidth) / float64(len(t.Scores))
	var b strings.Builder
	for i := range v.Points {
		if x := scale * (float64(v.Points[i].Frame-t.Scores[0].Frame) + .5); x >= 0 && x < curveWidth {
			addPoint(&b, 'M', x, 0)
			addPoint(&b, 'L', x, 1)
		}
	}
	l.ChangePoints = b.String()
}

// The JSON of a voice change.
type (
	jsonChange struct {
		LogLR   *float64          `json:"log10_lr"`
		Highest *float64          `json:"highest_distance"`
		Points  []jsonChangePoint `json:"moments"`
	}
	jsonChangePoint struct {
		Time   float64  `json:"time_s"`
		Change *float64 `json:"distance"`
		LogLR  *float64 `json:"log10_lr"`
		Track  *int     `json:"track"`
	}
)

// changeJSON returns the voice change of a file, nil if there was too little speech.
func changeJSON(v *verdict.VoiceChange) *jsonChange {
	if !changeMeasured(v) {
		return nil
	}
	out := &jsonChange{Highest: number(v.Score, 3), Points: []jsonChangePoint{}}
	if hasLogLR(v.LogLR) {
		out.LogLR = number(v.LogLR, 3)
	}
	for i := range v.Points {
		m := &v.Points[i]
		x := jsonChangePoint{Time: seconds(video.FrameTime(m.Frame)), Change: number(m.Change, 3), LogLR: number(m.LogLR, 3)}
		if m.Track != verdict.NoTrack {
			x.Track = &m.Track
		}
		out.Points = append(out.Points, x)
	}
	return out
}

// changeCell returns the CSV cell of the voice change distance at a frame, empty if unknown.
func changeCell(v *verdict.VoiceChange, frame int) string {
	return decimalsOrEmpty(v.At(frame), 4)
}
