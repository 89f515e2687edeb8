package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// A trackScores holds the two scores that decide on a track.
type trackScores struct {
	logit float64 // see verdict.Fusions.TrackLogit
	peak  float64 // see verdict.Fusions.PeakSuspicion
}

// scoreTrack returns the scores of a track. ok is false if too few frames are judged or too few
// judged frames hold one voice alone.
func scoreTrack(scores []verdict.Score, fusions verdict.Fusions) (m trackScores, ok bool) {
	whole, enoughClean := fusions.TrackLogit(scores)
	if !enoughClean {
		return m, false
	}
	return trackScores{whole, fusions.PeakSuspicion(scores)}, true
}

// minGap is the minimum distance between the weak and the strong threshold, in logits.
const minGap = 1.5

// minUnseen is the minimum number of clips of unseen speakers for a fit on them alone.
const minUnseen = 20

// genuineQuantile is the share of genuine clips below a threshold: of all clips below weak, and
// of clips of unseen speakers below moderate. A clip can exceed the threshold of a track and that
// of a segment, so at most 2 % of genuine clips of unseen speakers are rated moderate or higher.
const genuineQuantile = 0.99

// toleranceConfidence is the confidence of the tolerance limit. There are few clips of unseen
// speakers: the maximum of 40 scores says little about the 99 % quantile, so a tolerance limit
// for normal scores is used as well.
const toleranceConfidence = 0.95

// toleranceLimit returns the upper one-sided tolerance limit: with the given confidence, at least
// share of the normal population from which x is sampled lies below it (NIST/SEMATECH e-Handbook
// of Statistical Methods, section 7.2.6.3, after Natrella 1963); +Inf if x is too small.
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

// placeThresholds returns three thresholds from the scores of genuine and tampered clips and of
// genuine clips of unseen speakers:
//
//	weak     = 99 % quantile of genuine
//	gap      = max(median of tampered - weak, minGap)
//	moderate = max(weak + gap/2, lr.ScoreAt(1), 99 % quantile and tolerance limit of unseen)
//	strong   = max(weak + gap, lr.ScoreAt(2), moderate + minGap/2)
//
// Training has seen some of the genuine clips; unseen speakers score higher, hence the bounds
// from unseen, which need minUnseen scores. lr.ScoreAt(1) and lr.ScoreAt(2) are the scores at
// likelihood ratios of 10 and 100, the lower bounds of these terms on ENFSI's verbal scale.
// Without genuine clips all thresholds are +Inf.
func placeThresholds(genuine, tampered, unseen []float64, lr verdict.LRScale) (weak, moderate, strong float64) {
	if len(genuine) == 0 {
		return math.Inf(1), math.Inf(1), math.Inf(1)
	}
	weak = statistic.Quantile(genuine, genuineQuantile)
	gap := max(statistic.Quantile(tampered, .5)-weak, minGap)
	moderate = max(weak+gap/2, lr.ScoreAt(1))
	if len(unseen) >= minUnseen {
		moderate = max(moderate, statistic.Quantile(unseen, genuineQuantile), toleranceLimit(unseen, genuineQuantile, toleranceConfidence))
	}
	return weak, moderate, max(weak+gap, lr.ScoreAt(2), moderate+minGap/2)
}

// A calibrationScores holds the scores to which thresholds and likelihood ratios are fitted.
type calibrationScores struct {
	clips            int       // number of clips; variants of a clip do not count
	logits, peaks    []float64 // of genuine clips, see trackScores
	swapped, spliced []float64 // logits with an impostor voice, peaks with a spliced second
}

// addScores scores a variant and appends its scores to every element of to.
func addScores(r *network.Runner, t *variant, th verdict.Thresholds, to []*calibrationScores) error {
	for i, sound := range t.sounds {
		c, err := compareSound(r, t.face, sound)
		if err != nil {
			return err
		}
		got, ok := scoreTrack(scoreFrames(c, t.face, th), th.Fusions)
		switch {
		case !ok && i == ownSound:
			return nil // too few judged frames
		case !ok:
			continue
		}
		for _, x := range to {
			switch i {
			case ownSound:
				x.logits, x.peaks = append(x.logits, got.logit), append(x.peaks, got.peak)
			case swappedSound:
				x.swapped = append(x.swapped, got.logit)
			case splicedSound:
				x.spliced = append(x.spliced, got.peak)
			}
		}
	}
	return nil
}

// calibrate fits the thresholds and scales on genuine clips of the last list, original and
// degraded; the auxiliary lists have one speaker or drawn faces.
//
// The weak threshold uses all these clips, because clips of unseen speakers are few, but leaves
// out variants with a background voice. The likelihood ratios of a track's logit and of its
// peak suspicion are fitted on clips of unseen speakers alone, if there are minUnseen of them.
// These clips also count with a background voice, so that genuine video from a noisy place is
// not rated moderate or higher. trainMotion fits the likelihood ratio of motion.
//
// Clips of unseen speakers are scored by the heads of crossFit, so that no head scores a source
// from which it has learnt.
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
	o.Log("lips are idle below a mouth activity of %.3f", t.IdleActivity)
	if t.MinOverlap, err = fitOverlap(ctx, r, clips); err != nil {
		return t, s, err
	}
	o.Log("overlapped speech above %.3f", t.MinOverlap)
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
	unseen.log(o, "calibration, unseen speakers")
	fit := &unseen
	if unseen.clips < minUnseen {
		fit = &all
	}
	s.Mismatch, s.Segment = fitLR(fit.swapped, fit.logits), fitLR(fit.spliced, fit.peaks)
	for _, scale := range []*verdict.LRScale{&s.Mismatch, &s.Segment} {
		scale.MaxLogLR = min(scale.MaxLogLR, math.Log10(float64(max(1, fit.clips))))
	}
	t.TrackWeak, t.TrackModerate, t.TrackStrong = placeThresholds(all.logits, all.swapped, unseen.logits, s.Mismatch)
	t.SegmentWeak, t.SegmentModerate, t.SegmentStrong = placeThresholds(all.peaks, all.spliced, unseen.peaks, s.Segment)
	o.Log("thresholds: track %.2f, %.2f, %.2f; segment %.2f, %.2f, %.2f, likelihood ratio 10^(%.2f·logit %+.2f)",
		t.TrackWeak, t.TrackModerate, t.TrackStrong, t.SegmentWeak, t.SegmentModerate, t.SegmentStrong, s.Segment.Slope/math.Ln10, s.Segment.Offset/math.Ln10)
	o.Log("likelihood ratio of a track, fitted on %d clips: 10^(%.2f·logit %+.2f)", fit.clips, s.Mismatch.Slope/math.Ln10, s.Mismatch.Offset/math.Ln10)
	return t, s, nil
}

// log logs quantiles of the scores.
func (m *calibrationScores) log(o *Options, whose string) {
	for _, x := range []struct {
		what              string
		genuine, tampered []float64
	}{{"track logit", m.logits, m.swapped}, {"peak suspicion", m.peaks, m.spliced}} {
		o.Log("%s, %d scores of genuine clips, %s: median %.2f, 95 %% %.2f, 99 %% %.2f, maximum %.2f; tampered 5 %% %.2f, median %.2f", whose, len(x.genuine), x.what,
			statistic.Quantile(x.genuine, .5), statistic.Quantile(x.genuine, .95), statistic.Quantile(x.genuine, genuineQuantile), statistic.Quantile(x.genuine, 1), statistic.Quantile(x.tampered, .05), statistic.Quantile(x.tampered, .5))
	}
}
