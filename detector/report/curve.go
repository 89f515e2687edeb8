package report

import (
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// curveColumns is the maximum number of columns of a curve. An hour of one face has 90,000
	// frames; more columns than a screen can show would only enlarge the page.
	curveColumns = 640

	// Size of the drawing. The page stretches it to the available width. Coordinates are
	// integers to keep the paths short.
	curveWidth  = 6400
	curveHeight = 1000
)

// A curve is the drawing of one track: SVG path data of size (curveWidth, curveHeight). x is
// time, y is 0 at the top. An empty path draws nothing.
type curve struct {
	// Line is the mean mismatch of each column, Band the area from its minimum to its maximum.
	Line, Band string

	// Bars of the lanes below the curve: frames without a mouth, and frames with a mouth and
	// speech that were not judged; frames without speech, and frames with overlapped speech.
	NoMouth, Unjudged    string
	NoSpeech, Overlapped string

	Segments []bar
	Thinned  bool // several frames share a column
}

// A bar is an interval on the x axis.
type bar struct{ X, Width int }

// A column holds the frames that share one place of the curve.
type column struct {
	judgedFrames                   int
	sum, lowest, highest           float64 // mismatch of the judged frames
	frames                         int
	noMouthFrames, unjudgedFrames  int
	silentFrames, overlappedFrames int
	from, to                       float64 // x in [0, curveWidth]
	mean                           float64
	mouthless, unjudged            bool // most frames of the column are
	silent, overlapped             bool
}

// newCurve draws the scores of t and those segments that belong to t. It returns nil for a
// track without scores.
func newCurve(t *verdict.Track, segments []verdict.Segment) *curve {
	if len(t.Scores) == 0 {
		return nil
	}
	columns := downsample(t.Scores)
	c := &curve{Thinned: len(t.Scores) > len(columns)}
	var line, band strings.Builder
	for from, to := range runs(len(columns), func(i int) bool { return columns[i].judgedFrames > 0 }) {
		drawLine(&line, columns[from:to])
		if c.Thinned {
			drawBand(&band, columns[from:to])
		}
	}
	c.Line, c.Band = line.String(), band.String()
	c.NoMouth = barPath(columns, 0, func(col *column) bool { return col.mouthless })
	c.Unjudged = barPath(columns, 0.5, func(col *column) bool { return col.unjudged })
	c.NoSpeech = barPath(columns, 0, func(col *column) bool { return col.silent })
	c.Overlapped = barPath(columns, 0, func(col *column) bool { return col.overlapped })
	for i := range segments {
		if segments[i].Track == t.ID {
			c.Segments = append(c.Segments, segmentBar(&segments[i], t))
		}
	}
	return c
}

// downsample groups the frames of a track into at most curveColumns columns. The numbers of
// frames per column differ by one at most.
func downsample(scores []verdict.Score) []column {
	n := min(len(scores), curveColumns)
	columns := make([]column, n)
	for i := range columns {
		from, to := i*len(scores)/n, (i+1)*len(scores)/n
		c := &columns[i]
		c.lowest, c.highest = math.Inf(1), math.Inf(-1)
		c.from = curveWidth * float64(from) / float64(len(scores))
		c.to = curveWidth * float64(to) / float64(len(scores))
		c.frames = to - from
		for j := from; j < to; j++ {
			c.add(&scores[j])
		}
		if c.judgedFrames > 0 {
			c.mean = c.sum / float64(c.judgedFrames)
		}
		// A lane shows the state of the majority of frames, so that a brief dropout does not
		// fill the column.
		c.mouthless = 2*c.noMouthFrames > c.frames
		c.unjudged = 2*c.unjudgedFrames > c.frames
		c.silent = 2*c.silentFrames > c.frames
		c.overlapped = 2*c.overlappedFrames > c.frames
	}
	return columns
}

func (c *column) add(s *verdict.Score) {
	switch {
	case judged(s):
		m := min(max(s.Mismatch, 0), 1)
		c.judgedFrames++
		c.sum += m
		c.lowest, c.highest = min(c.lowest, m), max(c.highest, m)
	case !s.Mouth:
		c.noMouthFrames++
	case s.Voiced:
		c.unjudgedFrames++
	}
	if !s.Voiced {
		c.silentFrames++
	}
	if s.Overlapped {
		c.overlappedFrames++
	}
}

// drawLine adds a line through the centres of neighbouring columns. A single column is drawn
// over its whole width, because a line of length zero is invisible.
func drawLine(b *strings.Builder, columns []column) {
	if c := &columns[0]; len(columns) == 1 {
		addPoint(b, 'M', c.from, c.mean)
		addPoint(b, 'L', c.to, c.mean)
		return
	}
	command := byte('M')
	for i := range columns {
		c := &columns[i]
		addPoint(b, command, (c.from+c.to)/2, c.mean)
		command = 'L'
	}
}

// drawBand adds the area between the minimum and the maximum of neighbouring columns.
func drawBand(b *strings.Builder, columns []column) {
	command := byte('M')
	for i := range columns {
		c := &columns[i]
		addPoint(b, command, c.from, c.highest)
		addPoint(b, 'L', c.to, c.highest)
		command = 'L'
	}
	for i := len(columns) - 1; i >= 0; i-- {
		c := &columns[i]
		addPoint(b, 'L', c.to, c.lowest)
		addPoint(b, 'L', c.from, c.lowest)
	}
	b.WriteByte('Z')
}

// addPoint adds a path command with the coordinates of x and a mismatch.
func addPoint(b *strings.Builder, command byte, x, mismatch float64) {
	b.WriteByte(command)
	b.WriteString(strconv.Itoa(int(math.Round(x))))
	b.WriteByte(' ')
	b.WriteString(strconv.Itoa(int(math.Round((1 - mismatch) * curveHeight))))
}

// barPath draws a bar over each run of columns for which is holds. The bar reaches from the
// bottom up to 1-top of the height.
func barPath(columns []column, top float64, is func(*column) bool) string {
	var b strings.Builder
	for from, to := range runs(len(columns), func(i int) bool { return is(&columns[i]) }) {
		addBar(&b, columns[from].from, columns[to-1].to, 1-top)
	}
	return b.String()
}

// addBar adds a filled bar from the bottom of the lane up to height.
func addBar(b *strings.Builder, from, to, height float64) {
	addPoint(b, 'M', from, height)
	addPoint(b, 'L', to, height)
	addPoint(b, 'L', to, 0)
	addPoint(b, 'L', from, 0)
	b.WriteByte('Z')
}

// runs yields [from, to) of each longest run of indices in [0, n) for which is holds.
func runs(n int, is func(int) bool) iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		for i := 0; i < n; i++ {
			if !is(i) {
				continue
			}
			from := i
			for i < n && is(i) {
				i++
			}
			if !yield(from, i) {
				return
			}
		}
	}
}

// known returns a function that reports whether values[i] is not NaN.
func known(values []float64) func(int) bool {
	return func(i int) bool { return !math.IsNaN(values[i]) }
}

// segmentBar returns the place of a segment on the curve of its track.
func segmentBar(s *verdict.Segment, t *verdict.Track) bar {
	length := video.FrameTime(len(t.Scores)).Seconds()
	start := video.FrameTime(t.Scores[0].Frame)
	at := func(seconds float64) int {
		return int(math.Round(min(max(seconds/length, 0), 1) * curveWidth))
	}
	from, to := at((s.Start - start).Seconds()), at((s.End - start).Seconds())
	return bar{X: from, Width: max(to-from, 1)}
}
