package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/deepcheck/deepcheck/detector/internal/lips"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// timelineColumns is the number of columns of a timeline.
const timelineColumns = 800

// lanes holds the drawings of a track other than its mismatch curve: SVG path data of size
// (curveWidth, curveHeight), empty for none.
type lanes struct {
	Suspicion    string   // line of the smoothed mismatch
	Opening      string   // mouth opening, filled
	Lag          string   // strokes of lags with sufficient confidence
	Uncertain    string   // strokes of the other lags
	LagRange     int      // lag at the upper edge of the lane, in ms; 0 without a lag curve
	Motion       string   // bars of the lip motion logit
	Voice        string   // likelihood ratio of an impostor voice, filled from the middle
	Change       string   // voice change distance, filled
	ChangePoints string   // vertical lines
	Threshold    *float64 // y of the segment threshold, nil for none
}

// newLanes draws the lanes of track t, except the voice change. suspicion (len(t.Scores)) is in
// logits.
func newLanes(t *verdict.Track, suspicion []float64, th verdict.Thresholds) *lanes {
	n := min(len(t.Scores), curveColumns)
	l := &lanes{Suspicion: linePath(columnMaxima(suspicion, n), 0, curveWidth, probability)}
	l.Threshold = thresholdHeight(th)
	l.Opening = openingPath(t, t.Scores)
	l.Voice = areaPath(columnMaxima(voiceLogLRs(t, th), n), middle, centredScale(voiceLaneMax))
	l.drawLag(t)
	l.drawMotion(t)
	return l
}

// middle is the height of the zero line of a lane for signed values.
const middle = 0.5

// centredScale returns the height of a value in a lane that spans -most..most.
func centredScale(most float64) func(float64) float64 {
	return func(v float64) float64 { return middle + min(max(v/(2*most), -.48), .48) }
}

// scaleTo returns the height of a value in a lane that spans 0..most.
func scaleTo(most float64) func(float64) float64 {
	return func(v float64) float64 { return min(max(v/most, 0), 1) }
}

// voiceLaneMax is the log10 likelihood ratio at the upper edge of the voice lane. Larger ratios
// are limited to the edge.
const voiceLaneMax = 2

// voiceLogLRs returns the log10 likelihood ratio of an impostor voice for every frame, by the
// voice in the second around the frame. It is positive if that voice differs from the voice in
// the rest of the track, NaN if the two were not compared.
func voiceLogLRs(t *verdict.Track, th verdict.Thresholds) []float64 {
	out := make([]float64, len(t.Scores))
	for i := range t.Scores {
		if out[i] = math.NaN(); t.Scores[i].VoiceDistance > 0 && th.VoiceScales != (verdict.VoiceScales{}) {
			out[i] = th.VoiceScales.Second.LogLR(t.Scores[i].VoiceDistance)
		}
	}
	return out
}

// motionLaneMax is the lip motion logit at the upper edge of the motion lane: a probability of
// 0.998. Larger logits are limited to the edge.
const motionLaneMax = 6

// drawMotion draws a bar per motion window, lips.Hop frames wide. If there are more than
// curveColumns windows, a bar is the mean of several.
func (l *lanes) drawMotion(t *verdict.Track) {
	points := t.Motion.Curve
	if len(points) == 0 || len(t.Scores) == 0 {
		return
	}
	every := (len(points) + curveColumns - 1) / curveColumns
	scale, height := float64(curveWidth)/float64(len(t.Scores)), centredScale(motionLaneMax)
	var b strings.Builder
	for i := 0; i < len(points); i += every {
		group := points[i:min(i+every, len(points))]
		sum := 0.0
		for _, p := range group {
			sum += p.Logit
		}
		mean := sum / float64(len(group))
		if !isFinite(mean) {
			continue
		}
		first := float64(group[0].Frame - t.Scores[0].Frame)
		last := float64(group[len(group)-1].Frame - t.Scores[0].Frame)
		from, to := max(scale*(first-lips.Hop/2.), 0), min(scale*(last+lips.Hop/2.), curveWidth)
		y := height(mean)
		addPoint(&b, 'M', from, middle)
		addPoint(&b, 'L', from, y)
		addPoint(&b, 'L', to, y)
		addPoint(&b, 'L', to, middle)
		b.WriteByte('Z')
	}
	l.Motion = b.String()
}

// openingPath draws the mouth opening in some scores of track t.
func openingPath(t *verdict.Track, scores []verdict.Score) string {
	values := make([]float64, len(scores))
	for i := range scores {
		if values[i] = math.NaN(); scores[i].Mouth {
			values[i] = scores[i].Opening
		}
	}
	return areaPath(columnMaxima(values, min(len(values), curveColumns)), 0, scaleTo(maxOpening(t)))
}

// minOpeningScale is the minimum opening at the top of the lane, so that the noise of idle lips
// does not fill the lane.
const minOpeningScale = 0.2

// maxOpening returns the mouth opening at the top of the lane of track t.
func maxOpening(t *verdict.Track) float64 {
	most := minOpeningScale
	for i := range t.Scores {
		if s := &t.Scores[i]; s.Mouth && isFinite(s.Opening) {
			most = max(most, s.Opening)
		}
	}
	return most
}

// thresholdHeight returns y of the weak segment threshold on a curve, nil if there is none.
func thresholdHeight(th verdict.Thresholds) *float64 {
	if !hasThreshold(th) {
		return nil
	}
	y := math.Round((1 - probability(th.SegmentWeak)) * curveHeight)
	return &y
}

// hasThreshold reports whether there is a segment threshold to draw and to move.
func hasThreshold(th verdict.Thresholds) bool {
	return isFinite(th.SegmentWeak) && th != verdict.Thresholds{}
}

// probability returns the probability of a logit.
func probability(logit float64) float64 { return 1 / (1 + math.Exp(-logit)) }

// columnMaxima groups values into n columns and returns the maximum of each, NaN for a column
// without finite values. A mean would hide one suspect second in an hour.
func columnMaxima(values []float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
		for _, v := range values[i*len(values)/n : (i+1)*len(values)/n] {
			if !(out[i] >= v) && isFinite(v) {
				out[i] = v
			}
		}
	}
	return out
}

// linePath draws a line through the centres of columns that fill x in [from, to). scale turns a
// value into a height of 0..1. The line has a gap at NaN.
func linePath(columns []float64, from, to float64, scale func(float64) float64) string {
	var b strings.Builder
	width := (to - from) / float64(len(columns))
	for start, end := range runs(len(columns), known(columns)) {
		if end == start+1 { // a single column is drawn over its width
			y := scale(columns[start])
			addPoint(&b, 'M', from+width*float64(start), y)
			addPoint(&b, 'L', from+width*float64(end), y)
			continue
		}
		command := byte('M')
		for j := start; j < end; j++ {
			addPoint(&b, command, from+width*(float64(j)+.5), scale(columns[j]))
			command = 'L'
		}
	}
	return b.String()
}

// areaPath fills the area between the height floor and the height of each column, both 0..1.
func areaPath(columns []float64, floor float64, height func(float64) float64) string {
	var b strings.Builder
	width := float64(curveWidth) / float64(len(columns))
	for start, end := range runs(len(columns), known(columns)) {
		addPoint(&b, 'M', width*float64(start), floor)
		for i := start; i < end; i++ {
			addPoint(&b, 'L', width*(float64(i)+.5), height(columns[i]))
		}
		addPoint(&b, 'L', width*float64(end), floor)
		b.WriteByte('Z')
	}
	return b.String()
}

// lagRanges lists the possible lags at the upper edge of the lag lane, in ms.
var lagRanges = [...]int{200, 400, 800, 1200}

// drawLag draws a stroke for each point of the lag curve.
func (l *lanes) drawLag(t *verdict.Track) {
	if len(t.LagCurve) == 0 {
		return
	}
	l.LagRange = lagRanges[0]
	for _, p := range t.LagCurve {
		for _, r := range lagRanges {
			if l.LagRange < r && p.Lag.Confidence >= minLagConfidence && math.Abs(milliseconds(p.Lag.Duration())) > float64(l.LagRange) {
				l.LagRange = r
			}
		}
	}
	every := (len(t.LagCurve) + curveColumns - 1) / curveColumns
	scale := float64(curveWidth) / float64(len(t.Scores))
	var certain, uncertain strings.Builder
	for i := 0; i < len(t.LagCurve); i += every {
		p := &t.LagCurve[i]
		b := &uncertain
		if p.Lag.Confidence >= minLagConfidence {
			b = &certain
		}
		x := scale * float64(p.Frame-t.Scores[0].Frame)
		half := scale * avsync.CurveStep / 2 * float64(every)
		y := min(max(.5+milliseconds(p.Lag.Duration())/float64(2*l.LagRange), 0.03), 0.97)
		addPoint(b, 'M', max(x-half, 0), y)
		addPoint(b, 'L', min(x+half, curveWidth), y)
	}
	l.Lag, l.Uncertain = certain.String(), uncertain.String()
}

// A timeline shows all tracks of a file below its player.
type timeline struct {
	Rows      []timelineRow
	NoSpeech  string
	HasSpeech bool
	Threshold *float64
}

// A timelineRow holds tracks that do not overlap.
type timelineRow struct{ Tracks []timelineTrack }

// A timelineTrack is the bar of one track.
type timelineTrack struct {
	bar
	ID        int
	Title     string
	Class     string
	Suspicion string
	Segments  []bar
}

// newTimeline lays out the tracks of a file. Tracks that do not overlap share a row; otherwise a
// film would have hundreds of rows. The result is nil for a file without frames.
func newTimeline(w *words, res *verdict.Result, suspicions [][]float64) *timeline {
	total := totalFrames(res)
	if total == 0 {
		return nil
	}
	o := &timeline{HasSpeech: len(res.Speech) > 0, Threshold: thresholdHeight(res.Thresholds)}
	x := func(frame int) float64 { return curveWidth * float64(frame-res.First) / float64(total) }
	o.NoSpeech = silencePath(res.Speech, func(i int) float64 { return x(res.First + i) })
	order := make([]int, len(res.Tracks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(firstFrame(&res.Tracks[a]), firstFrame(&res.Tracks[b])) })
	var ends []int // end of the last track of each row
	for _, i := range order {
		t := &res.Tracks[i]
		if len(t.Scores) == 0 {
			continue
		}
		first := t.Scores[0].Frame
		row := slices.IndexFunc(ends, func(end int) bool { return end <= first })
		if row < 0 {
			row = len(ends)
			ends, o.Rows = append(ends, 0), append(o.Rows, timelineRow{})
		}
		ends[row] = first + len(t.Scores)
		from, to := x(first), x(first+len(t.Scores))
		v := timelineTrack{
			bar: bar{int(from), max(int(to-from), 1)}, ID: t.ID, Class: cssClass(t.Verdict),
			Title:     w.TrackIs.Fill(w.trackName(t), w.banded(t.Verdict, t.Band)),
			Suspicion: linePath(columnMaxima(suspicions[i], min(len(t.Scores), max(1, len(t.Scores)*timelineColumns/total))), from, to, probability),
		}
		for j := range res.Segments {
			if s := &res.Segments[j]; s.Track == t.ID {
				a, b := video.FrameAt(s.Start), video.FrameAt(s.End)
				v.Segments = append(v.Segments, bar{int(x(a)), max(int(x(b)-x(a)), 8)})
			}
		}
		o.Rows[row].Tracks = append(o.Rows[row].Tracks, v)
	}
	return o
}

// totalFrames returns the length of the scanned time range in frames. Tracks may end a little
// after the last counted frame.
func totalFrames(res *verdict.Result) int {
	total := res.Frames
	for i := range res.Tracks {
		if s := res.Tracks[i].Scores; len(s) > 0 {
			total = max(total, s[len(s)-1].Frame+1-res.First)
		}
	}
	return total
}

// silencePath draws bars over frames without speech, in timelineColumns columns at most. x turns
// an index of speech into an x coordinate.
func silencePath(speech []bool, x func(int) float64) string {
	if len(speech) == 0 {
		return ""
	}
	n := min(len(speech), timelineColumns)
	silent := func(i int) bool {
		voiced := 0
		column := speech[i*len(speech)/n : (i+1)*len(speech)/n]
		for _, s := range column {
			if s {
				voiced++
			}
		}
		return 2*voiced < len(column)
	}
	var b strings.Builder
	for from, to := range runs(n, silent) {
		addBar(&b, x(from*len(speech)/n), x(to*len(speech)/n), 1)
	}
	return b.String()
}

func firstFrame(t *verdict.Track) int {
	if len(t.Scores) == 0 {
		return 0
	}
	return t.Scores[0].Frame
}

// trackName returns a name such as "track 1, 0:01.00 to 0:01.96".
func (w *words) trackName(t *verdict.Track) string {
	return w.TrackName.Fill(t.ID, w.Interval.Fill(clock(t.Start), clock(t.End)))
}
