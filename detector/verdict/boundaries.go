package verdict

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

const (
	// smoothReach is how many frames to each side are averaged to find the peak of an interval:
	// enough that a single frame cannot be the peak.
	smoothReach = 5

	// maxShift is how far an end may move outwards, in frames: 1 s.
	maxShift = video.FrameRate

	// minOutside is the least number of frames with a logit outside all intervals.
	minOutside = MinInterval
)

// Placed returns the stretches of a track with their ends placed on the logits of
// single frames, and where the voice in a stretch is another's, on how much it is near
// each of them, too. A mean over a second finds a stretch, but smears its ends: where it crosses a threshold depends on how
// far the stretch rises above it. The level half way between the medians of what is in the stretch and of
// what lies beside all stretches does not. An end is where the sum of the logits less that level, from the
// highest place on, is greatest (Page 1954, Biometrika 41), no farther in than the mean reaches, and no farther
// out than a second. Where too little lies beside, ends stay. Stretches that then touch are one.
func (f Fusions) RefineBoundaries(scores []Score, found []Interval) []Interval {
	out := slices.Clone(found)
	mouth := newBoundaryLogits(f.frameLogits(scores, false), found)
	if math.IsNaN(mouth.outside) {
		return out
	}
	mouthAndVoice := newBoundaryLogits(f.frameLogits(scores, true), found)
	first := 0 // first frame after the previous interval
	for i := range out {
		x := &out[i]
		last := len(scores) - 1 // last frame before the next interval
		if i+1 < len(out) {
			last = out[i+1].From - 1
		}
		b := &mouth
		if f.VoiceScales.LogLR(scores[x.From:x.To]) > 0 {
			b = &mouthAndVoice
		}
		centre := (b.outside + median(b.logits[x.From:x.To])) / 2
		if top := b.peakFrame(x.From, x.To); top >= 0 && centre > b.outside {
			x.From, x.To = cusumEnd(b.logits, centre, top, x.From, max(first, x.From-maxShift)),
				cusumEnd(b.logits, centre, top, x.To-1, min(last, x.To-1+maxShift))+1
		}
		first = x.To
	}
	return Merge(out)
}

// frames returns the logit of every judged frame by itself, with or without what the voice near it says,
// (len(scores)); NaN of others.
func (f Fusions) frameLogits(scores []Score, voice bool) []float64 {
	out := make([]float64, len(scores))
	for i := range scores {
		if out[i] = math.NaN(); scores[i].Judged {
			out[i] = Logit(scores[i].Mismatch)
		}
		if voice {
			out[i] += f.VoiceScales.nearLogit(scores[i].VoiceDistanceNear)
		}
	}
	return out
}

// heights are the logits by which ends are placed.
type boundaryLogits struct {
	logits   []float64 // (frames) NaN if not judged
	smoothed []float64 // (frames) means over ±smoothReach frames
	outside  float64   // median outside all intervals, see outsideMedian
}

func newBoundaryLogits(logits []float64, found []Interval) boundaryLogits {
	return boundaryLogits{logits, smooth(logits, smoothReach), outsideMedian(logits, found)}
}

// evened returns the mean of the logits within half frames to each side of every frame, NaN where a
// third of them or fewer are known.
func smooth(logits []float64, reach int) []float64 {
	out := make([]float64, len(logits))
	for i := range logits {
		n := 0
		for _, x := range logits[max(0, i-reach):min(len(logits), i+reach+1)] {
			if !math.IsNaN(x) {
				out[i] += x
				n++
			}
		}
		if out[i] /= float64(n); n <= (2*reach+1)/3 {
			out[i] = math.NaN()
		}
	}
	return out
}

// levelBeside is the median logit of the frames that no mean within a
// stretch reaches; NaN where there are too few.
func outsideMedian(logits []float64, found []Interval) float64 {
	var outside []float64
	for i, v := range logits {
		near := func(x Interval) bool { return i >= x.From-video.HalfSecond && i < x.To+video.HalfSecond }
		if !math.IsNaN(v) && !slices.ContainsFunc(found, near) {
			outside = append(outside, v)
		}
	}
	if len(outside) < minOutside {
		return math.NaN()
	}
	return median(outside)
}

// median returns the median of the numbers in x, NaN where there is none.
func median(x []float64) float64 {
	if x = sortedKnown(x); len(x) == 0 {
		return math.NaN()
	}
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// highest returns the frame of the highest mean that has a logit of its own, from one frame up to but
// without another; -1 where there is none.
func (b *boundaryLogits) peakFrame(from, to int) int {
	best := -1
	for i := from; i < to; i++ {
		if !math.IsNaN(b.logits[i]+b.smoothed[i]) && (best < 0 || b.smoothed[i] > b.smoothed[best]) {
			best = i
		}
	}
	return best
}

// farthest goes from frame top past frame end to frame bound, on either side of
// top, and returns the frame up to which the logits exceed least by the greatest
// sum. It is no farther from end, or the frame next to it towards top that has one, than
// a mean reaches.
func cusumEnd(logits []float64, centre float64, top, end, limit int) int {
	step := 1
	if limit < top {
		step = -1
	}
	for end != top && math.IsNaN(logits[end]) {
		end -= step
	}
	nearest := end - step*video.HalfSecond
	greatest, sum := math.Inf(-1), 0.0
	for i := top; i != limit+step; i += step {
		if math.IsNaN(logits[i]) {
			continue
		}
		if sum += logits[i] - centre; (i-nearest)*step >= 0 && sum > greatest {
			greatest, end = sum, i
		}
	}
	return end
}
