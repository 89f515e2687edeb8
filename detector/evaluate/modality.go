package evaluate

import (
	"context"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A Tested is one trial: the pictures of a clip with a sound, and log10 of the likelihood ratios
// of a forgery.
type Tested struct {
	Forged   bool
	Kind     int     // 0 genuine, 1 impostor voice, 2 generated mouth
	Picture  float64 // by mouth motion, without the sound
	Together float64 // by mouth motion and mismatch
}

// modalities compares the accuracy of the picture alone with that of picture and sound, on
// genuine clips, the same with an impostor voice, and clips with a generated mouth, see
// Accuracy.
func (m *measurement) modalities(ctx context.Context) ([]Measure, error) {
	names := []string{"v_accuracy", "av_accuracy", "av_minus_v_accuracy"}
	var out []Measure
	for _, n := range names {
		out = append(out, Measure{Name: n})
	}
	rng := m.rng(names[2])
	clips, inconclusive := m.genuine(LongClip)
	var all []Tested
	var have [3]int
	add := func(s *subject, o *outcome, kind int) error {
		alone, err := s.pictureRatio()
		if err != nil || !o.scored() || !isDefined(alone) || !isDefined(o.motion) {
			return err
		}
		have[kind]++
		all = append(all, Tested{kind > 0, kind, alone, meanRatio(s.model.scales.Mismatch.LogLR(o.logit), s.model.scales.Motion.LogLR(o.motion))})
		return nil
	}
	for _, s := range clips {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := add(s, s.own, 0); err != nil {
			return nil, err
		}
		for _, o := range drawImpostors(rng, s, clips)[:min(1, max(0, len(clips)-1))] {
			swapped, err := s.scan(o.sound.ofLength(s.frames))
			if err != nil {
				return nil, err
			}
			if err := add(s, swapped, 1); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range m.subjects {
		if s.Label == dataset.Fake && s.frames >= LongClip {
			if err := add(s, s.own, 2); err != nil {
				return nil, err
			}
		}
	}
	for i := range out {
		out[i].N, out[i].Inconclusive = len(all), inconclusive
		switch {
		case !m.haveClipRatios():
			out[i] = out[i].withReason(noRatios)
		case have[0] == 0 || have[1] == 0 || have[2] == 0:
			out[i] = out[i].withReason("needs genuine and generated clips of 3 s or more, of sources that " + m.sourceClause)
		}
	}
	if out[0].Reason != "" {
		return out, nil
	}
	picture := func(t Tested) float64 { return t.Picture }
	together := func(t Tested) float64 { return t.Together }
	found := statistic.BootstrapClips(rng, len(all), func(drawn []int) []float64 {
		v, av := Accuracy(all, picture, drawn), Accuracy(all, together, drawn)
		return []float64{v, av, av - v}
	})
	for k := range out {
		out[k].Estimate = found[k]
	}
	return out, nil
}

// haveClipRatios reports whether all weights hold the likelihood ratios of mismatch and of mouth
// motion.
func (m *measurement) haveClipRatios() bool {
	return m.allScales(func(s *verdict.Scales) bool { return s.Motion.MaxLogLR > 0 && s.Mismatch.MaxLogLR > 0 })
}

// allScales reports whether do is true of the scales of all weights that scored a clip.
func (m *measurement) allScales(do func(*verdict.Scales) bool) bool {
	return !slices.ContainsFunc(m.subjects, func(s *subject) bool { return !do(&s.model.scales) })
}

// meanRatio returns log10 of the likelihood ratio of a forgery of either kind, both being
// equally probable: log10((10^a + 10^b) / 2).
func meanRatio(a, b float64) float64 {
	return math.Log10((math.Pow(10, a) + math.Pow(10, b)) / 2)
}

// pictureRatio returns log10 of the likelihood ratio of the mouth motion of a clip without its
// sound; NaN if there is no window.
func (s *subject) pictureRatio() (float64, error) {
	x, err := score.ScoreMotion(s.model.runner, score.DescribeMotion(s.trace, s.face, nil, score.ConstantLag(0)), s.model.scales.Motion)
	return x.LogLR, err
}

// Accuracy returns the balanced accuracy of the trials all[drawn] at a likelihood ratio of 1:
// the mean of two shares of correctly classified trials, genuine and forged. Both kinds of
// forgery have the same weight. by returns log10 of the ratio.
func Accuracy(all []Tested, by func(Tested) float64, drawn []int) float64 {
	var right, count [3]float64
	for _, i := range drawn {
		t := all[i]
		count[t.Kind]++
		if by(t) > 0 == t.Forged {
			right[t.Kind]++
		}
	}
	part := func(k int) float64 { return right[k] / math.Max(count[k], 1) }
	return (part(0) + (part(1)+part(2))/2) / 2
}
