package lips

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Indices of features.
const (
	gapNear, gapFar, gapSpeedSkew, gapSkew = 0, 1, 2, 3
	gapChin, upperLower                    = 12, 15
	gapTurns, sizeSpread, yawSpeed         = 16, 17, 19
	loudNow, loudMost                      = Features - 2, Features - 1
)

// mouth returns the points of a face whose lips are gap apart and whose chin is lowered by
// follow*gap.
func mouth(gap, follow float32) []float32 {
	p := make([]float32, 2*numPoints)
	for i := range numPoints {
		p[2*i], p[2*i+1] = cropCentre, cropCentre
	}
	p[2*leftCorner], p[2*rightCorner] = cropCentre-20, cropCentre+20
	p[2*innerLower+1] += gap
	p[2*lowerEdge+1] += 5 + gap
	p[2*chinTip+1] += 30 + follow*gap
	return p
}

func trace(n int, gap func(i int) float64, follow float32) *Trace {
	t := new(Trace)
	for i := range n {
		t.Add(mouth(float32(gap(i)), follow), 60, 0)
	}
	return t
}

// wave returns a sine with the period in frames and values from 0 to 2*size.
func wave(period, size float64) func(int) float64 {
	return func(i int) float64 { return size * (1 + math.Sin(2*math.Pi*(float64(i)+.3)/period)) }
}

func describe(t *Trace) []float32 { return t.Describe(0, nil) }

func check(t *testing.T, what string, got float32, want, within float64) {
	t.Helper()
	if math.Abs(float64(got)-want) > within {
		t.Errorf("%s: %.4f, want %.4f", what, got, want)
	}
}

// A sine of period T has autocorrelation cos(2πk/T) at shift k and skewness 0.
func TestRhythmOfASine(t *testing.T) {
	for _, period := range []float64{8, 12} {
		d := describe(trace(Window, wave(period, 5), 1))
		check(t, "autocorrelation near", d[gapNear], math.Cos(2*math.Pi*nearShift/period), .05)
		check(t, "autocorrelation far", d[gapFar], math.Cos(2*math.Pi*farShift/period), .05)
		check(t, "turns", d[gapTurns], math.Round(2*Window/period), 1.1)
	}
	// 48 frames are whole periods of skewness 0; the other two add a little.
	check(t, "skewness of the velocity", describe(trace(Window, wave(8, 5), 1))[gapSpeedSkew], 0, .1)
}

// These lips open four times as fast as they close. In each period one velocity is 4 and four
// are -1: skewness = ((4³·1 + (-1)³·4)/5) / 4^1.5 = 1.5.
func TestSkewnessOfASaw(t *testing.T) {
	saw := func(i int) float64 {
		if k := i % 5; k > 0 {
			return float64(5 - k)
		}
		return 0
	}
	check(t, "skewness", describe(trace(Window, saw, 1))[gapSpeedSkew], 1.5, .1)
	back := func(i int) float64 { return saw(Window - 1 - i) }
	check(t, "skewness backwards", describe(trace(Window, back, 1))[gapSpeedSkew], -1.5, .1)
}

func TestChinThatDoesNotFollow(t *testing.T) {
	check(t, "a chin that follows", describe(trace(Window, wave(10, 5), 1))[gapChin], 1, 1e-3)
	check(t, "a chin that rests", describe(trace(Window, wave(10, 5), 0))[gapChin], 0, 0)
	check(t, "a chin that goes the other way", describe(trace(Window, wave(10, 5), -.5))[gapChin], -1, 1e-3)
}

// noise returns the trace of a face whose points jitter at random. change alters the points,
// eye distance and turn of each frame.
func noise(change func(p []float32, eyes, turn float32) ([]float32, float32, float32)) *Trace {
	rng := rand.New(rand.NewPCG(1, 2))
	t := new(Trace)
	jitter := make([]float64, 2*numPoints)
	for range Window {
		p := mouth(8, 1)
		for i := range p {
			jitter[i] = .8*jitter[i] + rng.NormFloat64()
			p[i] += float32(jitter[i])
		}
		t.Add(change(p, float32(60+rng.NormFloat64()), float32(3*rng.NormFloat64())))
	}
	return t
}

// The features do not depend on the size and place of the face or on mirroring.
func TestWhatDoesNotMatter(t *testing.T) {
	want := describe(noise(func(p []float32, eyes, turn float32) ([]float32, float32, float32) { return p, eyes, turn }))
	for name, change := range map[string]func([]float32, float32, float32) ([]float32, float32, float32){
		"size": func(p []float32, eyes, turn float32) ([]float32, float32, float32) {
			for i := range p {
				p[i] = cropCentre + 1.5*(p[i]-cropCentre)
			}
			return p, 1.5 * eyes, turn
		},
		"place": func(p []float32, eyes, turn float32) ([]float32, float32, float32) {
			for i := range p {
				p[i] += 7
			}
			return p, eyes, turn + 10
		},
		"mirror": func(p []float32, eyes, turn float32) ([]float32, float32, float32) {
			q := slices.Clone(p)
			for i := range numPoints {
				q[2*i] = 2*cropCentre - q[2*i]
			}
			for _, pair := range [][2]int{{leftCorner, rightCorner}} {
				for k := range 2 {
					q[2*pair[0]+k], q[2*pair[1]+k] = q[2*pair[1]+k], q[2*pair[0]+k]
				}
			}
			return q, eyes, -turn
		},
	} {
		got := describe(noise(change))
		for i := range got[:loudNow] {
			if math.Abs(float64(got[i]-want[i])) > 1e-3 {
				t.Errorf("%s: feature %d is %.4f, want %.4f", name, i, got[i], want[i])
			}
		}
	}
}

// Upper and lower lip that move in opposite directions correlate at -1.
func TestLipsThatMoveApart(t *testing.T) {
	tr := new(Trace)
	for i := range Window {
		p := mouth(float32(wave(10, 4)(i)), 1)
		p[2*upperEdge+1] -= float32(wave(10, 4)(i))
		tr.Add(p, 60, 0)
	}
	check(t, "upper and lower lip", describe(tr)[upperLower], -1, 1e-3)
}

func TestHeadMotion(t *testing.T) {
	tr := new(Trace)
	for i := range Window {
		tr.Add(mouth(3, 1), 60*float32(math.Exp(.1*math.Pow(-1, float64(i)))), float32(i%2))
	}
	d := describe(tr)
	check(t, "spread of the size", d[sizeSpread], math.Log(.1+sizeFloor), 1e-3)
	check(t, "speed of the turn", d[yawSpeed], math.Log(1+turnFloor), 1e-3)
}

// Loudness that repeats the opening k frames later correlates with it at 1 at shift k.
// Unshifted, the correlation is the autocorrelation of the opening at k.
func TestLoudness(t *testing.T) {
	const period = 20 // half of it exceeds every shift: none correlates at -1
	tr := trace(Window, wave(period, 5), 1)
	for _, late := range []int{0, 3, -3} {
		level := make([]float64, Window)
		for i := range level {
			level[i] = -40 + wave(period, 5)(i-late)
		}
		d := tr.Describe(0, level)
		check(t, "now", d[loudNow], math.Cos(2*math.Pi*float64(late)/period), .05)
		check(t, "most", d[loudMost], 1, 1e-3)
		if d := tr.Describe(0, make([]float64, Window)); d[loudNow] != 0 || d[loudMost] != 0 {
			t.Errorf("with a level that rests: %v and %v, want 0", d[loudNow], d[loudMost])
		}
	}
	d := describe(tr)
	if !math.IsNaN(float64(d[loudNow])) || !math.IsNaN(float64(d[loudMost])) {
		t.Errorf("without a level: %v and %v, want NaN", d[loudNow], d[loudMost])
	}
}

func TestDescribeNeedsEveryMouth(t *testing.T) {
	x := trace(Window, wave(10, 5), 1)
	x.Skip()
	for range Window {
		x.Add(mouth(3, 1), 60, 0)
	}
	for first, want := range map[int]bool{-1: false, 0: true, 1: false, Window: false, Window + 1: true, Window + 2: false} {
		d := x.Describe(first, make([]float64, Window))
		if (d != nil) != want {
			t.Errorf("from frame %d: described %v, want %v", first, d != nil, want)
		}
		if d != nil && len(d) != Features {
			t.Errorf("%d features, want %d", len(d), Features)
		}
		for i, v := range d {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Errorf("feature %d is %v", i, v)
			}
		}
	}
}
