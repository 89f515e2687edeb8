package detector

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
)

// A Motion is what the way in which the lips of a track move says of how they
// were made, apart from whether the voice fits them. It never makes a verdict:
// it is much weaker evidence (weights/README.md has its figures).
type Motion struct {
	Windows int     // stretches of 2 s that were judged; 0: nothing can be said
	Logit   float64 // mean over them, > 0: rather as generated mouths move; NaN without windows
	LogLR   float64 // common logarithm of the likelihood ratio, generated against filmed; NaN without windows

	Course []MotionPoint // over time, to be looked at; nil where only the whole was judged
}

// A MotionPoint is what one window says. Alone it says next to nothing.
type MotionPoint struct {
	Frame int     // the middle of the window
	Logit float64 // > 0: rather as generated mouths move
}

// Signs describes every window of a trace for the network, (n, network.Signs):
// how the lips move, and how they go with the loudness, NaN where there is no
// speech. The trace begins at frame first, and its sound v, nil for none, is lag
// frames late.
func Signs(t *lips.Trace, first int, v *Voice, lag int) []float32 {
	out, _ := signsAt(t, first, v, func(int) int { return lag })
	return out
}

// signsAt is Signs with the first frame of each window, (n), counted from that
// of the track, as frames are of which lag gives the lag.
func signsAt(t *lips.Trace, first int, v *Voice, lag func(frame int) int) (out []float32, at []int) {
	for i := 0; i+lips.Window <= t.Frames(); i += lips.Hop {
		if d := t.Describe(i, v.loudness(first+i+lag(i+lips.Window/2), lips.Window)); d != nil {
			out, at = append(out, d...), append(at, i)
		}
	}
	return out, at
}

var _ = [1]struct{}{}[network.Signs-lips.Signs] // both packages mean the same signs

// JudgeMotion judges the windows that signs (n, network.Signs) describe.
func JudgeMotion(r *network.Runner, signs []float32, scale LRScale) (Motion, error) {
	m, _, err := judgeMotion(r, signs, scale)
	return m, err
}

// judgeFace judges how the lips of a face move, with the course over time.
func judgeFace(m *Model, t *lips.Trace, f *Face, v *Voice, lag func(frame int) int) (Motion, error) {
	signs, firsts := signsAt(t, f.First, v, lag)
	out, logits, err := judgeMotion(m.Runner, signs, m.Scales.Motion)
	for i, l := range logits {
		out.Course = append(out.Course, MotionPoint{f.First + firsts[i] + lips.Window/2, float64(l)})
	}
	return out, err
}

// judgeMotion is JudgeMotion with the logit of each window, (n).
func judgeMotion(r *network.Runner, signs []float32, scale LRScale) (m Motion, logits []float32, err error) {
	m = Motion{Windows: len(signs) / network.Signs, Logit: math.NaN(), LogLR: math.NaN()}
	if m.Windows == 0 {
		return m, nil, nil
	}
	if logits, err = r.Motion(signs); err != nil {
		return m, nil, err
	}
	m.Logit = 0
	for _, l := range logits {
		m.Logit += float64(l) / float64(m.Windows)
	}
	m.LogLR = scale.Of(m.Logit)
	return m, logits, nil
}
