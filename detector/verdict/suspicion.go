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
		if second := before[to].minus(before[from]); second.Judged > video.FrameRate/3 {
			out[i] = b.Fuse(second.Means())
		}
	}
	return out
}

// usual returns what is usual for a track of these levels (n); NaN where none is known.
func baseline(level []float64) float64 {
	x := known(level)
	if len(x) == 0 {
		return math.NaN()
	}
	return x[int(baselineQuantile*float64(len(x)-1))]
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

// known returns the numbers in x in ascending order.
func known(x []float64) []float64 {
	x = slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	slices.Sort(x)
	return x
}
