package verdict

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

// What makes a stretch, in frames: a report that counts anew at another
// threshold must count like [Judge].
const (
	// LeastStretch is how long a stretch must be to count.
	MinInterval = 2 * video.FrameRate / 5
	// Bridge is how many frames without a level do not end a stretch.
	MaxGap = video.FrameRate / 2
)

// A Stretch is a run of frames, From up to but without To, whose level stays at
// or above a threshold; Peak is the highest level in it.
type Interval struct {
	From, To int
	Peak     float64
}

// Stretches finds the stretches of a level (n) that lie at or above least.
func FindIntervals(level []float64, least float64) []Interval {
	var out []Interval
	for i := 0; i < len(level); i++ {
		if !(level[i] >= least) {
			continue
		}
		end := extend(level, i, 1, least) + 1
		if end-i >= MinInterval {
			out = append(out, Interval{i, end, peak(level[i:end])})
		}
		i = end - 1
	}
	return out
}

// Grown widens each stretch of a level (n) as far as it stays above half way from what is usual
// for the track to the stretch's peak. A threshold that only the highest of it passes says that something is there, not
// how long it is (hysteresis, as Canny 1986 thresholds edges). Stretches that then touch are one.
func Grow(level []float64, found []Interval) []Interval {
	base := baseline(level)
	out := slices.Clone(found)
	for i := range out {
		s := &out[i]
		least := (base + s.Peak) / 2
		s.From = extend(level, s.From, -1, least)
		s.To = extend(level, s.To-1, 1, least) + 1
	}
	return Merge(out)
}

// last goes on from frame i, step by step, and returns the last frame before the level falls below least
// or is not known for longer than a bridge.
func extend(level []float64, i, step int, least float64) int {
	for j := i + step; j >= 0 && j < len(level) && (j-i)*step <= MaxGap+1; j += step {
		if level[j] < least {
			break
		}
		if !math.IsNaN(level[j]) {
			i = j
		}
	}
	return i
}

// joined makes one of stretches that touch. One that was found later may reach back beyond others.
func Merge(s []Interval) []Interval {
	var out []Interval
	for _, x := range s {
		for n := len(out); n > 0 && x.From <= out[n-1].To; n-- {
			last := out[n-1]
			x = Interval{min(last.From, x.From), max(last.To, x.To), max(last.Peak, x.Peak)}
			out = out[:n-1]
		}
		out = append(out, x)
	}
	return out
}
