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

	// baselineShare is the share of the baseline that is subtracted. If the voice fits well
	// elsewhere, a replaced second may still have a logit below 0, so it is compared with the
	// baseline. If it fits badly throughout, high seconds are chance; the baseline is then near 0
	// and little is subtracted.
	baselineShare = 0.6

	// minBaseline is the lowest baseline that is used, in logits. For speakers of the training set
	// the likeness is far higher than for anyone else, and the distance of a second from such
	// a baseline means nothing.
	minBaseline = -6
)

// Suspicions returns the suspicion of every frame of every track, (len(Scores)), as [Decide] uses
// it to find segments: without frames in which the voice fits another track's mouth. See
// [Fusions.Suspicion].
func Suspicions(tracks []Track, thresholds Thresholds) [][]float64 {
	out := make([][]float64, len(tracks))
	for i, scores := range withoutOtherSpeakers(tracks, thresholds.Fusions) {
		out[i] = thresholds.Suspicion(scores)
	}
	return out
}

// Suspicion returns the suspicion of every frame, (len(scores)), in logits:
//
//	Suspicion[i] = second[i] - 0.6·min(0, max(-6, q30)) + voice[i]
//
// second[i] is the fused logit of the judged frames within ±0.5 s of frame i, q30 the 30 %
// quantile of second over the track, and voice[i] >= 0 the penalty for a different voice, see
// VoiceScales.penalty. Suspicion[i] is NaN unless more than a third of a second of frames is
// judged.
func (f Fusions) Suspicion(scores []Score) []float64 {
	out := secondLogits(scores, f.Second)
	subtracted := baselineShare * max(min(baseline(out), 0), minBaseline)
	for i := range out {
		out[i] += f.VoiceScales.penalty(scores[i].VoiceDistance) - subtracted
	}
	return out
}

// secondLogits returns for every frame the fused logit of the judged frames within ±0.5 s,
// (len(scores)); NaN unless more than a third of a second is judged.
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

// baseline returns the 30 % quantile of a curve (n), ignoring NaN; NaN if nothing else is left.
func baseline(curve []float64) float64 {
	x := sortedKnown(curve)
	if len(x) == 0 {
		return math.NaN()
	}
	return x[int(baselineQuantile*float64(len(x)-1))]
}

// PeakSuspicion returns the highest suspicion; -Inf if no frame has one.
func (f Fusions) PeakSuspicion(scores []Score) float64 { return peak(f.Suspicion(scores)) }

// peak returns the highest number of a curve (n), ignoring NaN; -Inf if nothing else is left.
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
