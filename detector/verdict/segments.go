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

// longStretch is how many judged frames make a stretch that is weighed as a track is:
// 2 s, as the tracks have at least on which thresholds are found.
const minLongInterval = 2 * video.FrameRate

// A part is a stretch of a track and its band, which is None where chance explains it.
type candidate struct {
	Interval
	band       Band
	overlapped bool // in most of what is about it two or more people speak at once
	corrupt    bool // most pictures of it are
}

// parts returns the stretches of a track that would be suspect in a short clip, their ends
// placed on the frames themselves, in a file of so many judged frames. Their
// band is that of the highest level, or, of a long one, of all that is in it: in the file it
// had as many places to be in as it goes into it.
func (t Thresholds) candidates(scores []Score, all int) []candidate {
	var out []candidate
	raised := t.Raised(0, all)
	level := t.Suspicion(scores)
	for _, s := range t.RefineBoundaries(scores, Grow(level, FindIntervals(level, t.SegmentWeak))) {
		band := bandOf(s.Peak, raised.SegmentWeak, raised.SegmentModerate, raised.SegmentStrong)
		if logit, n := t.Logit(scores[s.From:s.To]); n >= minLongInterval {
			long := t.raisedFor(n, all)
			band = stronger(band, bandOf(logit, long.TrackWeak, long.TrackModerate, long.TrackStrong))
		}
		out = append(out, candidate{s, band, mostlyOverlapped(scores, s), mostly(scores[s.From:s.To], isCorrupt)})
	}
	// What adjoins a stretch that counts is weak at least, as in a short clip
	// (hysteresis, as Canny 1986 thresholds edges).
	join := func(p, beside *candidate) {
		if p.band == None && beside.band != None && max(p.From, beside.From)-min(p.To, beside.To) <= MaxGap {
			p.band = Weak
		}
	}
	for i := 1; i < len(out); i++ {
		join(&out[i], &out[i-1])
	}
	for i := len(out) - 2; i >= 0; i-- {
		join(&out[i], &out[i+1])
	}
	return out
}

// mixedAbout says whether in most of the judged frames of a stretch and of half a clip's length to
// either side two or more people speak at once. What a single second of it sounds like is no
// reason: the voices of a replaced one may well be two.
func mostlyOverlapped(scores []Score, s Interval) bool {
	return mostly(scores[max(0, s.From-video.ClipLength/2):min(len(scores), s.To+video.ClipLength/2)], isOverlapped)
}

// segment returns the part of a track's scores as a report has it.
func (p candidate) segment(track int, scores []Score, voices VoiceScales) Segment {
	first := scores[0].Frame
	return Segment{Track: track, Kind: "mismatch", Band: p.band, Start: video.FrameTime(first + p.From), End: video.FrameTime(first + p.To),
		Mean: meanMismatch(scores[p.From:p.To]), Peak: p.Peak, LogLR: math.NaN(),
		VoiceLogLR: voices.LogLR(scores[p.From:p.To])}
}

// fitsBeside says whether the voice fits in the frames beside the stretches, and
// there is a second or more of them: then only the stretches are suspect.
func fitsElsewhere(found []candidate, scores []Score, th Thresholds) bool {
	var beside Summary
	for i := range scores {
		if !slices.ContainsFunc(found, func(p candidate) bool { return i >= p.From && i < p.To }) {
			beside.add(&scores[i])
		}
	}
	return beside.Judged >= video.MinJudged && th.summaryLogit(beside) < th.TrackWeak
}
