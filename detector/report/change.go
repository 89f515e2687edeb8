package report

import (
	"fmt"
	"strings"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// maxMoments is how many moments of a voice change are told in words: a film has
// hundreds, and the JSON has them all.
const maxChangePoints = 6

// heard says whether there was enough speech to ask whether the voice changes.
func changeMeasured(v *verdict.VoiceChange) bool { return v.Curve != nil && isFinite(v.Score) }

// changeWeighs returns in sentences what the sound says of whether one voice speaks
// all through a file, empty where the weights have no scale for it.
func (w *words) changeEvidence(res *verdict.Result) string {
	v := &res.Change
	if !changeMeasured(v) || !hasLogLR(v.LogLR) {
		return ""
	}
	parts := []string{fmt.Sprintf(w.ChangeWeighs, w.ratioInWords(v.LogLR, w.OtherVoiceInPart, w.OneVoice))}
	if len(v.Points) == 0 {
		return strings.Join(append(parts, w.ChangeNowhere), " ")
	}
	var places []string
	for i := range v.Points {
		if i == maxChangePoints {
			places = append(places, fmt.Sprintf(w.ChangeMore, len(v.Points)-maxChangePoints))
			break
		}
		m := &v.Points[i]
		place := clock(video.FrameTime(m.Frame))
		if m.Track == verdict.NoTrack {
			place += " " + w.WhileNoFace
		} else {
			place += " " + fmt.Sprintf(w.WhileFace, m.Track)
		}
		places = append(places, place)
	}
	return strings.Join(append(parts, fmt.Sprintf(w.ChangeAt, strings.Join(places, "; ")), w.ChangeInnocent), " ")
}

// changeFull is the distance that fills the lane of voice change: 99 of 100 genuine clips
// of some seconds stay below.
const changeLaneMax = 0.35

// drawChange draws the course of how the voice changes over the frames of a track, and
// an upright line at each moment that stands out.
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

// What JSON writes of a voice change.
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

// changeJSON returns what the sound says of a voice change, nil where there was too
// little speech.
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

// changeCell returns how the voice changes at a frame for CSV, empty where there is
// none.
func changeCell(v *verdict.VoiceChange, frame int) string {
	return decimalsOrEmpty(v.At(frame), 4)
}
