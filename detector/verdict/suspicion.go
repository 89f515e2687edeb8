package verdict

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

const (
	// baselineQuantile is the quantile of a track's second logits that is its baseline q30. With
	// 0.3 the baseline remains the own voice's if up to 70 % of the track is replaced.
	baselineQuantile = 0.3

	// baselineShare is the share of the baseline that is subtracted. A voice that fits its mouth
	// badly throughout, in noise or on a small face, has high seconds by chance. In a voice that
	// fits well, a replaced second is low in absolute terms.
	baselineShare = 0.6

	// minBaseline is the lowest baseline that is used, in logits. For speakers of the training set
	// the likeness is far higher than for anyone else, and the distance of a second from such
	// a baseline means nothing.
	minBaseline = -6
)

// Levels returns for every track the level of each of its frames, (len(Scores)), by
// which [Judge] finds suspect stretches, see [Blends.Level]. Frames in
// which the voice fits another track's mouth are left out, as there.
func Suspicions(tracks []Track, thresholds Thresholds) [][]float64 {
	out := make([][]float64, len(tracks))
	for i, scores := range withoutOtherSpeakers(tracks, thresholds.Fusions) {
		out[i] = thresholds.Suspicion(scores)
	}
	return out
}

// Level returns how much the second about every frame stands out, in logits: the
// blend over the judged frames within half a second, less a share of what is usual
// for the track, as far as that speaks for its own voice, within bounds, and how much another's voice it is
// by its sound alone. NaN where a third of the frames or fewer are judged.
func (f Fusions) Suspicion(scores []Score) []float64 {
	out := secondLogits(scores, f.Second)
	subtracted := baselineShare * max(min(baseline(out), 0), minBaseline)
	for i := range out {
		out[i] += f.VoiceScales.penalty(scores[i].VoiceDistance) - subtracted
	}
	return out
}

// overSecond returns for every frame the blend over the judged frames within half a
// second, NaN where a third of them or fewer are judged.
func secondLogits(scores []Score, fusion Fusion) []float64 {
	upTo := make([]Summary, len(scores)+1) // upTo[i] sums up the frames [0, i)
	for i := range scores {
		upTo[i+1] = upTo[i]
		upTo[i+1].add(&scores[i])
	}
	out := make([]float64, len(scores))
	for i := range out {
		from, to := max(0, i-video.HalfSecond), min(len(scores), i+video.HalfSecond+1)
		out[i] = math.NaN()
		if second := upTo[to].minus(upTo[from]); second.Judged > video.FrameRate/3 {
			out[i] = fusion.Fuse(second.Means())
		}
	}
	return out
}

// usual returns what is usual for a track of these levels (n); NaN where none is known.
func baseline(curve []float64) float64 {
	x := sortedKnown(curve)
	if len(x) == 0 {
		return math.NaN()
	}
	return x[int(baselineQuantile*float64(len(x)-1))]
}

// Peak returns the highest level: how suspect the most suspect second is; -Inf where
// nothing was judged.
func (f Fusions) PeakSuspicion(scores []Score) float64 { return peak(f.Suspicion(scores)) }

// peakOf returns the highest of a level (n), -Inf where none is known.
func peak(curve []float64) float64 {
	highest := math.Inf(-1)
	for _, v := range curve {
		if v > highest {
			highest = v
		}
	}
	return highest
}

// sortedKnown returns the numbers in x in ascending order, without NaN. x is not changed.
func sortedKnown(x []float64) []float64 {
	x = slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	slices.Sort(x)
	return x
}
