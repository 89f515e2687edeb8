package score

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/internal/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// movingLips returns a trace of n frames of lips that open and close, and a voice whose level does
// the same lag frames later.
func movingLips(n, lag int) (*lips.Trace, *embed.Voice) {
	t := new(lips.Trace)
	v := embed.NewVoice(make([]float32, n), make([]bool, n))
	wave := func(i int) float32 { return float32(math.Sin(float64(i)/2) + math.Sin(float64(i)/3.3)) }
	for i := range n {
		p := make([]float32, 2*network.Points)
		for k := range p {
			p[k] = 48 + 5*wave(i+k*k)
		}
		p[2*14+1], p[2*18+1] = 48, 60+5*wave(i) // the inner edges of the lips
		p[2*14], p[2*18] = 48, 48
		t.Add(p, 60, 0)
		v.Level[i], v.Speech[embed.Padding+i] = -40+5*wave(i-lag), true
	}
	return t, v
}

func TestMotionFeaturesCorrelateLipsWithLoudness(t *testing.T) {
	const n = 2*lips.Window + 10
	const windows = (n-lips.Window)/lips.Hop + 1
	tr, v := movingLips(n, 3)
	features := DescribeMotion(tr, &embed.Mouths{}, v, ConstantLag(3)).Features
	if len(features) != windows*network.MotionFeatures {
		t.Fatalf("%d features, want %d windows of %d", len(features), windows, network.MotionFeatures)
	}
	for w := range 2 { // the third window reaches beyond the sound
		for i, x := range features[(w+1)*network.MotionFeatures-lips.Loudness : (w+1)*network.MotionFeatures] {
			if math.Abs(float64(x)-1) > 1e-3 {
				t.Errorf("window %d, feature %d: %.4f, want 1", w, i, x)
			}
		}
	}
	if now := DescribeMotion(tr, &embed.Mouths{}, v, ConstantLag(0)).Features[lips.Features-2]; now > .9 {
		t.Errorf("3 frames off: correlation %.3f, want less than 0.9", now)
	}
	// The same for a track that begins later.
	late := new(lips.Trace)
	for i := range lips.Window {
		p := make([]float32, 2*network.Points)
		p[2*14+1], p[2*18+1] = 48, 60+5*float32(math.Sin(float64(i+20)/2)+math.Sin(float64(i+20)/3.3))
		late.Add(p, 60, 0)
	}
	if now := DescribeMotion(late, &embed.Mouths{First: 20}, v, ConstantLag(3)).Features[lips.Features-2]; math.Abs(float64(now)-1) > 1e-3 {
		t.Errorf("track from frame 20: correlation %.3f, want 1", now)
	}
}

func TestLoudnessFeaturesWithoutSpeechAreNaN(t *testing.T) {
	tr, v := movingLips(lips.Window, 0)
	for i := range v.Speech {
		v.Speech[i] = i%3 == 0
	}
	for name, voice := range map[string]*embed.Voice{"no sound": nil, "little speech": v, "empty sound": embed.NewVoice(nil, nil)} {
		features := DescribeMotion(tr, &embed.Mouths{}, voice, ConstantLag(0)).Features
		if len(features) != network.MotionFeatures {
			t.Fatalf("%s: %d features", name, len(features))
		}
		for _, x := range features[network.MotionFeatures-lips.Loudness:] {
			if !math.IsNaN(float64(x)) {
				t.Errorf("%s: loudness %v, want NaN", name, x)
			}
		}
	}
}

func TestMotionWithoutWindows(t *testing.T) {
	m, err := ScoreMotion(untrainedRunner(t), new(MotionWindows), verdict.LRScale{Slope: 1, MaxLogLR: 2})
	if err != nil || m.Windows != 0 || !math.IsNaN(m.Logit) || !math.IsNaN(m.LogLR) {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestMotionDoesNotDependOnOtherWindows(t *testing.T) {
	r := untrainedRunner(t)
	tr, v := movingLips(20*lips.Window, 0)
	features := DescribeMotion(tr, &embed.Mouths{}, v, ConstantLag(0)).Features
	all, err := r.Motion(features)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []int{0, 17, len(all) - 1} {
		one, err := r.Motion(features[w*network.MotionFeatures : (w+1)*network.MotionFeatures])
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(float64(one[0]-all[w])) > 1e-5 {
			t.Errorf("window %d: %.6f alone, %.6f among all", w, one[0], all[w])
		}
	}
}

// The curve has a point for each window; its mean is the logit of the track.
func TestMotionOverTime(t *testing.T) {
	trace, v := movingLips(4*lips.Window, 0)
	f := &embed.Mouths{First: 100}
	m, err := MouthMotion(untrainedRunner(t), verdict.LRScale{}, trace, f, v, ConstantLag(0))
	if err != nil || len(m.Curve) != m.Windows || m.Windows == 0 {
		t.Fatalf("%d points of %d windows, %v", len(m.Curve), m.Windows, err)
	}
	sum := 0.0
	for i, p := range m.Curve {
		if want := f.First + i*lips.Hop + lips.Window/2; p.Frame != want {
			t.Errorf("point %d at frame %d, want %d", i, p.Frame, want)
		}
		sum += p.Logit
	}
	if mean := sum / float64(m.Windows); math.Abs(mean-m.Logit) > 1e-6 {
		t.Errorf("mean of the points %v, want %v", mean, m.Logit)
	}
}

// The logits of outline and flicker are added. A window's flicker is the mean over the spans that
// lie entirely in it.
func TestMotionAddsFlicker(t *testing.T) {
	trace, v := movingLips(4*lips.Window, 0)
	r := untrainedRunner(t)
	f := &embed.Mouths{Flicker: make([]float32, 4*lips.Window/network.FlickerSpan)}
	without, err := ScoreMotion(r, DescribeMotion(trace, f, v, ConstantLag(0)), verdict.LRScale{})
	if err != nil || without.Flicker != 0 || without.Logit != without.Outline {
		t.Fatalf("%+v, %v", without, err)
	}
	for i := range f.Flicker {
		f.Flicker[i] = float32(i)
	}
	m := DescribeMotion(trace, f, v, ConstantLag(0))
	for i, want := range []float32{2.5, 6, 9} { // means of spans 0..5, 4..8 and 7..11
		if m.Flicker[i] != want {
			t.Errorf("window %d: %v, want %v", i, m.Flicker[i], want)
		}
	}
	with, err := ScoreMotion(r, m, verdict.LRScale{})
	if err != nil || with.Outline != without.Outline || math.Abs(with.Logit-with.Outline-with.Flicker) > 1e-9 {
		t.Errorf("%+v, %v", with, err)
	}
	if d := with.Curve[1].Logit - without.Curve[1].Logit; math.Abs(d-6) > 1e-5 {
		t.Errorf("the second point moved by %v, want 6", d)
	}
}
