package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// A measuredTrack holds the two numbers by which a track is judged.
type measuredTrack struct {
	whole float64 // mean logit of its judged frames
	part  float64 // highest smoothed logit, see detector.PeakPart
}

// measure judges a clip with a sound, its own or another.
func measure(r *network.Runner, e *example, face *detector.Face, s *tampered) (m measuredTrack, ok bool, err error) {
	voice, err := detector.Hear(r, s.mel, s.level, s.voiced)
	if err != nil {
		return m, false, err
	}
	c, err := detector.Compare(r, face, voice, false)
	if err != nil {
		return m, false, err
	}
	t := detector.Track{Scores: make([]detector.Score, e.Frames)}
	judged := 0
	for i := range t.Scores {
		t.Scores[i] = detector.Score{Frame: i, Judged: c.Judged[i], Mismatch: network.Probability(c.Logits[i])}
		if c.Judged[i] {
			m.whole += detector.Logit(t.Scores[i].Mismatch)
			judged++
		}
	}
	if judged < detector.MinJudged {
		return m, false, nil
	}
	m.whole /= float64(judged)
	m.part = detector.PeakPart(&t)
	return m, true, nil
}

// leastGap is the least distance, in logits, from the weak to the strong
// threshold.
const leastGap = 1.5

// fewestStrangers is how many clips a likelihood ratio is fitted on at least.
const fewestStrangers = 20

// weakQuantile is the share of the genuine clips that stay below weak.
const weakQuantile = 0.99

// bands places three thresholds: weak above 99 of 100 genuine clips, strong as
// far beyond it as the median of the tampered ones is, moderate half way. The
// clips are in part of people whom training has seen, and strangers score
// higher: hence the distance. Moderate and strong are besides no lower than where
// the likelihood ratio, of people whom the towers have not seen, is 10 and 100, as
// the words mean on ENFSI's scale.
func bands(genuine, tampered []float64, lr detector.LRScale) (weak, moderate, strong float64) {
	weak = quantile(genuine, weakQuantile)
	gap := max(quantile(tampered, .5)-weak, leastGap)
	return weak, max(weak+gap/2, lr.Score(1)), max(weak+gap, lr.Score(2))
}

// calibrate sets the thresholds from genuine clips of the last list: those that
// the towers have not seen, and since they are few, the others, too. Lists before
// it are one person's, or drawn. The likelihood ratios, of a track's mean logit and
// of its highest second, are fitted on those alone that the towers have not seen,
// where there are enough; that of motion is left to others.
//
// No clip that decides is judged by a head that has learnt from its source: those
// that the towers have not seen are judged by the heads of crossFit.
func calibrate(ctx context.Context, r *network.Runner, c *corpus, o *Options, trained *state) (t detector.Thresholds, s detector.Scales, err error) {
	judges, err := crossFit(ctx, c, o, trained)
	if err != nil {
		return t, s, err
	}
	defer judges.Close()
	const enough = 2 * video.FrameRate
	few, _ := c.bySize(c.of(ForTowers, enough, Real))
	clips := slices.DeleteFunc(append(c.of(ForHead, enough, Real), few...), func(e *example) bool { return c.fixed[e.Source] })
	rng := rand.New(rand.NewPCG(o.Seed, 0x63616c))
	var whole, part, wholeSwapped, partSpliced []float64
	var stranger, strangerSwapped, strangerPart, strangerSpliced []float64
	for _, e := range clips {
		m, err := embedMouths(r, e, plainLook(), nil)
		if err != nil {
			return t, s, err
		}
		face := &detector.Face{Embeddings: m.mouths, Seen: e.Seen}
		r := judges.of(e.Source, r)
		own, ok, err := measure(r, e, face, e.own())
		if err != nil {
			return t, s, err
		}
		if !ok {
			continue
		}
		whole, part = append(whole, own.whole), append(part, own.part)
		unseen := c.split[e.Source] == ForHead
		if unseen {
			stranger, strangerPart = append(stranger, own.whole), append(strangerPart, own.part)
		}
		other := clips[rng.IntN(len(clips))]
		swapped, spliced := e.own(), e.own()
		swapped.replace(0, e.Frames, other, 0)
		from := rng.IntN(max(1, e.Frames-video.FrameRate))
		spliced.replace(from, min(from+video.FrameRate, e.Frames), other, rng.IntN(max(1, other.Frames-video.FrameRate)))
		for _, x := range []struct {
			s   *tampered
			to  *[]float64
			get func(measuredTrack) float64
		}{{swapped, &wholeSwapped, func(m measuredTrack) float64 { return m.whole }}, {spliced, &partSpliced, func(m measuredTrack) float64 { return m.part }}} {
			m, ok, err := measure(r, e, face, x.s)
			if err != nil {
				return t, s, err
			}
			if ok {
				*x.to = append(*x.to, x.get(m))
				switch {
				case unseen && x.s == swapped:
					strangerSwapped = append(strangerSwapped, m.whole)
				case unseen:
					strangerSpliced = append(strangerSpliced, m.part)
				}
			}
		}
	}
	o.Log("calibration on %d genuine clips: mean logit median %.2f, 95 %% %.2f, 99 %% %.2f, highest %.2f; swapped 5 %% %.2f, median %.2f", len(whole),
		quantile(whole, .5), quantile(whole, .95), quantile(whole, weakQuantile), quantile(whole, 1), quantile(wholeSwapped, .05), quantile(wholeSwapped, .5))
	o.Log("calibration of a second: median %.2f, 95 %% %.2f, 99 %% %.2f, highest %.2f; spliced 5 %% %.2f, median %.2f",
		quantile(part, .5), quantile(part, .95), quantile(part, weakQuantile), quantile(part, 1), quantile(partSpliced, .05), quantile(partSpliced, .5))
	o.Log("calibration, people whom the towers have not seen: mean logit median %.2f, 95 %% %.2f, highest %.2f; of a second: median %.2f, 95 %% %.2f, highest %.2f",
		quantile(stranger, .5), quantile(stranger, .95), quantile(stranger, 1), quantile(strangerPart, .5), quantile(strangerPart, .95), quantile(strangerPart, 1))
	if len(stranger) < fewestStrangers {
		stranger, strangerSwapped, strangerPart, strangerSpliced = whole, wholeSwapped, part, partSpliced
	}
	s.Mismatch, s.Part = detector.FitLR(strangerSwapped, stranger), detector.FitLR(strangerSpliced, strangerPart)
	t.TrackWeak, t.TrackModerate, t.TrackStrong = bands(whole, wholeSwapped, s.Mismatch)
	t.PartWeak, t.PartModerate, t.PartStrong = bands(part, partSpliced, s.Part)
	o.Log("thresholds: track %.2f, %.2f, %.2f; a second %.2f, %.2f, %.2f, of which the likelihood ratio is 10^(%.2f·logit %+.2f)",
		t.TrackWeak, t.TrackModerate, t.TrackStrong, t.PartWeak, t.PartModerate, t.PartStrong, s.Part.Slope/math.Ln10, s.Part.Offset/math.Ln10)
	o.Log("likelihood ratio of a track, from %d genuine and %d swapped clips: 10^(%.2f·logit %+.2f)", len(stranger), len(strangerSwapped), s.Mismatch.Slope/math.Ln10, s.Mismatch.Offset/math.Ln10)
	return t, s, nil
}

// quantile returns the q-quantile of x, interpolated between order statistics
// (Hyndman & Fan 1996, type 7); +Inf of nothing.
func quantile(x []float64, q float64) float64 {
	if len(x) == 0 {
		return math.Inf(1)
	}
	s := slices.Sorted(slices.Values(x))
	at := q * float64(len(s)-1)
	i := min(int(at), len(s)-1)
	j := min(i+1, len(s)-1)
	return s[i] + (at-float64(i))*(s[j]-s[i])
}
