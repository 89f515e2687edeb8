package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// A measuredTrack holds the two numbers by which a track is judged.
type measuredTrack struct {
	whole float64 // its logit, see detector.Blends.Against
	part  float64 // its highest level, see detector.Blends.Peak
}

// measure judges scores; ok is false where too few frames are judged, or one voice is heard alone in too
// few of them.
func measure(scores []verdict.Score, b verdict.Fusions) (m measuredTrack, ok bool) {
	whole, tells := b.TrackLogit(scores)
	if !tells {
		return m, false
	}
	return measuredTrack{whole, b.PeakSuspicion(scores)}, true
}

// heard compares a clip's face with a sound, its own or another.
func heard(r *network.Runner, face *embed.Mouths, s *tampered) (*score.Comparison, error) {
	voice, err := embed.EmbedMel(r, s.mel, s.level, s.voiced)
	if err != nil {
		return nil, err
	}
	return score.Compare(r, face, voice)
}

// scored returns the scores of the frames of a face. Its size and turn are no question
// here.
func scored(c *score.Comparison, face *embed.Mouths, th verdict.Thresholds) []verdict.Score {
	scores := make([]verdict.Score, len(face.Seen))
	for i := range scores {
		scores[i] = verdict.Score{Frame: i, Mouth: face.Seen[i], EyeDist: verdict.MinEyeDist}
	}
	c.Score(scores, th)
	return scores
}

// leastGap is the least distance, in logits, from the weak to the strong
// threshold.
const leastGap = 1.5

// fewestStrangers is how many clips a likelihood ratio is fitted on at least.
const fewestStrangers = 20

// sureQuantile is the share of genuine clips that stay below a threshold: of all of
// them below weak, and of people whom neither the towers nor the head that judges have
// seen below moderate. A clip can be called suspect as a whole or for a part, hence no
// more than two in a hundred of such clips are to be called moderate or worse.
const sureQuantile = 0.99

// Of strangers there are few, and the highest of forty scores says little about one in
// a hundred: hence the tolerance limit, above which no more than that share lies with
// this confidence if scores are normal.
const sureConfidence = 0.95

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
func bands(genuine, tampered, strangers []float64, lr verdict.LRScale) (weak, moderate, strong float64) {
	if len(genuine) == 0 {
		return math.Inf(1), math.Inf(1), math.Inf(1)
	}
	weak = statistic.Quantile(genuine, sureQuantile)
	gap := max(statistic.Quantile(tampered, .5)-weak, leastGap)
	moderate = max(weak+gap/2, lr.Score(1))
	if len(strangers) >= fewestStrangers {
		moderate = max(moderate, statistic.Quantile(strangers, sureQuantile), toleranceLimit(strangers, sureQuantile, sureConfidence))
	}
	return weak, moderate, max(weak+gap, lr.Score(2), moderate+leastGap/2)
}

// marks are the scores that thresholds and likelihood ratios follow from.
type marks struct {
	clips            int       // a clip as it was passed on, or with a voice behind it, is no further one
	whole, part      []float64 // of genuine clips, see measuredTrack
	swapped, spliced []float64 // the first with another's voice, the second with a second of it
}

// A staged clip is one in one of the ways of stageAll, and its three sounds: its own,
// another's, and its own with a second of another's.
type staged struct {
	face   *embed.Mouths
	sounds [3]*tampered
	behind bool // with a third clip's voice behind it
}

func stage(r *network.Runner, e *example, own, other *dataset.Sample, rng *rand.Rand) (*staged, error) {
	m, err := embedSample(r, e, own, plainLook(), nil)
	if err != nil {
		return nil, err
	}
	swapped, spliced := untouched(own), untouched(own)
	swapped.replace(0, e.Frames, other, 0)
	from := rng.IntN(max(1, e.Frames-video.FrameRate))
	spliced.replace(from, min(from+video.FrameRate, e.Frames), other, rng.IntN(max(1, other.Frames-video.FrameRate)))
	return &staged{face: &embed.Mouths{Embeddings: embed.Float32(m.mouths), Seen: own.Seen}, sounds: [3]*tampered{untouched(own), swapped, spliced}}, nil
}

// mark judges a staged clip and adds its scores to every one of to.
func mark(r *network.Runner, t *staged, th verdict.Thresholds, to []*marks) error {
	for i, sound := range t.sounds {
		c, err := heard(r, t.face, sound)
		if err != nil {
			return err
		}
		got, ok := measure(scored(c, t.face, th), th.Fusions)
		switch {
		case !ok && i == 0:
			return nil // too little to judge the clip by
		case !ok:
			continue
		}
		for _, x := range to {
			switch i {
			case 0:
				x.whole, x.part = append(x.whole, got.whole), append(x.part, got.part)
			case 1:
				x.swapped = append(x.swapped, got.whole)
			case 2:
				x.spliced = append(x.spliced, got.part)
			}
		}
	}
	return nil
}

// stageAll calls do with a clip as it is, as it was passed on, where there is such a one,
// and with a third clip's voice behind it, each with the other's sound of the same kind.
func stageAll(r *network.Runner, e, other, third *example, rng *rand.Rand, do func(*staged) error) error {
	ways := [][2]*dataset.Sample{{e.Sample, other.Sample}}
	if e.worn != nil && other.worn != nil {
		ways = append(ways, [2]*dataset.Sample{e.worn, other.worn})
	}
	below := babbleDepth * rng.Float64()
	ways = append(ways, [2]*dataset.Sample{under(e.Sample, third.Sample, below, rng), under(other.Sample, third.Sample, below, rng)})
	for i, w := range ways {
		t, err := stage(r, e, w[0], w[1], rng)
		if err != nil {
			return err
		}
		t.behind = i == len(ways)-1
		if err := do(t); err != nil {
			return err
		}
	}
	return nil
}

// another draws a clip that is none of those given, as far as there is such a one.
func another(rng *rand.Rand, clips []*example, not ...*example) *example {
	e := clips[rng.IntN(len(clips))]
	for tries := 0; slices.Contains(not, e) && tries < 20; tries++ {
		e = clips[rng.IntN(len(clips))]
	}
	return e
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
	judges, err := crossFit(ctx, c, o, trained)
	if err != nil {
		return t, s, err
	}
	defer judges.Close()
	const enough = 2 * video.FrameRate
	few, _ := c.bySize(c.of(ForTowers, enough, dataset.Real))
	clips := slices.DeleteFunc(append(c.of(ForHead, enough, dataset.Real), few...), func(e *example) bool { return c.fixed[e.Source] })
	if t.IdleActivity, err = fitRest(ctx, r, clips); err != nil {
		return t, s, err
	}
	o.Log("lips are at rest below a pace of %.3f", t.IdleActivity)
	if t.Overlap, err = fitOverlap(ctx, r, clips); err != nil {
		return t, s, err
	}
	o.Log("two people speak at once from %.3f on", t.Overlap)
	if t.Fusions, err = fitBlends(ctx, judges, c, o, t.IdleActivity); err != nil {
		return t, s, err
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x63616c))
	var all, strangers marks
	for _, e := range clips {
		if ctx.Err() != nil {
			return t, s, ctx.Err()
		}
		stranger, before := c.split[e.Source] == ForHead, len(all.whole)
		judge, other := judges.of(e.Source, r), another(rng, clips, e)
		err := stageAll(judge, e, other, another(rng, clips, e, other), rng, func(tr *staged) error {
			var to []*marks
			if !tr.behind {
				to = append(to, &all)
			}
			if stranger {
				to = append(to, &strangers)
			}
			if len(to) == 0 {
				return nil
			}
			return mark(judge, tr, t, to)
		})
		if err != nil {
			return t, s, err
		}
		if len(all.whole) > before {
			all.clips++
			if stranger {
				strangers.clips++
			}
		}
	}
	all.log(o, "calibration")
	strangers.log(o, "calibration, people whom the towers have not seen")
	fit := &strangers
	if strangers.clips < fewestStrangers {
		fit = &all
	}
	s.Mismatch, s.Segment = fitLR(fit.swapped, fit.whole), fitLR(fit.spliced, fit.part)
	for _, scale := range []*verdict.LRScale{&s.Mismatch, &s.Segment} {
		scale.Most = min(scale.Most, math.Log10(float64(max(1, fit.clips))))
	}
	t.TrackWeak, t.TrackModerate, t.TrackStrong = bands(all.whole, all.swapped, strangers.whole, s.Mismatch)
	t.SegmentWeak, t.SegmentModerate, t.SegmentStrong = bands(all.part, all.spliced, strangers.part, s.Segment)
	o.Log("thresholds: track %.2f, %.2f, %.2f; a second %.2f, %.2f, %.2f, of which the likelihood ratio is 10^(%.2f·logit %+.2f)",
		t.TrackWeak, t.TrackModerate, t.TrackStrong, t.SegmentWeak, t.SegmentModerate, t.SegmentStrong, s.Segment.Slope/math.Ln10, s.Segment.Offset/math.Ln10)
	o.Log("likelihood ratio of a track, from %d clips: 10^(%.2f·logit %+.2f)", fit.clips, s.Mismatch.Slope/math.Ln10, s.Mismatch.Offset/math.Ln10)
	return t, s, nil
}

// log tells how the scores lie.
func (m *marks) log(o *Options, whose string) {
	for _, x := range []struct {
		what              string
		genuine, tampered []float64
	}{{"mean logit", m.whole, m.swapped}, {"of a second", m.part, m.spliced}} {
		o.Log("%s, %d genuine clips, %s: median %.2f, 95 %% %.2f, 99 %% %.2f, highest %.2f; tampered 5 %% %.2f, median %.2f", whose, len(x.genuine), x.what,
			statistic.Quantile(x.genuine, .5), statistic.Quantile(x.genuine, .95), statistic.Quantile(x.genuine, sureQuantile), statistic.Quantile(x.genuine, 1), statistic.Quantile(x.tampered, .05), statistic.Quantile(x.tampered, .5))
	}
}
