package score

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/internal/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// MotionWindows describe how the mouth of a track moves, in n windows of lips.Window frames. Each
// frame of a window shows the mouth.
type MotionWindows struct {
	First    []int     // (n) first frame of each window, counted from the start of the track
	Features []float32 // (n, network.MotionFeatures) motion of the outline, see lips.Trace.Describe
	Flicker  []float32 // (n) mean logit of the flicker, > 0: as that of a generated mouth
}

// DescribeMotion describes every window of a track: the motion of the lips, its correlation with
// the loudness (NaN without speech), and the flicker. v is nil if there is no sound; lag returns by
// how many frames the sound is late at a frame of the track.
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

// SetFlicker sets the flicker of each window to the mean logit of the spans that lie entirely in
// it; 0 if there is none. logits has one value for each span of network.FlickerSpan frames of the
// track.
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

// ConstantLag returns a function that returns the same lag for every frame.
func ConstantLag(lag int) func(frame int) int { return func(int) int { return lag } }

// Compilation fails unless both packages have the same number of features.
var _ = [1]struct{}{}[network.MotionFeatures-lips.Features]

// ScoreMotion returns the logits of a track's motion. Logit is the mean of the outline plus the
// mean of the flicker, which treats the two as independent. Frames of the curve count from the
// start of the track. All logits are NaN without windows. Errors are those of the network.
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
	out.LogLR = scale.LogLR(out.Logit)
	return out, nil
}

// MouthMotion describes and scores the motion of a track's mouth. Frames of the curve count from
// the start of the file.
func MouthMotion(r *network.Runner, scale verdict.LRScale, t *lips.Trace, f *embed.Mouths, v *embed.Voice, lag func(frame int) int) (verdict.Motion, error) {
	out, err := ScoreMotion(r, DescribeMotion(t, f, v, lag), scale)
	for i := range out.Curve {
		out.Curve[i].Frame += f.First
	}
	return out, err
}
