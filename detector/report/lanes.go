package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// overviewColumns is how many columns a file's whole length has in the
// overview.
const overviewColumns = 800

// lanes are the drawings of a track beside its curve, in the same coordinates.
type lanes struct {
	Level     string   // smoothed mismatch
	Opening   string   // of the lips, filled
	Lag       string   // strokes that can be read
	Unsure    string   // strokes that cannot
	LagRange  int      // ms from the middle of the lane to its upper edge; 0 without lag
	Motion    string   // bars of how the mouth moves
	Voice     string   // whose voice it is, filled from the middle
	Change    string   // of the voice, filled
	Moments   string   // upright lines where it stands out
	Threshold *float64 // height of the threshold, nil for none
}

// newLanes draws what belongs to track t with its smoothed logits (len(Scores)).
func newLanes(t *verdict.Track, level []float64, th verdict.Thresholds) *lanes {
	n := min(len(t.Scores), curveColumns)
	l := &lanes{Level: trace(highest(level, n), 0, curveWidth, probability)}
	l.Threshold = thresholdHeight(th)
	l.Opening = opened(t, t.Scores)
	l.Voice = area(highest(voiceRatios(t, th), n), middle, aboutMiddle(voiceReach))
	l.drawCourse(t)
	l.drawMotion(t)
	return l
}

// middle is where a lane begins that goes both ways.
const middle = 0.5

// aboutMiddle returns the height of a value in a lane of which half is full at most, or -most.
func aboutMiddle(most float64) func(float64) float64 {
	return func(v float64) float64 { return middle + min(max(v/(2*most), -.48), .48) }
}

// upTo returns the height of a value in a lane that is full at most.
func upTo(most float64) func(float64) float64 {
	return func(v float64) float64 { return min(max(v/most, 0), 1) }
}

// voiceReach is the common logarithm of the likelihood ratio that fills half of the lane of whose voice
// it is: what is beyond is certain enough for anybody.
const voiceReach = 2

// voiceRatios returns, of every frame, the common logarithm of the likelihood ratio by the voice of the second about it,
// above 0 another's than what fits the mouth in the rest of the track; NaN where it was not compared.
func voiceRatios(t *verdict.Track, th verdict.Thresholds) []float64 {
	out := make([]float64, len(t.Scores))
	for i := range t.Scores {
		if out[i] = math.NaN(); t.Scores[i].VoiceDistance > 0 && th.VoiceScales != (verdict.VoiceScales{}) {
			out[i] = th.VoiceScales.Second.Of(t.Scores[i].VoiceDistance)
		}
	}
	return out
}

// motionReach is how many logits fill half of the lane of how the mouth moves: what is
// beyond is all but certain to the network that judges it.
const motionReach = 6

// drawMotion draws a bar from the middle of the lane for each window's hop, or
// for the mean of several where more would not be seen apart.
func (l *lanes) drawMotion(t *verdict.Track) {
	points := t.Motion.Curve
	if len(points) == 0 || len(t.Scores) == 0 {
		return
	}
	every := (len(points) + curveColumns - 1) / curveColumns
	scale, height := float64(curveWidth)/float64(len(t.Scores)), aboutMiddle(motionReach)
	var b strings.Builder
	for i := 0; i < len(points); i += every {
		part := points[i:min(i+every, len(points))]
		sum := 0.0
		for _, p := range part {
			sum += p.Logit
		}
		mean := sum / float64(len(part))
		if !finite(mean) {
			continue
		}
		first := float64(part[0].Frame - t.Scores[0].Frame)
		last := float64(part[len(part)-1].Frame - t.Scores[0].Frame)
		from, to := max(scale*(first-lips.Hop/2.), 0), min(scale*(last+lips.Hop/2.), curveWidth)
		y := height(mean)
		point(&b, 'M', from, middle)
		point(&b, 'L', from, y)
		point(&b, 'L', to, y)
		point(&b, 'L', to, middle)
		b.WriteByte('Z')
	}
	l.Motion = b.String()
}

// opened draws the opening of the lips in some scores of a track.
func opened(t *verdict.Track, scores []verdict.Score) string {
	values := make([]float64, len(scores))
	for i := range scores {
		if values[i] = math.NaN(); scores[i].Mouth {
			values[i] = scores[i].Opening
		}
	}
	return area(highest(values, min(len(values), curveColumns)), 0, upTo(widest(t)))
}

// leastWidest keeps the noise of lips at rest from filling a lane.
const leastWidest = 0.2

// widest returns the opening of a track's lips that fills its lane.
func widest(t *verdict.Track) float64 {
	most := leastWidest
	for i := range t.Scores {
		if s := &t.Scores[i]; s.Mouth && finite(s.Opening) {
			most = max(most, s.Opening)
		}
	}
	return most
}

// thresholdHeight returns where the threshold of a second lies on a curve.
func thresholdHeight(th verdict.Thresholds) *float64 {
	if !movable(th) {
		return nil
	}
	y := math.Round((1 - probability(th.SegmentWeak)) * curveHeight)
	return &y
}

// movable reports whether there is a threshold to draw and to move.
func movable(th verdict.Thresholds) bool {
	return finite(th.SegmentWeak) && th != verdict.Thresholds{}
}

// probability is the inverse of [detector.Logit].
func probability(logit float64) float64 { return 1 / (1 + math.Exp(-logit)) }

// highest puts values (any) into n columns and takes the highest of each, NaN
// where there is none: the mean would hide a second in an hour.
func highest(values []float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
		for _, v := range values[i*len(values)/n : (i+1)*len(values)/n] {
			if !(out[i] >= v) && finite(v) {
				out[i] = v
			}
		}
	}
	return out
}

// trace draws a line through the middles of columns that fill from..to of the
// width, height 0..1 by the given scale, with gaps where there is no value.
func trace(columns []float64, from, to float64, scale func(float64) float64) string {
	var b strings.Builder
	width := (to - from) / float64(len(columns))
	for i := 0; i < len(columns); i++ {
		if math.IsNaN(columns[i]) {
			continue
		}
		start := i
		for i+1 < len(columns) && !math.IsNaN(columns[i+1]) {
			i++
		}
		if start == i { // one alone is drawn over its width
			y := scale(columns[i])
			point(&b, 'M', from+width*float64(i), y)
			point(&b, 'L', from+width*float64(i+1), y)
			continue
		}
		command := byte('M')
		for j := start; j <= i; j++ {
			point(&b, command, from+width*(float64(j)+.5), scale(columns[j]))
			command = 'L'
		}
	}
	return b.String()
}

// area fills from a floor to the height of each column, both 0..1.
func area(columns []float64, floor float64, height func(float64) float64) string {
	var b strings.Builder
	width := float64(curveWidth) / float64(len(columns))
	for i := 0; i < len(columns); i++ {
		if math.IsNaN(columns[i]) {
			continue
		}
		point(&b, 'M', width*float64(i), floor)
		for ; i < len(columns) && !math.IsNaN(columns[i]); i++ {
			point(&b, 'L', width*(float64(i)+.5), height(columns[i]))
		}
		point(&b, 'L', width*float64(i), floor)
		b.WriteByte('Z')
	}
	return b.String()
}

// lagRanges are the scales that a lag's lane may have, in ms.
var lagRanges = [...]int{200, 400, 800, 1200}

// drawCourse draws a stroke for each point of a lag's course.
func (l *lanes) drawCourse(t *verdict.Track) {
	if len(t.LagCurve) == 0 {
		return
	}
	l.LagRange = lagRanges[0]
	for _, p := range t.LagCurve {
		for _, r := range lagRanges {
			if l.LagRange < r && p.Lag.Confidence >= lagSure && math.Abs(milliseconds(p.Lag.Duration())) > float64(l.LagRange) {
				l.LagRange = r
			}
		}
	}
	every := (len(t.LagCurve) + curveColumns - 1) / curveColumns
	scale := float64(curveWidth) / float64(len(t.Scores))
	var sure, unsure strings.Builder
	for i := 0; i < len(t.LagCurve); i += every {
		p := &t.LagCurve[i]
		b := &unsure
		if p.Lag.Confidence >= lagSure {
			b = &sure
		}
		x := scale * float64(p.Frame-t.Scores[0].Frame)
		half := scale * avsync.CurveStep / 2 * float64(every)
		y := min(max(.5+milliseconds(p.Lag.Duration())/float64(2*l.LagRange), 0.03), 0.97)
		point(b, 'M', max(x-half, 0), y)
		point(b, 'L', min(x+half, curveWidth), y)
	}
	l.Lag, l.Unsure = sure.String(), unsure.String()
}

// An overview is the time line of a whole file under its player.
type overview struct {
	Rows      []overviewRow
	NoSpeech  string
	HasSpeech bool
	Threshold *float64
}

// An overviewRow holds tracks that do not overlap.
type overviewRow struct{ Tracks []overviewTrack }

// An overviewTrack is one bar.
type overviewTrack struct {
	bar
	ID       int
	Title    string
	Class    string
	Level    string
	Segments []bar
}

// newOverview lays the tracks of a file out on its whole length. Tracks that
// follow each other share a row, or a film would have hundreds.
func newOverview(w *words, res *verdict.Result, levels [][]float64) *overview {
	total := totalFrames(res)
	if total == 0 {
		return nil
	}
	o := &overview{HasSpeech: len(res.Speech) > 0, Threshold: thresholdHeight(res.Thresholds)}
	x := func(frame int) float64 { return curveWidth * float64(frame-res.First) / float64(total) }
	o.NoSpeech = silence(res.Speech, func(i int) float64 { return x(res.First + i) })
	order := make([]int, len(res.Tracks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(firstFrame(&res.Tracks[a]), firstFrame(&res.Tracks[b])) })
	var ends []int // of each row
	for _, i := range order {
		t := &res.Tracks[i]
		if len(t.Scores) == 0 {
			continue
		}
		first := t.Scores[0].Frame
		row := slices.IndexFunc(ends, func(end int) bool { return end <= first })
		if row < 0 {
			row = len(ends)
			ends, o.Rows = append(ends, 0), append(o.Rows, overviewRow{})
		}
		ends[row] = first + len(t.Scores)
		from, to := x(first), x(first+len(t.Scores))
		v := overviewTrack{
			bar: bar{int(from), max(int(to-from), 1)}, ID: t.ID, Class: class(t.Verdict),
			Title: w.TrackIs.Fill(w.trackName(t), w.banded(t.Verdict, t.Band)),
			Level: trace(highest(levels[i], min(len(t.Scores), max(1, len(t.Scores)*overviewColumns/total))), from, to, probability),
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

// totalFrames returns the length of what was judged on the time line, from its first
// frame on: tracks may end a little behind what was counted.
func totalFrames(res *verdict.Result) int {
	total := res.Frames
	for i := range res.Tracks {
		if s := res.Tracks[i].Scores; len(s) > 0 {
			total = max(total, s[len(s)-1].Frame+1-res.First)
		}
	}
	return total
}

// silence draws where nobody speaks, in overviewColumns at most.
func silence(speech []bool, x func(int) float64) string {
	if len(speech) == 0 {
		return ""
	}
	n := min(len(speech), overviewColumns)
	var b strings.Builder
	start := -1
	for i := 0; i <= n; i++ {
		quiet := false
		if i < n {
			spoken := 0
			part := speech[i*len(speech)/n : (i+1)*len(speech)/n]
			for _, s := range part {
				if s {
					spoken++
				}
			}
			quiet = 2*spoken < len(part)
		}
		switch {
		case quiet && start < 0:
			start = i
		case !quiet && start >= 0:
			from, to := x(start*len(speech)/n), x(i*len(speech)/n)
			point(&b, 'M', from, 1)
			point(&b, 'L', to, 1)
			point(&b, 'L', to, 0)
			point(&b, 'L', from, 0)
			b.WriteByte('Z')
			start = -1
		}
	}
	return b.String()
}

func firstFrame(t *verdict.Track) int {
	if len(t.Scores) == 0 {
		return 0
	}
	return t.Scores[0].Frame
}

// trackName is "track 1, 0:01.00 to 0:01.96".
func (w *words) trackName(t *verdict.Track) string {
	return w.TrackName.Fill(t.ID, w.Interval.Fill(clock(t.Start), clock(t.End)))
}
