package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// A measuredTrack holds the two numbers by which a track is judged.
type trackScores struct {
	logit float64 // its logit, see detector.Blends.Against
	peak  float64 // its highest level, see detector.Blends.Peak
}

// measure judges scores; ok is false where too few frames are judged, or one voice is heard alone in too
// few of them.
func scoreTrack(scores []verdict.Score, b verdict.Fusions) (m trackScores, ok bool) {
	whole, tells := b.TrackLogit(scores)
	if !tells {
		return m, false
	}
	return trackScores{whole, b.PeakSuspicion(scores)}, true
}

// leastGap is the least distance, in logits, from the weak to the strong
// threshold.
const minGap = 1.5

// fewestStrangers is how many clips a likelihood ratio is fitted on at least.
const minUnseen = 20

// sureQuantile is the share of genuine clips that stay below a threshold: of all of
// them below weak, and of people whom neither the towers nor the head that judges have
// seen below moderate. A clip can be called suspect as a whole or for a part, hence no
// more than two in a hundred of such clips are to be called moderate or worse.
const genuineQuantile = 0.99

// Of strangers there are few, and the highest of forty scores says little about one in
// a hundred: hence the tolerance limit, above which no more than that share lies with
// this confidence if scores are normal.
const toleranceConfidence = 0.95

// toleranceLimit is the upper one-sided limit above which, with a confidence, no more
// than 1-share of a normal population lies of which x is a sample (NIST/SEMATECH
// e-Handbook of Statistical Methods, section 7.2.6.3, after Natrella 1963); +Inf
// of so few that there is none.
func toleranceLimit(x []float64, share, confidence float64) float64 {
	n := float64(len(x))
	var sum, squares float64
	for _, v := range x {
		sum += v
	}
	for _, v := range x {
		squares += (v - sum/n) * (v - sum/n)
	}
	zp, zc := math.Sqrt2*math.Erfinv(2*share-1), math.Sqrt2*math.Erfinv(2*confidence-1)
	a, b := 1-zc*zc/(2*(n-1)), zp*zp-zc*zc/n
	if n < 2 || a <= 0 {
		return math.Inf(1)
	}
	return sum/n + (zp+math.Sqrt(zp*zp-a*b))/a*math.Sqrt(squares/(n-1))
}

// bands places three thresholds: weak above 99 of 100 genuine clips, strong as
// far beyond it as the median of the tampered ones is, moderate half way. The
// clips are in part of people whom training has seen, and strangers score
// higher: hence the distance, and hence moderate is no lower than the tolerance limit of
// 99 of 100 strangers. Moderate and strong are besides no lower than where the likelihood ratio, of
// strangers, is 10 and 100, as the words mean on ENFSI's scale. Without genuine clips nothing is above any.
func placeThresholds(genuine, tampered, unseen []float64, lr verdict.LRScale) (weak, moderate, strong float64) {
	if len(genuine) == 0 {
		return math.Inf(1), math.Inf(1), math.Inf(1)
	}
	weak = statistic.Quantile(genuine, genuineQuantile)
	gap := max(statistic.Quantile(tampered, .5)-weak, minGap)
	moderate = max(weak+gap/2, lr.Score(1))
	if len(unseen) >= minUnseen {
		moderate = max(moderate, statistic.Quantile(unseen, genuineQuantile), toleranceLimit(unseen, genuineQuantile, toleranceConfidence))
	}
	return weak, moderate, max(weak+gap, lr.Score(2), moderate+minGap/2)
}

// marks are the scores that thresholds and likelihood ratios follow from.
type calibrationScores struct {
	clips            int       // a clip as it was passed on, or with a voice behind it, is no further one
	logits, peaks    []float64 // of genuine clips, see measuredTrack
	swapped, spliced []float64 // the first with another's voice, the second with a second of it
}

// mark judges a staged clip and adds its scores to every one of to.
func addScores(r *network.Runner, t *variant, th verdict.Thresholds, to []*calibrationScores) error {
	for i, sound := range t.sounds {
		c, err := compareSound(r, t.face, sound)
		if err != nil {
			return err
		}
		got, ok := scoreTrack(scoreFrames(c, t.face, th), th.Fusions)
		switch {
		case !ok && i == 0:
			return nil // too little to judge the clip by
		case !ok:
			continue
		}
		for _, x := range to {
			switch i {
			case 0:
				x.logits, x.peaks = append(x.logits, got.logit), append(x.peaks, got.peak)
			case 1:
				x.swapped = append(x.swapped, got.logit)
			case 2:
				x.spliced = append(x.spliced, got.peak)
			}
		}
	}
	return nil
}

// calibrate sets the thresholds from genuine clips of the last list, as they are and as
// they were passed on: those that the towers have not seen, and since they are few,
// the others, too. Lists before it are one person's, or drawn. The likelihood ratios, of
// a track's mean logit and of its highest second, are fitted on those alone that the
// towers have not seen, where there are enough; that of motion is left to others. Those
// clips count with a voice behind them, too: what is called moderate or worse must not be
// honest video of a noisy place. Weak is for video as it is mostly made.
//
// No clip that decides is judged by a head that has learnt from its source: those
// that the towers have not seen are judged by the heads of crossFit.
func calibrate(ctx context.Context, r *network.Runner, c *corpus, o *Options, trained *state) (t verdict.Thresholds, s verdict.Scales, err error) {
	heads, err := crossFit(ctx, c, o, trained)
	if err != nil {
		return t, s, err
	}
	defer heads.Close()
	const minLength = 2 * video.FrameRate
	small, _ := c.splitBySize(c.examplesIn(ForTowers, minLength, dataset.Real))
	clips := slices.DeleteFunc(append(c.examplesIn(ForHead, minLength, dataset.Real), small...), func(e *example) bool { return c.auxiliary[e.Source] })
	if t.IdleActivity, err = fitIdleActivity(ctx, r, clips); err != nil {
		return t, s, err
	}
	o.Log("lips are at rest below a pace of %.3f", t.IdleActivity)
	if t.Overlap, err = fitOverlap(ctx, r, clips); err != nil {
		return t, s, err
	}
	o.Log("two people speak at once from %.3f on", t.Overlap)
	if t.Fusions, err = fitFusions(ctx, heads, c, o, t.IdleActivity); err != nil {
		return t, s, err
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x63616c))
	var all, unseen calibrationScores
	for _, e := range clips {
		if ctx.Err() != nil {
			return t, s, ctx.Err()
		}
		isUnseen, before := c.split[e.Source] == ForHead, len(all.logits)
		head, other := heads.headFor(e.Source, r), drawOther(rng, clips, e)
		err := eachVariant(head, e, other, drawOther(rng, clips, e, other), rng, func(tr *variant) error {
			var to []*calibrationScores
			if !tr.background {
				to = append(to, &all)
			}
			if isUnseen {
				to = append(to, &unseen)
			}
			if len(to) == 0 {
				return nil
			}
			return addScores(head, tr, t, to)
		})
		if err != nil {
			return t, s, err
		}
		if len(all.logits) > before {
			all.clips++
			if isUnseen {
				unseen.clips++
			}
		}
	}
	all.log(o, "calibration")
	unseen.log(o, "calibration, people whom the towers have not seen")
	fit := &unseen
	if unseen.clips < minUnseen {
		fit = &all
	}
	s.Mismatch, s.Segment = fitLR(fit.swapped, fit.logits), fitLR(fit.spliced, fit.peaks)
	for _, scale := range []*verdict.LRScale{&s.Mismatch, &s.Segment} {
		scale.Most = min(scale.Most, math.Log10(float64(max(1, fit.clips))))
	}
	t.TrackWeak, t.TrackModerate, t.TrackStrong = placeThresholds(all.logits, all.swapped, unseen.logits, s.Mismatch)
	t.SegmentWeak, t.SegmentModerate, t.SegmentStrong = placeThresholds(all.peaks, all.spliced, unseen.peaks, s.Segment)
	o.Log("thresholds: track %.2f, %.2f, %.2f; a second %.2f, %.2f, %.2f, of which the likelihood ratio is 10^(%.2f·logit %+.2f)",
		t.TrackWeak, t.TrackModerate, t.TrackStrong, t.SegmentWeak, t.SegmentModerate, t.SegmentStrong, s.Segment.Slope/math.Ln10, s.Segment.Offset/math.Ln10)
	o.Log("likelihood ratio of a track, from %d clips: 10^(%.2f·logit %+.2f)", fit.clips, s.Mismatch.Slope/math.Ln10, s.Mismatch.Offset/math.Ln10)
	return t, s, nil
}

// log tells how the scores lie.
func (m *calibrationScores) log(o *Options, whose string) {
	for _, x := range []struct {
		what              string
		genuine, tampered []float64
	}{{"mean logit", m.logits, m.swapped}, {"of a second", m.peaks, m.spliced}} {
		o.Log("%s, %d genuine clips, %s: median %.2f, 95 %% %.2f, 99 %% %.2f, highest %.2f; tampered 5 %% %.2f, median %.2f", whose, len(x.genuine), x.what,
			statistic.Quantile(x.genuine, .5), statistic.Quantile(x.genuine, .95), statistic.Quantile(x.genuine, genuineQuantile), statistic.Quantile(x.genuine, 1), statistic.Quantile(x.tampered, .05), statistic.Quantile(x.tampered, .5))
	}
}
