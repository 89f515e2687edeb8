package detector

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
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

// fitSigns is how many signs tell how the sound follows the lips.
const fitSigns = network.Signs - lips.Signs

// Signs describes every window of a trace for the network, (n, network.Signs):
// how the lips move, and how closely the sound follows them, NaN where there is
// none. f is the same track, and v its sound, nil for none, lag frames late.
func Signs(t *lips.Trace, f *Face, v *Voice, lag int) []float32 {
	out, _ := signsAt(t, f, v, lag)
	return out
}

// signsAt is Signs with the first frame of each window, (n), counted from that
// of the track.
func signsAt(t *lips.Trace, f *Face, v *Voice, lag int) (out []float32, firsts []int) {
	for first := 0; first+lips.Window <= t.Frames(); first += lips.Hop {
		d := t.Describe(first)
		if d == nil {
			continue
		}
		out, firsts = append(append(out, d...), f.fit(v, first, lag)...), append(firsts, first)
	}
	return out, firsts
}

// fit tells how closely the voice follows the window of mouths from first on:
// the likeness at the window's own best lag and how far that stands out, how
// fast it falls off beside it, how far that lag is from the track's, and the
// likeness at the track's. Generated lips follow more closely than life.
func (f *Face) fit(v *Voice, first, lag int) []float32 {
	const reach, most = 8, 5 // frames around the track's lag, frames that count
	out := make([]float32, fitSigns)
	for i := range out {
		out[i] = float32(math.NaN())
	}
	if v == nil {
		return out
	}
	sounds, _, speech := v.Cut(f.First+first+lag-reach, lips.Window+2*reach)
	seen, heard := make([]float32, lips.Window), make([]float32, len(speech))
	for i := range seen {
		seen[i] = 1
	}
	spoken := 0
	for i, s := range speech {
		if s {
			heard[i] = 1
			spoken++
		}
	}
	if spoken < lips.Window/2 {
		return out
	}
	p := avsync.Profile(f.Embeddings[first*network.Embed:(first+lips.Window)*network.Embed], sounds, network.Embed, reach, seen, heard)
	best := avsync.Estimate(p)
	at := func(lag int) float64 { return p[min(max(lag+reach, 0), len(p)-1)] }
	beside := (at(best.Whole-2) + at(best.Whole+2)) / 2
	away := math.Min(math.Abs(best.Frames), most)
	for i, x := range [fitSigns]float64{best.Peak, best.Confidence, best.Peak - beside, away, p[reach]} {
		out[i] = float32(x)
	}
	return out
}

// JudgeMotion judges the windows that signs (n, network.Signs) describe.
func JudgeMotion(r *network.Runner, signs []float32, scale LRScale) (Motion, error) {
	m, _, err := judgeMotion(r, signs, scale)
	return m, err
}

// judgeFace judges how the lips of a face move, with the course over time.
func judgeFace(m *Model, t *lips.Trace, f *Face, v *Voice, lag int) (Motion, error) {
	signs, firsts := signsAt(t, f, v, lag)
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
