package verdict

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

const (
	// usualQuantile of a track's levels is what is usual for it: up to seven tenths of it
	// may be replaced before that is another voice's.
	baselineQuantile = 0.3

	// usualShare of what is usual is taken from a level. A voice that fits its mouth badly
	// all through, in noise or on a small face, gives high seconds by chance, and one
	// that fits well hides a replaced second among low ones.
	baselineShare = 0.6

	// leastUsual is the least that counts as usual, in logits: of people whom training has
	// seen the likeness is far beyond that of anybody else, and what a second of theirs
	// is above it says nothing.
	minBaseline = -6
)

// Levels returns for every track the level of each of its frames, (len(Scores)), by
// which [Judge] finds suspect stretches, see [Blends.Level]. Frames in
// which the voice fits another track's mouth are left out, as there.
func Suspicions(tracks []Track, th Thresholds) [][]float64 {
	out := make([][]float64, len(tracks))
	for i, scores := range withoutOtherSpeakers(tracks, th.Fusions) {
		out[i] = th.Suspicion(scores)
	}
	return out
}

// Level returns how much the second about every frame stands out, in logits: the
// blend over the judged frames within half a second, less a share of what is usual
// for the track, as far as that speaks for its own voice, within bounds, and how much another's voice it is
// by its sound alone. NaN where a third of the frames or fewer are judged.
func (b Fusions) Suspicion(scores []Score) []float64 {
	level := secondLogits(scores, b.Second)
	taken := baselineShare * max(min(baseline(level), 0), minBaseline)
	for i := range level {
		level[i] += b.VoiceScales.penalty(scores[i].VoiceDistance) - taken
	}
	return level
}

// usual returns what is usual for a track of these levels (n); NaN where none is known.
func baseline(level []float64) float64 {
	x := known(level)
	if len(x) == 0 {
		return math.NaN()
	}
	return x[int(baselineQuantile*float64(len(x)-1))]
}

// known returns the numbers in x in ascending order.
func known(x []float64) []float64 {
	x = slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	slices.Sort(x)
	return x
}

// Peak returns the highest level: how suspect the most suspect second is; -Inf where
// nothing was judged.
func (b Fusions) PeakSuspicion(scores []Score) float64 { return peak(b.Suspicion(scores)) }

// peakOf returns the highest of a level (n), -Inf where none is known.
func peak(level []float64) float64 {
	peak := math.Inf(-1)
	for _, v := range level {
		if v > peak {
			peak = v
		}
	}
	return peak
}

// Logit returns the mismatch logit of a track, (scores), as a whole, and of how many
// judged frames it is; NaN of none.
func (b Fusions) Logit(scores []Score) (logit float64, judged int) {
	s := Summarize(scores)
	return b.summaryLogit(s), s.n
}

// Against returns the logit by which a track is judged, that of all judged frames or, where it is lower, of
// the good ones: where two or more people speak at once, or pictures are spoilt, a mouth's own voice
// fits less. It is no evidence against the mouth, tells is false, where fewer than video.MinJudged
// frames are good or fewer than half of them. NaN of none.
func (b Fusions) TrackLogit(scores []Score) (logit float64, tells bool) {
	all, good := summarizeClean(scores)
	if logit = b.summaryLogit(all); good.n >= video.MinJudged {
		logit = min(logit, b.summaryLogit(good))
	}
	return logit, good.n >= video.MinJudged && 2*good.n >= all.n
}

// apart returns the sums over all judged frames, and over the good ones: one voice is heard alone, and
// the picture is not spoilt.
func summarizeClean(scores []Score) (all, good Summary) {
	for i := range scores {
		all.add(&scores[i])
		if !scores[i].Overlapped && !scores[i].Corrupt {
			good.add(&scores[i])
		}
	}
	return all, good
}

// ofTrack is the mismatch logit of the judged frames of a track, or of a part of it; NaN of none.
func (b Fusions) summaryLogit(s Summary) float64 {
	logit, likeness, _ := s.means()
	fit := b.Track.Of(logit, likeness)
	if b.Cohort == (CohortFusion{}) {
		return fit
	}
	return conservativeFuse(fit, b.Cohort.Of(s.prominent()))
}

// Means returns the mean logit and the mean likeness of the judged frames of scores, and
// how many these are; NaN of none.
func Means(scores []Score) (logit, likeness float64, judged int) {
	return Summarize(scores).means()
}

// Prominent returns how far the voice stands out in the judged frames of scores, see
// [Score.Prominence], in standard deviations, and how many frames these are; NaN of none.
func Prominent(scores []Score) (deviations float64, judged int) {
	s := Summarize(scores)
	return s.prominent(), s.n
}

// Overlap returns how surely two or more people speak at once in the judged frames of scores, the mean,
// 0..1, and how many these are; NaN of none.
func Overlap(scores []Score) (mean float64, judged int) {
	s := Summarize(scores)
	return s.overlap / float64(s.n), s.n
}

// sums are those over judged frames.
type Summary struct {
	logit, likeness, prominence, overlap float64
	n                                    int
}

func Summarize(scores []Score) (s Summary) {
	for i := range scores {
		s.add(&scores[i])
	}
	return s
}

// add adds a frame, if it is judged.
func (s *Summary) add(x *Score) {
	if x.Judged {
		s.logit += Logit(x.Mismatch)
		s.likeness += x.Likeness
		s.prominence += x.CohortZ
		s.overlap += x.Overlap
		s.n++
	}
}

func (s Summary) minus(o Summary) Summary {
	return Summary{s.logit - o.logit, s.likeness - o.likeness, s.prominence - o.prominence, s.overlap - o.overlap, s.n - o.n}
}

// means returns the means; NaN of no frame.
func (s Summary) means() (logit, likeness float64, n int) {
	return s.logit / float64(s.n), s.likeness / float64(s.n), s.n
}

// prominent returns how far a voice stands out; NaN of no frame.
func (s Summary) prominent() float64 { return s.prominence / math.Sqrt(float64(s.n)) }

// overSecond returns for every frame the blend over the judged frames within half a
// second, NaN where a third of them or fewer are judged.
func secondLogits(scores []Score, b Fusion) []float64 {
	before := make([]Summary, len(scores)+1)
	for i := range scores {
		before[i+1] = before[i]
		before[i+1].add(&scores[i])
	}
	out := make([]float64, len(scores))
	for i := range out {
		from, to := max(0, i-video.HalfSecond), min(len(scores), i+video.HalfSecond+1)
		out[i] = math.NaN()
		if logit, likeness, n := before[to].minus(before[from]).means(); n > video.FrameRate/3 {
			out[i] = b.Of(logit, likeness)
		}
	}
	return out
}
