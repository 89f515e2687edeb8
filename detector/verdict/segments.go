package verdict

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

// Lengths of intervals, in frames. A report that counts segments at another threshold must use
// the same lengths as Decide.
const (
	// MinInterval is the least length of an interval: 0.4 s.
	MinInterval = 2 * video.FrameRate / 5
	// MaxGap is the longest run of frames without a suspicion inside an interval: 0.48 s.
	MaxGap = video.FrameRate / 2
)

// An Interval is a run of frames [From, To) of a track whose suspicion is at or above a
// threshold, apart from gaps of up to MaxGap frames without a suspicion. Frames count from the
// start of the track. Peak is the highest suspicion.
type Interval struct {
	From, To int
	Peak     float64
}

// FindIntervals returns the intervals of a suspicion curve (n) that lie at or above a threshold
// and have at least MinInterval frames.
func FindIntervals(suspicion []float64, threshold float64) []Interval {
	var out []Interval
	for i := 0; i < len(suspicion); i++ {
		if !(suspicion[i] >= threshold) {
			continue
		}
		end := extend(suspicion, i, 1, threshold) + 1
		if end-i >= MinInterval {
			out = append(out, Interval{i, end, peak(suspicion[i:end])})
		}
		i = end - 1
	}
	return out
}

// Grow widens each interval of a suspicion curve (n) to both sides while the suspicion is at
// least (baseline + Peak) / 2, and merges intervals that then touch. The upper threshold of
// FindIntervals decides that there is an interval, this lower one how long it is: hysteresis
// (Canny 1986, A computational approach to edge detection). found is not changed.
func Grow(suspicion []float64, found []Interval) []Interval {
	base := baseline(suspicion)
	out := slices.Clone(found)
	for i := range out {
		x := &out[i]
		threshold := (base + x.Peak) / 2
		x.From = extend(suspicion, x.From, -1, threshold)
		x.To = extend(suspicion, x.To-1, 1, threshold) + 1
	}
	return Merge(out)
}

// extend walks from frame i in steps of 1 or -1. It returns the last frame before the suspicion
// falls below the threshold or is NaN for more than MaxGap frames.
func extend(suspicion []float64, i, step int, threshold float64) int {
	for j := i + step; j >= 0 && j < len(suspicion) && (j-i)*step <= MaxGap+1; j += step {
		if suspicion[j] < threshold {
			break
		}
		if !math.IsNaN(suspicion[j]) {
			i = j
		}
	}
	return i
}

// Merge joins intervals that touch or overlap. An interval may reach back across several earlier
// ones.
func Merge(intervals []Interval) []Interval {
	var out []Interval
	for _, x := range intervals {
		for n := len(out); n > 0 && x.From <= out[n-1].To; n-- {
			last := out[n-1]
			x = Interval{min(last.From, x.From), max(last.To, x.To), max(last.Peak, x.Peak)}
			out = out[:n-1]
		}
		out = append(out, x)
	}
	return out
}

// minLongInterval is the least number of judged frames of an interval to which the thresholds
// of tracks also apply: 2 s, the length of the shortest clips on which track thresholds are
// fitted.
const minLongInterval = 2 * video.FrameRate

// A candidate is an interval that would be suspect in a short clip.
type candidate struct {
	Interval
	band       Band // in this file; None if chance explains the interval in a file of this length
	overlapped bool // see mostlyOverlapped
	corrupt    bool // most of its judged pictures are corrupt
}

// candidates are the candidates of a track, grouped by how they count.
type candidates struct {
	suspect    []candidate // segments that count
	belowFile  []candidate // band None
	overlapped []candidate
	corrupt    bool // there are corrupt candidates with a band; corrupt candidates are not listed
}

// findCandidates returns the candidates of a track in a file of fileJudged judged frames.
//
// The band is the stronger of two: that of the peak against the segment thresholds, and, for at
// least minLongInterval judged frames n, that of the interval's logit against the track
// thresholds. Segment thresholds rise with fileJudged / ClipLength, the number of places where
// such a peak could occur; track thresholds rise with fileJudged / n.
//
// A candidate without a band becomes weak if it is at most MaxGap from one with a band; this
// passes along a chain of candidates.
func (t Thresholds) findCandidates(scores []Score, fileJudged int) []candidate {
	var out []candidate
	raised := t.Raised(0, fileJudged)
	suspicion := t.Suspicion(scores)
	for _, x := range t.RefineBoundaries(scores, Grow(suspicion, FindIntervals(suspicion, t.SegmentWeak))) {
		inside := scores[x.From:x.To]
		band := bandOf(x.Peak, raised.SegmentWeak, raised.SegmentModerate, raised.SegmentStrong)
		if logit, n := t.Logit(inside); n >= minLongInterval {
			long := t.raisedFor(n, fileJudged)
			band = stronger(band, bandOf(logit, long.TrackWeak, long.TrackModerate, long.TrackStrong))
		}
		out = append(out, candidate{x, band, mostlyOverlapped(scores, x), mostly(inside, isCorrupt)})
	}
	spread := func(from, to *candidate) {
		if to.band == None && from.band != None && max(to.From, from.From)-min(to.To, from.To) <= MaxGap {
			to.band = Weak
		}
	}
	for i := 1; i < len(out); i++ {
		spread(&out[i-1], &out[i])
	}
	for i := len(out) - 2; i >= 0; i-- {
		spread(&out[i+1], &out[i])
	}
	return out
}

// mostlyOverlapped reports whether two or more people speak at once in most of the judged frames
// of an interval and of the 4 s to each side. The interval alone would be too little: the
// sound of a replaced second may well hold two voices.
func mostlyOverlapped(scores []Score, x Interval) bool {
	return mostly(scores[max(0, x.From-video.ClipLength/2):min(len(scores), x.To+video.ClipLength/2)], isOverlapped)
}

// sortCandidates groups candidates by how they count.
func sortCandidates(all []candidate) (sorted candidates) {
	for _, c := range all {
		switch {
		case c.corrupt:
			sorted.corrupt = sorted.corrupt || c.band != None
		case c.overlapped:
			sorted.overlapped = append(sorted.overlapped, c)
		case c.band == None:
			sorted.belowFile = append(sorted.belowFile, c)
		default:
			sorted.suspect = append(sorted.suspect, c)
		}
	}
	return sorted
}

// fitsElsewhere reports whether the voice fits in the frames of a track outside the candidates,
// and these are at least video.MinJudged judged frames.
func fitsElsewhere(found []candidate, scores []Score, thresholds Thresholds) bool {
	var outside Summary
	for i := range scores {
		if !slices.ContainsFunc(found, func(c candidate) bool { return i >= c.From && i < c.To }) {
			outside.add(&scores[i])
		}
	}
	return outside.Judged >= video.MinJudged && thresholds.summaryLogit(outside) < thresholds.TrackWeak
}

// segment returns the candidate as a segment of a track (id) with these scores.
func (c candidate) segment(track int, scores []Score, voices VoiceScales) Segment {
	first, inside := scores[0].Frame, scores[c.From:c.To]
	return Segment{
		Track: track, Kind: mismatchKind, Band: c.band,
		Start: video.FrameTime(first + c.From), End: video.FrameTime(first + c.To),
		Mean: meanMismatch(inside), Peak: c.Peak, LogLR: math.NaN(), VoiceLogLR: voices.LogLR(inside),
	}
}

// wholeTrack returns a track as one segment.
func wholeTrack(t *Track, scores []Score) Segment {
	return Segment{
		Track: t.ID, Kind: mismatchKind, Band: t.Band, Start: t.Start, End: t.End,
		Mean: meanMismatch(scores), Peak: math.NaN(), LogLR: math.NaN(),
	}
}

// mismatchKind is the Kind of every segment.
const mismatchKind = "mismatch"
