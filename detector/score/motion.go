package score

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A Movement is what is judged of how a mouth moves, in windows of lips.Window frames
// all of which were seen.
type MotionWindows struct {
	First    []int     // (n) the frame with which each begins, counted from the track's
	Features []float32 // (n, network.Signs) how its outline moves
	Flicker  []float32 // (n) logit of how its pictures change, > 0: rather as generated ones do
}

// Moves describes every window of a face and its trace: how the lips move, how that goes
// with the loudness, NaN where there is no speech, and how the pictures change. The sound
// v, nil for none, is late by the frames that lag gives for a frame of the track.
func DescribeMotion(t *lips.Trace, f *embed.Mouths, v *embed.Voice, lag func(frame int) int) *MotionWindows {
	m := new(MotionWindows)
	for i := 0; i+lips.Window <= t.Frames(); i += lips.Hop {
		if d := t.Describe(i, v.Levels(f.First+i+lag(i+lips.Window/2), lips.Window)); d != nil {
			m.First, m.Features = append(m.First, i), append(m.Features, d...)
		}
	}
	m.SetFlicker(f.Flicker)
	return m
}

// SetFlicker gives each window the mean of those that lie in it whole of a track's logits,
// one for every network.FlickerSpan frames; 0 where there is none.
func (m *MotionWindows) SetFlicker(logits []float32) {
	const span = network.FlickerSpan
	m.Flicker = make([]float32, len(m.First))
	for w, first := range m.First {
		from, to := (first+span-1)/span, min((first+lips.Window)/span, len(logits))
		for i := from; i < to; i++ {
			m.Flicker[w] += logits[i] / float32(to-from)
		}
	}
}

// Always is one lag for every frame.
func ConstantLag(lag int) func(frame int) int { return func(int) int { return lag } }

var _ = [1]struct{}{}[network.MotionFeatures-lips.Features] // both packages mean the same signs

// JudgeMotion judges a movement. What its outline and its pictures say is added, as
// if neither told of the other.
func ScoreMotion(r *network.Runner, m *MotionWindows, scale verdict.LRScale) (verdict.Motion, error) {
	n := len(m.First)
	if n == 0 {
		return verdict.Motion{Outline: math.NaN(), Flicker: math.NaN(), Logit: math.NaN(), LogLR: math.NaN()}, nil
	}
	outline, err := r.Motion(m.Features)
	if err != nil {
		return verdict.Motion{}, err
	}
	out := verdict.Motion{Windows: n}
	for i, l := range outline {
		out.Outline += float64(l) / float64(n)
		out.Flicker += float64(m.Flicker[i]) / float64(n)
		out.Curve = append(out.Curve, verdict.MotionPoint{Frame: m.First[i] + lips.Window/2, Logit: float64(l + m.Flicker[i])})
	}
	out.Logit = out.Outline + out.Flicker
	out.LogLR = scale.Of(out.Logit)
	return out, nil
}

// JudgeFace judges how a face moves, with the course over the frames of the file.
func MouthMotion(r *network.Runner, scale verdict.LRScale, t *lips.Trace, f *embed.Mouths, v *embed.Voice, lag func(frame int) int) (verdict.Motion, error) {
	out, err := ScoreMotion(r, DescribeMotion(t, f, v, lag), scale)
	for i := range out.Curve {
		out.Curve[i].Frame += f.First
	}
	return out, err
}
