package audio

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mjibson/go-dsp/fft"
)

// bandCenter returns the centre of a band in Hz.
func bandCenter(b int) float64 {
	low, high := hertzToMel(MelLow), hertzToMel(MelHigh)
	mel := low + float64(b+1)*(high-low)/(Bands+1)
	return 700 * (math.Pow(10, mel/2595) - 1)
}

func TestToneLandsInItsBand(t *testing.T) {
	for b := range Bands {
		t.Run(fmt.Sprintf("%.0f Hz", bandCenter(b)), func(t *testing.T) {
			s := read(t, sine(0.2, bandCenter(b), 0.5))
			row := s.Mel[10*Bands : 11*Bands]
			loudest := 0
			for i, v := range row {
				if v > row[loudest] {
					loudest = i
				}
			}
			if loudest != b {
				t.Errorf("loudest band is %d, want %d", loudest, b)
			}
		})
	}
}

// The scale maps 1000 Hz to 1000 mel, and no band extends beyond the outer edges.
func TestMelScale(t *testing.T) {
	for _, tt := range []struct{ hertz, mel float64 }{{0, 0}, {700, 781.17}, {1000, 999.99}, {8000, 2840.02}} {
		if got := hertzToMel(tt.hertz); math.Abs(got-tt.mel) > 0.01 {
			t.Errorf("%v Hz: %.2f mel, want %.2f", tt.hertz, got, tt.mel)
		}
	}
	m := newMelBank()
	for b, band := range m.bands {
		if len(band.weight) < 2 {
			t.Errorf("band %d has %d bins, want 2 or more", b, len(band.weight))
		}
		for _, w := range band.weight {
			if w <= 0 || w > 1 {
				t.Errorf("band %d has weight %v, want 0 to 1", b, w)
			}
		}
	}
	if f := float64(m.bands[0].first) * SampleRate / FFTSize; f <= MelLow {
		t.Errorf("first bin is at %v Hz, want above %d", f, MelLow)
	}
	last := m.bands[Bands-1]
	if f := float64(last.first+len(last.weight)-1) * SampleRate / FFTSize; f >= MelHigh {
		t.Errorf("last bin is at %v Hz, want below %d", f, MelHigh)
	}
}

// powers returns the mel powers of two windows, MelFloor subtracted.
func (m *melBank) powers(a, b []float64) (x, y [Bands]float64) {
	var dst [2 * Bands]LogPower
	m.two(dst[:], a, b)
	for i := range Bands {
		x[i] = MelFloor * (math.Exp(dst[i].Nepers()) - 1)
		y[i] = MelFloor * (math.Exp(dst[Bands+i].Nepers()) - 1)
	}
	return x, y
}

// melNaive computes a log-mel step relative to MelFloor, in nepers, from the formulas of melBank.
func melNaive(x []float64) [Bands]float64 {
	var power [FFTSize/2 + 1]float64
	sum := 0.0
	for n := range Window {
		sum += (1 - math.Cos(2*math.Pi*float64(n)/(Window-1))) / 2
	}
	for k := range power {
		var z complex128
		for n := range Window {
			w := (1 - math.Cos(2*math.Pi*float64(n)/(Window-1))) / 2
			z += cmplx.Rect(w*x[n], -2*math.Pi*float64(k*n%FFTSize)/FFTSize)
		}
		power[k] = (real(z)*real(z) + imag(z)*imag(z)) * 4 / (sum * sum)
	}
	d := (hertzToMel(MelHigh) - hertzToMel(MelLow)) / (Bands + 1)
	var out [Bands]float64
	for b := range out {
		e := MelFloor
		for k, p := range power {
			e += p * max(0, 1-math.Abs(hertzToMel(float64(k)*SampleRate/FFTSize)-hertzToMel(MelLow)-float64(b+1)*d)/d)
		}
		out[b] = math.Log(e / MelFloor)
	}
	return out
}

func TestMelAgainstFormula(t *testing.T) {
	a, b := talk(1)[5000:5000+Window], noise(1, 0.2)[:Window]
	var got [2 * Bands]LogPower
	newMelBank().two(got[:], a, b)
	wantA, wantB := melNaive(a), melNaive(b)
	for i := range Bands {
		if math.Abs(got[i].Nepers()-wantA[i]) > .51/neper || math.Abs(got[Bands+i].Nepers()-wantB[i]) > .51/neper {
			t.Errorf("band %d: %v, %v, want %v, %v", i, got[i], got[Bands+i], wantA[i], wantB[i])
		}
	}
}

// Power beyond the range of LogPower saturates.
func TestLogPowerSaturates(t *testing.T) {
	for power, want := range map[float64]float64{MelFloor: 0, 1: math.Log(1 / MelFloor), 1e9: math.MaxUint16 / float64(neper)} {
		if got := newLogPower(power).Nepers(); math.Abs(got-want) > .51/neper {
			t.Errorf("power %v: %v nepers above the floor, want %v", power, got, want)
		}
	}
}

// White noise of variance v has the power v * 4 sum w^2 / (sum w)^2 in every bin, and doubling
// the amplitude quadruples the power.
func TestMelEnergy(t *testing.T) {
	m := newMelBank()
	x := noise(40, 0.5)
	const variance = 0.25 / 3
	var sum, square float64
	for _, w := range m.window {
		sum += w
		square += w * w
	}
	var mean [Bands]float64
	windows := 0
	for at := 0; at+2*Window <= len(x); at += 2 * Window {
		p, q := m.powers(x[at:], x[at+Window:])
		for b := range mean {
			mean[b] += p[b] + q[b]
		}
		windows += 2
	}
	for b, band := range m.bands {
		weight := 0.0
		for _, w := range band.weight {
			weight += w
		}
		want := variance * 4 * square / (sum * sum) * weight
		if got := mean[b] / float64(windows); math.Abs(got/want-1) > 0.12 {
			t.Errorf("band %d: power %.3g, want %.3g", b, got, want)
		}
	}

	half := make([]float64, Window)
	for i := range half {
		half[i] = x[i] / 2
	}
	p, q := m.powers(x, half)
	for b := range p {
		if math.Abs(p[b]/q[b]-4) > 3e-3 {
			t.Errorf("band %d: doubling the amplitude multiplies the power by %.4f, want 4", b, p[b]/q[b])
		}
	}
}

// A full-scale sine on a bin has the power 1 in that bin.
func TestMelScaling(t *testing.T) {
	m := newMelBank()
	m.powers(sine(0.1, 64*SampleRate/FFTSize, 1), make([]float64, Window))
	if p := m.power[0][64]; math.Abs(p-1) > 1e-3 {
		t.Errorf("power %v, want 1", p)
	}
	if p := m.power[1][64]; p > 1e-25 {
		t.Errorf("power %v of the silent window, want 0", p)
	}
}

// A step's window is symmetric about its centre: reversing a sound reverses its steps.
func TestStepsAreCentred(t *testing.T) {
	x := talk(1)
	forward := read(t, x)
	slices.Reverse(x)
	backward := read(t, x)
	for s := range forward.Steps {
		for b := range Bands {
			f, r := forward.Mel[s*Bands+b], backward.Mel[(forward.Steps-1-s)*Bands+b]
			if math.Abs(f.Nepers()-r.Nepers()) > 1./neper {
				t.Fatalf("step %d, band %d: %v forwards, %v backwards", s, b, f, r)
			}
		}
	}
}

// A click is loudest in the step whose hop contains it.
func TestStepsAlignWithTheSound(t *testing.T) {
	for _, step := range []int{0, 1, 2, 3, 17, 99} {
		x := make([]float64, SampleRate)
		x[step*Hop+Hop/2] = 1
		s := read(t, x)
		loudest := 0
		for i := range s.Steps {
			if s.Mel[i*Bands+20] > s.Mel[loudest*Bands+20] {
				loudest = i
			}
		}
		if loudest != step {
			t.Errorf("click in step %d is loudest in step %d", step, loudest)
		}
	}
}

func TestFFTAgainstDFT(t *testing.T) {
	newMelBank() // one worker
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{8, 64, FFTSize} {
		x := make([]complex128, n)
		for i := range x {
			x[i] = complex(r.NormFloat64(), r.NormFloat64())
		}
		for k, got := range fft.FFT(x) {
			var want complex128
			for i, v := range x {
				want += v * cmplx.Rect(1, -2*math.Pi*float64(i*k%n)/float64(n))
			}
			if cmplx.Abs(got-want) > 1e-11 {
				t.Fatalf("%d points: bin %d is %v, want %v", n, k, got, want)
			}
		}
	}
}

func BenchmarkMelTwoSteps(b *testing.B) {
	m := newMelBank()
	x := talk(1)
	var dst [2 * Bands]LogPower
	for b.Loop() {
		m.two(dst[:], x, x[Hop:])
	}
}

func TestBandsAndHertz(t *testing.T) {
	for _, b := range []float64{-1, 0, 12.5, Bands - 1, Bands} {
		if got := MelBand(MelHertz(b)); math.Abs(got-b) > 1e-9 {
			t.Errorf("band %v has its centre at %.1f Hz, which is band %v", b, MelHertz(b), got)
		}
	}
	if low, high := MelHertz(-1), MelHertz(Bands); math.Abs(low-MelLow) > 1e-6 || math.Abs(high-MelHigh) > 1e-6 {
		t.Errorf("the outer edges are %.2f and %.2f Hz, want %d and %d", low, high, MelLow, MelHigh)
	}
}
