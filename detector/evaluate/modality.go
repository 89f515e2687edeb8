package evaluate

import (
	"context"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/statistic"
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
func (m *measuring) modalities(ctx context.Context) ([]Measure, error) {
	names := []string{"v_accuracy", "av_accuracy", "av_minus_v_accuracy"}
	var out []Measure
	for _, n := range names {
		out = append(out, Measure{Name: n})
	}
	rng := m.rng(names[2])
	clips, left := m.genuine(LongClip)
	var all []Tested
	var have [3]int
	add := func(s *subject, j *judged, kind int) error {
		alone, err := s.pictureAlone()
		if err != nil || !j.scored() || !defined(alone) || !defined(j.motion) {
			return err
		}
		have[kind]++
		all = append(all, Tested{kind > 0, kind, alone, either(s.by.scales.Mismatch.Of(j.logit), s.by.scales.Motion.Of(j.motion))})
		return nil
	}
	for _, s := range clips {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := add(s, s.own, 0); err != nil {
			return nil, err
		}
		for _, o := range strangers(rng, s, clips)[:min(1, max(0, len(clips)-1))] {
			j, err := s.judge(o.sound.fitted(s.frames))
			if err != nil {
				return nil, err
			}
			if err := add(s, j, 1); err != nil {
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
		out[i].N, out[i].Inconclusive = len(all), left
		switch {
		case !m.scaled():
			out[i] = out[i].without(noRatios)
		case have[0] == 0 || have[1] == 0 || have[2] == 0:
			out[i] = out[i].without("no genuine or no generated clips of 3 s or more of sources that " + m.whose)
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

// scaled reports whether all weights hold the likelihood ratios of mismatch and of mouth motion.
func (m *measuring) scaled() bool {
	return m.hold(func(s *verdict.Scales) bool { return s.Motion.Most > 0 && s.Mismatch.Most > 0 })
}

// hold reports whether do is true of the scales of all weights that score a clip.
func (m *measuring) hold(do func(*verdict.Scales) bool) bool {
	return !slices.ContainsFunc(m.subjects, func(s *subject) bool { return !do(&s.by.scales) })
}

// either returns log10 of the likelihood ratio of a forgery that is of either kind with equal
// probability: log10((10^a + 10^b) / 2).
func either(a, b float64) float64 {
	return math.Log10((math.Pow(10, a) + math.Pow(10, b)) / 2)
}

// pictureAlone returns log10 of the likelihood ratio of the mouth motion of a clip without its
// sound; NaN if there is no window.
func (s *subject) pictureAlone() (float64, error) {
	x, err := score.ScoreMotion(s.by.runner, score.DescribeMotion(s.trace, s.face, nil, score.ConstantLag(0)), s.by.scales.Motion)
	return x.LogLR, err
}

// Accuracy returns the balanced accuracy of the trials all[drawn] at a likelihood ratio of 1:
// the mean of the share of genuine trials told rightly and of that of forged ones, in which both
// kinds of forgery have the same weight. by returns log10 of the ratio.
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
