package audio

import (
	"fmt"
	"math"
	"testing"
)

// three returns the first three frames of x.
func three(x []float64) *[3 * FrameSamples]float64 {
	return (*[3 * FrameSamples]float64)(x)
}

func TestPitch(t *testing.T) {
	for _, hertz := range []float64{75, 90, 110, 147, 200, 261.6, 330, 390} {
		for _, harmonics := range []int{1, 3, 10} {
			t.Run(fmt.Sprintf("%v Hz with %d harmonics", hertz, harmonics), func(t *testing.T) {
				x := made(0.12, func(t float64) float64 {
					sum := 0.0
					for k := 1; k <= harmonics; k++ {
						sum += math.Sin(2*math.Pi*hertz*float64(k)*t+float64(k*k)) / float64(k)
					}
					return 0.2*sum + 0.1 // plus an offset
				})
				p := newPitchFinder().find(three(x))
				if got := SampleRate / float64(p.period); math.Abs(got/hertz-1) > 0.01 {
					t.Errorf("pitch %.1f Hz, want %.1f", got, hertz)
				}
				if p.strength < 0.95 {
					t.Errorf("strength %.2f, want about 1", p.strength)
				}
			})
		}
	}
}

func TestNoPitch(t *testing.T) {
	x := noise(20, 0.3)
	finder := newPitchFinder()
	strong, frames := 0, 0
	for at := 0; at+3*FrameSamples <= len(x); at += FrameSamples {
		if finder.find(three(x[at:])).strength >= vowelStrength {
			strong++
		}
		frames++
	}
	if share := float64(strong) / float64(frames); share > 0.04 {
		t.Errorf("%.3f of the frames of noise are periodic, want 0.04 at most", share)
	}
	for name, x := range map[string][]float64{
		"silence":       make([]float64, 3*FrameSamples),
		"mains hum":     sine(0.12, 50, 0.5),
		"constant":      made(0.12, func(float64) float64 { return 0.7 }),
		"far too high":  sine(0.12, 3000, 0.5),
		"last bit only": noise(0.12, 1e-9),
	} {
		if p := finder.find(three(x)); p.strength >= vowelStrength {
			t.Errorf("%s: pitch of %.1f Hz, strength %.2f, want none", name, SampleRate/p.period, p.strength)
		}
	}
}

func BenchmarkPitch(b *testing.B) {
	p := newPitchFinder()
	x := talk(1)
	for b.Loop() {
		p.find(three(x[4000:]))
	}
}
