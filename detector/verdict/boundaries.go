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

// RefineBoundaries returns the intervals of a track with their exact start and end. A mean over a
// second finds an interval but blurs its ends: where the mean crosses a threshold depends on how
// far the interval rises above it. The logits of single frames do not have this fault.
//
// Let c be the mean of two medians: that of the logits inside the interval and that of the logits
// outside all intervals. The end is the frame e that maximises the cumulative sum
//
//	S(e) = Σ (logit[i] - c), i from the peak of the interval to e
//
// (CUSUM, Page 1954, Continuous inspection schemes, Biometrika 41). The start is found in the
// same way, backwards. An end moves inwards by at most video.HalfSecond, the reach of the mean,
// counted from the nearest judged frame, and outwards by at most maxShift, but not into the next
// interval. The ends stay if fewer than minOutside frames lie outside, or if the interval's median
// is not above the outside median.
//
// The logits are those of the mismatch and, where the voice distance in the interval indicates
// another speaker, also of the near voice distance. Intervals that then touch are merged. found
// is ordered by time and not changed.
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

// frameLogits returns the logit of each judged frame, (len(scores)); NaN for the others. With
// voice it includes the logit of the near voice distance.
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

// boundaryLogits are the logits from which boundaries are found.
type boundaryLogits struct {
	logits   []float64 // (frames) NaN if not judged
	smoothed []float64 // (frames) means over ±smoothReach frames
	outside  float64   // median outside all intervals, see outsideMedian
}

func newBoundaryLogits(logits []float64, found []Interval) boundaryLogits {
	return boundaryLogits{logits, smooth(logits, smoothReach), outsideMedian(logits, found)}
}

// smooth returns the means over the known logits within ±reach frames; NaN unless the logits of
// more than a third of 2·reach+1 frames are known.
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

// outsideMedian returns the median logit of the frames that are more than half a second outside
// every interval, so that no mean over a second within an interval contains them; NaN if there
// are fewer than minOutside.
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

// median returns the median of the numbers in x, ignoring NaN; NaN if nothing else is left.
func median(x []float64) float64 {
	if x = sortedKnown(x); len(x) == 0 {
		return math.NaN()
	}
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// peakFrame returns the frame of [from, to) with the highest smoothed logit among those that have
// a logit; -1 if there is none.
func (b *boundaryLogits) peakFrame(from, to int) int {
	best := -1
	for i := from; i < to; i++ {
		if !math.IsNaN(b.logits[i]+b.smoothed[i]) && (best < 0 || b.smoothed[i] > b.smoothed[best]) {
			best = i
		}
	}
	return best
}

// cusumEnd returns the frame e, between the end of an interval and a limit beyond it, that
// maximises S(e) = Σ (logit[i] - centre), i from the frame top to e. It searches forwards if
// limit >= top, else backwards. The search begins video.HalfSecond inside the end, or inside the
// nearest frame towards top that has a logit. Frames without a logit are skipped.
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
