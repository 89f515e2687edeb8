package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	fusionRidge  = 1e-3 // see statistic.Logistic
	likenessUnit = 0.1  // cosine difference that weighs about as much as one logit of the head
	// spliceMargin is the number of frames at each end of a window of one second that may be
	// genuine in a spliced window.
	spliceMargin = 2
)

// A fusionFit gathers the observations for a fusion.
type fusionFit struct {
	rows  []float32 // (n, 2) mean logit, mean likeness in likenessUnit
	truth []float64 // (n) 1 for an impostor voice
}

// add adds the mean logit and likeness of the judged frames of scores, unless fewer than minJudged
// are judged. minJudged is 1 or more.
func (b *fusionFit) add(scores []verdict.Score, minJudged int, impostor bool) {
	sum := verdict.Summarize(scores)
	logit, likeness := sum.Means()
	if sum.Judged < minJudged {
		return
	}
	truth := 0.0
	if impostor {
		truth = 1
	}
	b.rows = append(b.rows, float32(logit), float32(likeness/likenessUnit))
	b.truth = append(b.truth, truth)
}

// fit returns the fusion by a logistic regression in which both classes have the same total
// weight; the zero value if a class is missing. The weight of the logit is not negative (Breiman
// 1996, Stacked Regressions): logit and likeness are correlated, and a fitted difference of both
// would not generalise to other clips.
func (b *fusionFit) fit() verdict.Fusion {
	var count [2]float64
	for _, t := range b.truth {
		count[int(t)]++
	}
	if count[0] == 0 || count[1] == 0 {
		return verdict.Fusion{}
	}
	weight := make([]float64, len(b.truth))
	for i, t := range b.truth {
		weight[i] = 1 / count[int(t)]
	}
	x := statistic.Logistic(b.rows, 2, b.truth, weight, fusionRidge)
	if x[0] < 0 {
		likeness := slices.Clone(b.rows)
		for i := 0; i < len(likeness); i += 2 {
			likeness[i] = 0
		}
		x = statistic.Logistic(likeness, 2, b.truth, weight, fusionRidge)
	}
	return verdict.Fusion{Logit: x[0], Likeness: x[1] / likenessUnit, Offset: x[2]}
}

// voiceUnit is the voice distance that weighs about as much as one logit.
const voiceUnit = 0.1

// A voiceDistances gathers voice distances in units of voiceUnit.
type voiceDistances struct{ genuine, impostors []float64 }

// add adds a distance; 0 means that the distance is unknown.
func (d *voiceDistances) add(distance float64, impostor bool) {
	to := &d.genuine
	if impostor {
		to = &d.impostors
	}
	if distance > 0 {
		*to = append(*to, distance/voiceUnit)
	}
}

// fit returns the likelihood ratio of a distance, bounded by log10 of the number of clips.
func (d *voiceDistances) fit(clips int) verdict.LRScale {
	s := fitLR(d.impostors, d.genuine)
	s.Slope /= voiceUnit
	s.MaxLogLR = min(s.MaxLogLR, math.Log10(float64(max(1, clips))))
	return s
}

// A scoredVariant is a variant's comparison with one of its sounds, by a head that has not seen
// the source of the clip.
type scoredVariant struct {
	*score.Comparison
	face    *embed.Mouths
	spliced []bool // (frames) see tampered
	kind    int    // index in variant.sounds
}

// splicedAt reports whether the sound at frame t of the picture is spliced.
func (x *scoredVariant) splicedAt(t int) bool {
	u := t + x.Lag.Whole
	return u >= 0 && u < len(x.spliced) && x.spliced[u]
}

// fitFusions fits the fusions on clips of speakers whom the towers have not seen, scored by
// cross-fitted heads. With fewer than minUnseen clips it returns the zero value.
//
// The classes are: for frames, genuine frames and those of spliced intervals and impostor voices;
// for seconds, genuine seconds and those of spliced intervals; for tracks, genuine tracks and
// those with an impostor voice. Frames with idle lips, mouth activity below idleActivity, are
// excluded.
func fitFusions(ctx context.Context, heads *crossFitted, c *corpus, o *Options, idleActivity float64) (verdict.Fusions, error) {
	var b verdict.Fusions
	clips := c.examplesIn(ForHead, 2*video.FrameRate, dataset.Real)
	if len(heads.bySource) == 0 || len(clips) < minUnseen {
		return b, nil
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x626c656e))
	var all []scoredVariant
	for _, e := range clips {
		if ctx.Err() != nil {
			return b, ctx.Err()
		}
		r, other := heads.bySource[e.Source], drawOther(rng, clips, e)
		err := eachVariant(r, e, other, drawOther(rng, clips, e, other), rng, func(t *variant) error {
			for i, sound := range t.sounds {
				c, err := compareSound(r, t.face, sound)
				if err != nil {
					return err
				}
				all = append(all, scoredVariant{c, t.face, sound.spliced, i})
			}
			return nil
		})
		if err != nil {
			return b, err
		}
	}
	const half = video.HalfSecond
	var frames, seconds, tracks fusionFit
	var genuine, impostors []float64 // negative cohort z-scores of tracks
	var second, near voiceDistances
	for i := range all {
		x := &all[i]
		scores := scoreFrames(x.Comparison, x.face, verdict.Thresholds{IdleActivity: idleActivity, Fusions: b})
		for t := range scores {
			frames.add(scores[t:t+1], 1, x.splicedAt(t))
		}
	}
	b.Frame = frames.fit()
	for i := range all {
		x := &all[i]
		scores := scoreFrames(x.Comparison, x.face, verdict.Thresholds{IdleActivity: idleActivity, Fusions: b})
		if x.kind != splicedSound {
			tracks.add(scores, video.MinJudged, x.kind == swappedSound)
			if sum := verdict.Summarize(scores); sum.Judged >= video.MinJudged {
				if x.kind == swappedSound {
					impostors = append(impostors, -sum.CohortZ())
				} else {
					genuine = append(genuine, -sum.CohortZ())
				}
			}
		}
		if x.kind == swappedSound {
			continue
		}
		for t := range scores {
			if impostor := x.splicedAt(t); impostor || x.kind == ownSound {
				near.add(scores[t].VoiceDistanceNear, impostor)
			}
		}
		for t := half; t+half < len(scores); t++ {
			if impostor := x.splicedAt(t-half+spliceMargin) && x.splicedAt(t+half-spliceMargin); impostor || x.kind == ownSound {
				seconds.add(scores[t-half:t+half+1], half, impostor)
				second.add(scores[t].VoiceDistance, impostor)
			}
		}
	}
	b.Second, b.Track = seconds.fit(), tracks.fit()
	cohort := fitLR(impostors, genuine)
	b.Cohort = verdict.CohortFusion{Slope: -cohort.Slope, Offset: cohort.Offset}
	b.VoiceScales = verdict.VoiceScales{Second: second.fit(len(clips)), Near: near.fit(len(clips))}
	for _, x := range []struct {
		of string
		verdict.Fusion
	}{{"frames", b.Frame}, {"seconds", b.Second}, {"tracks", b.Track}} {
		o.Log("fusion of %s: %.3f·logit %+.2f·likeness %+.2f", x.of, x.Logit, x.Likeness, x.Offset)
	}
	o.Log("voice distance: log LR per second %.2f·distance %+.2f, per frame %.2f·distance %+.2f", b.VoiceScales.Second.Slope, b.VoiceScales.Second.Offset, b.VoiceScales.Near.Slope, b.VoiceScales.Near.Offset)
	o.Log("cohort z-score of tracks: logit %.2f·z %+.2f", b.Cohort.Slope, b.Cohort.Offset)
	return b, nil
}
