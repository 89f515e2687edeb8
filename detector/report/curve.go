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
	// curveColumns is how many columns a curve has at most. More than a
	// screen shows side by side would only make the page heavier: an hour of
	// one face is 90,000 frames.
	curveColumns = 640

	// The curve's coordinates: a unit square of mismatch, stretched by the
	// page to the width it has. They are integers, which are shorter.
	curveWidth  = 6400
	curveHeight = 1000
)

// A curve is the drawing of one track: SVG path data in (curveWidth,
// curveHeight), x is time, y is 0 at the top. Empty paths draw nothing.
type curve struct {
	Line, Band           string // the mean of the frames of a column; from their least to their greatest
	NoMouth, Unjudged    string // bars of a lane, y from 0 to 1, of frames without a mouth; with one that was not judged
	NoSpeech, Overlapped string // likewise, of frames without speech; in which two or more people speak at once
	Segments             []bar
	Thinned              bool // several frames share a column
}

// A bar is a stretch of x.
type bar struct{ X, Width int }

// A column is what becomes one place of the curve.
type column struct {
	judgedFrames                   int
	sum, lowest, highest           float64
	frames                         int
	noMouthFrames, unjudgedFrames  int
	silentFrames, overlappedFrames int
	from, to                       float64 // where it begins and where the next does, in curveWidth
	mean                           float64
	mouthless, unjudged            bool
	silent, overlapped             bool
}

// newCurve draws the scores of t and the segments that lie on it. It returns
// nil for a track without scores.
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

// thin puts the frames of a track into at most curveColumns columns of the same
// number of frames, but for one more or less.
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
		// A lane shows what most of a column's frames are, so that a blink
		// does not fill it.
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

// drawLine adds a line through the middles of neighbouring columns. One alone
// is drawn over its whole width, since a line of no length is not seen.
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

// drawBand adds the area between the least and the greatest of neighbouring
// columns.
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

// point adds a path command that goes to x and the height of a mismatch.
func addPoint(b *strings.Builder, command byte, x, mismatch float64) {
	b.WriteByte(command)
	b.WriteString(strconv.Itoa(int(math.Round(x))))
	b.WriteByte(' ')
	b.WriteString(strconv.Itoa(int(math.Round((1 - mismatch) * curveHeight))))
}

// lane draws a bar, from the given part of the height down, over each stretch
// of columns that are so.
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

// place returns where a segment lies on its track's curve.
func segmentBar(s *verdict.Segment, t *verdict.Track) bar {
	length := video.FrameTime(len(t.Scores)).Seconds()
	start := video.FrameTime(t.Scores[0].Frame)
	at := func(seconds float64) int {
		return int(math.Round(min(max(seconds/length, 0), 1) * curveWidth))
	}
	from, to := at((s.Start - start).Seconds()), at((s.End - start).Seconds())
	return bar{X: from, Width: max(to-from, 1)}
}
