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

// A Tested is one clip, or one with a stranger's sound, and the likelihood
// ratios of both ledgers; common logarithms.
type Tested struct {
	Forged   bool
	Kind     int     // 0 genuine, 1 another's voice, 2 a generated mouth
	Picture  float64 // of the lips' motion, without any sound
	Together float64 // of motion and mismatch
}

// modalities compares what can be told from the picture alone with what picture
// and sound tell together, on genuine clips, the same with a stranger's voice,
// and clips with a generated mouth. Accuracy is the mean of the shares of the
// genuine and of the forged that are told rightly at a likelihood ratio of 1,
// both kinds of forgery counting alike.
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
			out[i] = out[i].without("genuine and generated clips of 3 s or more are both needed, of sources that " + m.whose)
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

// scaled says whether all clips are judged by weights that hold likelihood ratios.
func (m *measuring) scaled() bool {
	return m.hold(func(s *verdict.Scales) bool { return s.Motion.Most > 0 && s.Mismatch.Most > 0 })
}

// hold says whether all clips are judged by weights whose scales do.
func (m *measuring) hold(do func(*verdict.Scales) bool) bool {
	return !slices.ContainsFunc(m.subjects, func(s *subject) bool { return !do(&s.by.scales) })
}

// either is the likelihood ratio of a forgery that is as likely to be of the
// one kind as of the other: the mean of the two, common logarithms.
func either(a, b float64) float64 {
	return math.Log10((math.Pow(10, a) + math.Pow(10, b)) / 2)
}

// pictureAlone is the likelihood ratio of a clip's mouth motion when no sound is
// given; NaN where there is no window.
func (s *subject) pictureAlone() (float64, error) {
	x, err := score.ScoreMotion(s.by.runner, score.DescribeMotion(s.trace, s.face, nil, score.ConstantLag(0)), s.by.scales.Motion)
	return x.LogLR, err
}

// Accuracy is the balanced accuracy of a draw of clips.
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
