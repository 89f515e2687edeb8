package verdict

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

const (
	// fineFrames, to each side of a frame, is what the height of a stretch is
	// averaged over: enough that no single frame makes it.
	smoothReach = 5

	// farthestEnd is how far beyond a stretch its ends may be placed, in frames.
	maxShift = video.FrameRate

	// leastBeside is how many judged frames tell the level beside a stretch.
	minOutside = MinInterval
)

// Placed returns the stretches of a track with their ends placed on the logits of
// single frames, and where the voice in a stretch is another's, on how much it is near
// each of them, too. A mean over a second finds a stretch, but smears its ends: where it crosses a threshold depends on how
// far the stretch rises above it. The level half way between the medians of what is in the stretch and of
// what lies beside all stretches does not. An end is where the sum of the logits less that level, from the
// highest place on, is greatest (Page 1954, Biometrika 41), no farther in than the mean reaches, and no farther
// out than a second. Where too little lies beside, ends stay. Stretches that then touch are one.
func (b Fusions) RefineBoundaries(scores []Score, found []Interval) []Interval {
	out := slices.Clone(found)
	mouth := newBoundaryLogits(b.frameLogits(scores, false), found)
	if math.IsNaN(mouth.outside) {
		return out
	}
	both := newBoundaryLogits(b.frameLogits(scores, true), found)
	begin := 0 // what lies before belongs to the stretch before
	for i := range out {
		s := &out[i]
		end := len(scores)
		if i+1 < len(out) {
			end = out[i+1].From
		}
		by := &mouth
		if b.VoiceScales.LogLR(scores[s.From:s.To]) > 0 {
			by = &both
		}
		least := (by.outside + median(by.logits[s.From:s.To])) / 2
		if top := by.peakFrame(s.From, s.To); top >= 0 && least > by.outside {
			s.From, s.To = cusumEnd(by.logits, least, top, s.From, max(begin, s.From-maxShift)),
				cusumEnd(by.logits, least, top, s.To-1, min(end, s.To+maxShift)-1)+1
		}
		begin = s.To
	}
	return Merge(out)
}

// frames returns the logit of every judged frame by itself, with or without what the voice near it says,
// (len(scores)); NaN of others.
func (b Fusions) frameLogits(scores []Score, voice bool) []float64 {
	out := make([]float64, len(scores))
	for i := range scores {
		if out[i] = math.NaN(); scores[i].Judged {
			out[i] = Logit(scores[i].Mismatch)
		}
		if voice {
			out[i] += b.VoiceScales.nearLogit(scores[i].VoiceDistanceNear)
		}
	}
	return out
}

// heights are the logits by which ends are placed.
type boundaryLogits struct {
	logits   []float64 // of frames
	smoothed []float64 // means of them over fineFrames to each side
	outside  float64   // see levelBeside
}

func newBoundaryLogits(logits []float64, found []Interval) boundaryLogits {
	return boundaryLogits{logits, smooth(logits, smoothReach), outsideMedian(logits, found)}
}

// evened returns the mean of the logits within half frames to each side of every frame, NaN where a
// third of them or fewer are known.
func smooth(logits []float64, half int) []float64 {
	out := make([]float64, len(logits))
	for i := range logits {
		n := 0
		for _, x := range logits[max(0, i-half):min(len(logits), i+half+1)] {
			if !math.IsNaN(x) {
				out[i] += x
				n++
			}
		}
		if out[i] /= float64(n); n <= (2*half+1)/3 {
			out[i] = math.NaN()
		}
	}
	return out
}

// levelBeside is the median logit of the frames that no mean within a
// stretch reaches; NaN where there are too few.
func outsideMedian(logits []float64, found []Interval) float64 {
	var x []float64
	for i, v := range logits {
		near := func(p Interval) bool { return i >= p.From-video.HalfSecond && i < p.To+video.HalfSecond }
		if !math.IsNaN(v) && !slices.ContainsFunc(found, near) {
			x = append(x, v)
		}
	}
	if len(x) < minOutside {
		return math.NaN()
	}
	return median(x)
}

// median returns the median of the numbers in x, NaN where there is none.
func median(x []float64) float64 {
	if x = known(x); len(x) == 0 {
		return math.NaN()
	}
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// highest returns the frame of the highest mean that has a logit of its own, from one frame up to but
// without another; -1 where there is none.
func (h *boundaryLogits) peakFrame(from, to int) int {
	best := -1
	for i := from; i < to; i++ {
		if !math.IsNaN(h.logits[i]+h.smoothed[i]) && (best < 0 || h.smoothed[i] > h.smoothed[best]) {
			best = i
		}
	}
	return best
}

// farthest goes from frame top past frame end to frame bound, on either side of
// top, and returns the frame up to which the logits exceed least by the greatest
// sum. It is no farther from end, or the frame next to it towards top that has one, than
// a mean reaches.
func cusumEnd(logits []float64, least float64, top, end, bound int) int {
	step := 1
	if bound < top {
		step = -1
	}
	for end != top && math.IsNaN(logits[end]) {
		end -= step
	}
	best, sum := math.Inf(-1), 0.0
	near := end - step*video.HalfSecond
	for i := top; i != bound+step; i += step {
		if math.IsNaN(logits[i]) {
			continue
		}
		if sum += logits[i] - least; (i-near)*step >= 0 && sum > best {
			best, end = sum, i
		}
	}
	return end
}
