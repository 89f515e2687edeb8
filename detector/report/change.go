package report

import (
	"strings"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// maxMoments is how many moments of a voice change are told in words: a film has
// hundreds, and the JSON has them all.
const maxMoments = 6

// heard says whether there was enough speech to ask whether the voice changes.
func heard(v *verdict.VoiceChange) bool { return v.Curve != nil && finite(v.Score) }

// changeWeighs returns in sentences what the sound says of whether one voice speaks
// all through a file, empty where the weights have no scale for it.
func (w *words) changeWeighs(res *verdict.Result) string {
	v := &res.Change
	if !heard(v) || !weighed(v.LogLR) {
		return ""
	}
	parts := []string{w.ChangeWeighs.Fill(w.times(v.LogLR, w.OtherVoiceInPart, w.OneVoice))}
	if len(v.Points) == 0 {
		return strings.Join(append(parts, w.ChangeNowhere), " ")
	}
	var places []string
	for i := range v.Points {
		if i == maxMoments {
			places = append(places, w.ChangeMore.Fill(len(v.Points)-maxMoments))
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

// changeFull is the distance that fills the lane of voice change: 99 of 100 genuine clips
// of some seconds stay below.
const changeFull = 0.35

// drawChange draws the course of how the voice changes over the frames of a track, and
// an upright line at each moment that stands out.
func (l *lanes) drawChange(t *verdict.Track, v *verdict.VoiceChange) {
	if !heard(v) || len(t.Scores) == 0 {
		return
	}
	values := make([]float64, len(t.Scores))
	for i := range values {
		values[i] = v.At(t.Scores[i].Frame)
	}
	l.Change = area(highest(values, min(len(values), curveColumns)), 0, upTo(changeFull))
	scale := float64(curveWidth) / float64(len(t.Scores))
	var b strings.Builder
	for i := range v.Points {
		if x := scale * (float64(v.Points[i].Frame-t.Scores[0].Frame) + .5); x >= 0 && x < curveWidth {
			point(&b, 'M', x, 0)
			point(&b, 'L', x, 1)
		}
	}
	l.Moments = b.String()
}

// What JSON writes of a voice change.
type (
	jsonChange struct {
		LogLR   *float64     `json:"log10_lr"`
		Highest *float64     `json:"highest_distance"`
		Moments []jsonMoment `json:"moments"`
	}
	jsonMoment struct {
		Time   float64  `json:"time_s"`
		Change *float64 `json:"distance"`
		LogLR  *float64 `json:"log10_lr"`
		Track  *int     `json:"track"`
	}
)

// changeJSON returns what the sound says of a voice change, nil where there was too
// little speech.
func changeJSON(v *verdict.VoiceChange) *jsonChange {
	if !heard(v) {
		return nil
	}
	out := &jsonChange{Highest: number(v.Score, 3), Moments: []jsonMoment{}}
	if weighed(v.LogLR) {
		out.LogLR = number(v.LogLR, 3)
	}
	for i := range v.Points {
		m := &v.Points[i]
		x := jsonMoment{Time: seconds(video.FrameTime(m.Frame)), Change: number(m.Change, 3), LogLR: number(m.LogLR, 3)}
		if m.Track != verdict.NoTrack {
			x.Track = &m.Track
		}
		out.Moments = append(out.Moments, x)
	}
	return out
}

// changeCell returns how the voice changes at a frame for CSV, empty where there is
// none.
func changeCell(v *verdict.VoiceChange, frame int) string {
	x := v.At(frame)
	if !finite(x) {
		return ""
	}
	return decimals(x, 4)
}
