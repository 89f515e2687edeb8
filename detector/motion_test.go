package detector

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
)

// sameFace is a face of n frames whose embedding of frame t is the t-th axis,
// in turn, and a voice that is late by lag frames.
func sameFace(n, lag int) (*Face, *Voice) {
	axis := func(dst []float32, t int) { dst[(t%network.Embed+network.Embed)%network.Embed] = 1 }
	f := &Face{Embeddings: make([]float32, n*network.Embed), Seen: make([]bool, n)}
	v := &Voice{Frames: n, embeddings: make([]float32, (n+2*lead)*network.Embed), sound: make([]bool, n+2*lead), speech: make([]bool, n+2*lead)}
	for t := range n {
		f.Seen[t] = true
		axis(f.Embeddings[t*network.Embed:(t+1)*network.Embed], t)
	}
	for i := range v.speech {
		v.sound[i], v.speech[i] = true, true
		axis(v.embeddings[i*network.Embed:(i+1)*network.Embed], i-lead-lag)
	}
	return f, v
}

func movingTrace(n int) *lips.Trace {
	t := new(lips.Trace)
	p := make([]float32, points)
	for i := range n {
		for k := range p {
			p[k] = 48 + 5*float32(math.Sin(float64(i*(k+1))))
		}
		t.Add(p, 60, 0)
	}
	return t
}

func TestSignsTellHowTheVoiceFollows(t *testing.T) {
	const n = 2 * lips.Window
	f, v := sameFace(n, 3)
	tr := movingTrace(n)
	const windows = (n-lips.Window)/lips.Hop + 1
	signs := Signs(tr, f, v, 3)
	if len(signs) != windows*network.Signs {
		t.Fatalf("%d signs, want %d windows of %d", len(signs), windows, network.Signs)
	}
	for w := range windows {
		fit := signs[w*network.Signs+lips.Signs : (w+1)*network.Signs]
		for i, want := range []float32{1, 1, 1, 0, 1} {
			if math.Abs(float64(fit[i]-want)) > 1e-5 {
				t.Errorf("window %d, sign %d: %.3f, want %.3f", w, i, fit[i], want)
			}
		}
	}
	away := Signs(tr, f, v, 1)
	if got := away[lips.Signs+3]; got != 2 {
		t.Errorf("the voice is %v frames from the track's lag, want 2", got)
	}
	if got := away[lips.Signs+4]; got != 0 {
		t.Errorf("likeness %v at a wrong lag, want 0", got)
	}
}

func TestSignsWithoutVoiceAreUnknown(t *testing.T) {
	f, v := sameFace(lips.Window, 0)
	for i := range v.speech {
		v.speech[i] = i%3 == 0
	}
	for name, voice := range map[string]*Voice{"no sound": nil, "little speech": v} {
		signs := Signs(movingTrace(lips.Window), f, voice, 0)
		if len(signs) != network.Signs {
			t.Fatalf("%s: %d signs", name, len(signs))
		}
		for _, x := range signs[lips.Signs:] {
			if !math.IsNaN(float64(x)) {
				t.Errorf("%s: fit %v, want NaN", name, x)
			}
		}
	}
}

func TestMotionOfNothing(t *testing.T) {
	m, err := JudgeMotion(randomRunner(t), nil, LRScale{Slope: 1, Most: 2})
	if err != nil || m.Windows != 0 || !math.IsNaN(m.Logit) || !math.IsNaN(m.LogLR) {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestMotionDoesNotDependOnOtherWindows(t *testing.T) {
	r := randomRunner(t)
	f, v := sameFace(20*lips.Window, 0)
	signs := Signs(movingTrace(20*lips.Window), f, v, 0)
	all, err := r.Motion(signs)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []int{0, 17, len(all) - 1} {
		one, err := r.Motion(signs[w*network.Signs : (w+1)*network.Signs])
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(float64(one[0]-all[w])) > 1e-5 {
			t.Errorf("window %d: %.6f alone, %.6f among all", w, one[0], all[w])
		}
	}
}

// The points over time are the windows whose mean is the whole.
func TestMotionOverTime(t *testing.T) {
	f, v := sameFace(4*lips.Window, 0)
	f.First = 100
	trace := movingTrace(4 * lips.Window)
	m, err := judgeFace(&Model{Runner: randomRunner(t)}, trace, f, v, 0)
	if err != nil || len(m.Course) != m.Windows || m.Windows == 0 {
		t.Fatalf("%d points of %d windows, %v", len(m.Course), m.Windows, err)
	}
	sum := 0.0
	for i, p := range m.Course {
		if want := f.First + i*lips.Hop + lips.Window/2; p.Frame != want {
			t.Errorf("point %d at frame %d, want %d", i, p.Frame, want)
		}
		sum += p.Logit
	}
	if mean := sum / float64(m.Windows); math.Abs(mean-m.Logit) > 1e-6 {
		t.Errorf("mean of the points %v, want %v", mean, m.Logit)
	}
}
