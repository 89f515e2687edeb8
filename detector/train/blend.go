package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	blendRidge    = 1e-3 // see statistic.Logistic
	likenessUnit  = 0.1  // of cosine: about as much of it as a logit of the head
	middleOfAlien = 2    // frames to either side of the middle of a replaced second that stand for it
)

// A blending gathers what one blend is fitted on.
type blending struct {
	rows  []float32 // (n, 2) mean logit, mean likeness in likenessUnit
	truth []float64 // (n) 1 for another's voice
}

// add adds the means over the judged frames of scores; nothing of fewer than least, 1
// or more.
func (b *blending) add(scores []verdict.Score, least int, alien bool) {
	sum := verdict.Summarize(scores)
	logit, likeness := sum.Means()
	if sum.Judged < least {
		return
	}
	truth := 0.0
	if alien {
		truth = 1
	}
	b.rows = append(b.rows, float32(logit), float32(likeness/likenessUnit))
	b.truth = append(b.truth, truth)
}

// fit returns the blend, both kinds counting alike; the zero value where one of them
// is missing. The logit's weight is not negative (Breiman 1996, Stacked Regressions, on why): where the likeness
// says what it says, the two may be fitted as a difference, which holds for no other clips.
func (b *blending) fit() verdict.Fusion {
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
	x := statistic.Logistic(b.rows, 2, b.truth, weight, blendRidge)
	if x[0] < 0 {
		likeness := slices.Clone(b.rows)
		for i := 0; i < len(likeness); i += 2 {
			likeness[i] = 0
		}
		x = statistic.Logistic(likeness, 2, b.truth, weight, blendRidge)
	}
	return verdict.Fusion{Logit: x[0], Likeness: x[1] / likenessUnit, Offset: x[2]}
}

// voiceUnit is about as much of a distance of voices as a logit of another's voice.
const voiceUnit = 0.1

// distances are those of voices, in voiceUnit, of a mouth's own and of others'.
type distances struct{ own, others []float64 }

// add adds one, if it is known.
func (d *distances) add(distance float64, alien bool) {
	to := &d.own
	if alien {
		to = &d.others
	}
	if distance > 0 {
		*to = append(*to, distance/voiceUnit)
	}
}

// fit returns the likelihood ratio of a distance, of which so many clips can bear out no more.
func (d *distances) fit(clips int) verdict.LRScale {
	s := fitLR(d.others, d.own)
	s.Slope /= voiceUnit
	s.Most = min(s.Most, math.Log10(float64(max(1, clips))))
	return s
}

// A tried is a staged clip's sound and what a head that has not seen its source says of it.
type tried struct {
	*score.Comparison
	face  *embed.Mouths
	alien []bool // (frames) see tampered
	kind  int    // index of staged.sounds
}

// replaced says whether the sound at frame t of the picture is another's.
func (x *tried) replaced(t int) bool {
	u := t + x.Lag.Whole
	return u >= 0 && u < len(x.alien) && x.alien[u]
}

// fitBlends fits the blends on clips of people whom the towers have not seen, judged by
// heads that have not seen them either; nothing is blended where there are too few.
// Frames are told apart in replaced seconds and under strangers' voices, seconds by the
// former alone, tracks by the latter. Lips at rest, by their pace, are left out.
func fitBlends(ctx context.Context, judges *crossed, c *corpus, o *Options, rest float64) (verdict.Fusions, error) {
	var b verdict.Fusions
	clips := c.of(ForHead, 2*video.FrameRate, dataset.Real)
	if len(judges.by) == 0 || len(clips) < fewestStrangers {
		return b, nil
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x626c656e))
	var all []tried
	for _, e := range clips {
		if ctx.Err() != nil {
			return b, ctx.Err()
		}
		r, other := judges.by[e.Source], another(rng, clips, e)
		err := stageAll(r, e, other, another(rng, clips, e, other), rng, func(t *staged) error {
			for i, sound := range t.sounds {
				c, err := heard(r, t.face, sound)
				if err != nil {
					return err
				}
				all = append(all, tried{c, t.face, sound.alien, i})
			}
			return nil
		})
		if err != nil {
			return b, err
		}
	}
	const half = video.HalfSecond
	var frames, seconds, tracks blending
	var own, others []float64 // how far tracks stand out
	var second, near distances
	for i := range all {
		x := &all[i]
		scores := scored(x.Comparison, x.face, verdict.Thresholds{IdleActivity: rest, Fusions: b})
		for t := range scores {
			frames.add(scores[t:t+1], 1, x.replaced(t))
		}
	}
	b.Frame = frames.fit()
	for i := range all {
		x := &all[i]
		scores := scored(x.Comparison, x.face, verdict.Thresholds{IdleActivity: rest, Fusions: b})
		if x.kind != 2 {
			tracks.add(scores, video.MinJudged, x.kind == 1)
			if sum := verdict.Summarize(scores); sum.Judged >= video.MinJudged {
				if x.kind == 1 {
					others = append(others, -sum.CohortZ())
				} else {
					own = append(own, -sum.CohortZ())
				}
			}
		}
		if x.kind == 1 {
			continue
		}
		for t := range scores {
			if alien := x.replaced(t); alien || x.kind == 0 {
				near.add(scores[t].VoiceDistanceNear, alien)
			}
		}
		for t := half; t+half < len(scores); t++ {
			if alien := x.replaced(t-half+middleOfAlien) && x.replaced(t+half-middleOfAlien); alien || x.kind == 0 {
				seconds.add(scores[t-half:t+half+1], half, alien)
				second.add(scores[t].VoiceDistance, alien)
			}
		}
	}
	b.Second, b.Track = seconds.fit(), tracks.fit()
	standing := fitLR(others, own)
	b.Cohort = verdict.CohortFusion{Slope: -standing.Slope, Offset: standing.Offset}
	b.VoiceScales = verdict.VoiceScales{Second: second.fit(len(clips)), Near: near.fit(len(clips))}
	for _, x := range []struct {
		of string
		verdict.Fusion
	}{{"a frame", b.Frame}, {"a second", b.Second}, {"a track", b.Track}} {
		o.Log("blend of %s: %.3f·logit %+.2f·likeness %+.2f", x.of, x.Logit, x.Likeness, x.Offset)
	}
	o.Log("voice of a second: %.2f·distance %+.2f, near a frame: %.2f·distance %+.2f", b.VoiceScales.Second.Slope, b.VoiceScales.Second.Offset, b.VoiceScales.Near.Slope, b.VoiceScales.Near.Offset)
	o.Log("prominence of a track: %.2f·deviations %+.2f", b.Cohort.Slope, b.Cohort.Offset)
	return b, nil
}
