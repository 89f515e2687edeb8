package audio

import (
	"math"
	"sync"

	"github.com/mjibson/go-dsp/fft"
	"github.com/mjibson/go-dsp/window"
)

const (
	// Window is the length of a step's analysis window, in samples: 25 ms.
	Window = 400
	// Hop is the distance between successive steps, in samples: 10 ms.
	Hop = 160
	// FFTSize is the length of the Fourier transform: the window padded with zeros. Bins are
	// 31.25 Hz apart.
	FFTSize = 512
	// Bands is the number of mel bands in a step.
	Bands = 40
	// StepsPerFrame is the number of steps in one video frame.
	StepsPerFrame = FrameSamples / Hop

	// MelLow and MelHigh are the outer edges of the first and the last band, in Hz: above
	// mains hum, and below the cutoff of filters that resample to 16 kHz.
	MelLow, MelHigh = 60, 7600

	// MelFloor is added to a band's power before the logarithm. It is about ten times the
	// quantisation noise of 16-bit sound in a band, so that digital silence and noise in the
	// last bit both read ln(1e-10) = -23.03, a LogPower of 0.
	MelFloor = 1e-10

	// neper is the number of LogPower units in a neper of power.
	neper = 1 << 11
)

// A LogPower is the natural logarithm of a mel band's power relative to MelFloor, in units of
// 1/2048. Its range is [0, 32) nepers, its rounding error at most 0.00025, its size half that
// of a float32.
type LogPower uint16

// newLogPower returns the LogPower nearest to ln(power/MelFloor); power must be >= MelFloor.
func newLogPower(power float64) LogPower {
	return LogPower(min(math.RoundToEven(math.Log(power/MelFloor)*neper), math.MaxUint16))
}

// Nepers returns ln(power/MelFloor).
func (p LogPower) Nepers() float64 { return float64(p) / neper }

// Plus returns the LogPower of P + gain·Q, where P and Q are the powers of p and q: that of the
// mixture of two uncorrelated sounds.
func (p LogPower) Plus(q LogPower, gain float64) LogPower {
	return newLogPower(MelFloor * (math.Exp(p.Nepers()) + gain*math.Exp(q.Nepers())))
}

// serialFFT limits go-dsp to one worker, once, before the first transform. By default go-dsp
// starts a worker per processor in every call, which costs more than a transform of 512 points.
var serialFFT sync.Once

// A melBank computes log-mel steps. With x[0, Window) the samples of a step (full scale = 1):
//
//	w[n] = (1 - cos(2 pi n/(Window-1))) / 2                       (Hann, symmetric)
//	X[k] = sum over n of w[n] x[n] exp(-2 pi i k n/FFTSize)
//	P[k] = |X[k]|^2 * 4 / (sum over n of w[n])^2                  (1 for a full-scale sine on a bin)
//	E[b] = sum over k of weight[b][k] P[k]
//	mel[b] = ln(E[b] + MelFloor)
//
// There is no pre-emphasis and no mean removal: Normalised subtracts the mean of every band,
// which removes any fixed tilt of the spectrum. The weights are triangles of height 1 on the
// mel scale of O'Shaughnessy (Speech Communication, 1987) in the form of HTK (Young et al.,
// The HTK Book, section "Filterbank Analysis"):
//
//	m(f) = 2595 log10(1 + f/700)
//	weight[b][k] = max(0, 1 - |m(k SampleRate/FFTSize) - c[b]| / d)
//	c[b] = m(MelLow) + (b+1) d,   d = (m(MelHigh) - m(MelLow)) / (Bands+1)
type melBank struct {
	window [Window]float64 // Hann window times 2 / sum
	bands  [Bands]band
	pair   []complex128 // (FFTSize) two windowed steps: real and imaginary part
	power  [2][FFTSize/2 + 1]float64
}

// A band is one triangle; weight[i] belongs to FFT bin first+i.
type band struct {
	first  int
	weight []float64
}

func newMelBank() *melBank {
	serialFFT.Do(func() { fft.SetWorkerPoolSize(1) })
	m := &melBank{pair: make([]complex128, FFTSize)}
	sum := 0.0
	for i, w := range window.Hann(Window) {
		m.window[i] = w
		sum += w
	}
	for i := range m.window {
		m.window[i] *= 2 / sum
	}
	low, d := hertzToMel(MelLow), melWidth()
	for b := range m.bands {
		center := low + float64(b+1)*d
		for k := 0; k <= FFTSize/2; k++ {
			w := 1 - math.Abs(hertzToMel(float64(k)*SampleRate/FFTSize)-center)/d
			if w <= 0 {
				continue
			}
			if m.bands[b].weight == nil {
				m.bands[b].first = k
			}
			m.bands[b].weight = append(m.bands[b].weight, w)
		}
	}
	return m
}

// hertzToMel returns m(f), the mel scale of melBank.
func hertzToMel(f float64) float64 { return 2595 * math.Log10(1+f/700) }

// melToHertz is the inverse of hertzToMel.
func melToHertz(m float64) float64 { return 700 * (math.Pow(10, m/2595) - 1) }

// melWidth returns the distance between the centres of neighbouring bands, in mel.
func melWidth() float64 { return (hertzToMel(MelHigh) - hertzToMel(MelLow)) / (Bands + 1) }

// MelHertz returns the centre of a band in Hz. Bands count from 0; fractions lie between bands.
func MelHertz(band float64) float64 { return melToHertz(hertzToMel(MelLow) + (band+1)*melWidth()) }

// MelBand is the inverse of MelHertz.
func MelBand(hertz float64) float64 { return (hertzToMel(hertz)-hertzToMel(MelLow))/melWidth() - 1 }

// two writes the log-mel steps of a[0:Window] and b[0:Window] to dst (2, Bands). One complex
// transform serves both: with Z the transform of a + ib, that of a is (Z[k] + conj Z[N-k])/2
// and that of b is (Z[k] - conj Z[N-k])/2i. A frame's steps are always paired in the same way,
// so that the rounding of a step does not depend on its position in the file.
func (m *melBank) two(dst []LogPower, a, b []float64) {
	for i, w := range m.window {
		m.pair[i] = complex(w*a[i], w*b[i])
	}
	clear(m.pair[Window:])
	z := fft.FFT(m.pair)
	for k := range m.power[0] {
		p, q := z[k], z[(FFTSize-k)%FFTSize]
		sumRe, sumIm := real(p)+real(q), imag(p)-imag(q)
		difRe, difIm := real(p)-real(q), imag(p)+imag(q)
		m.power[0][k] = (sumRe*sumRe + sumIm*sumIm) / 4
		m.power[1][k] = (difRe*difRe + difIm*difIm) / 4
	}
	for i := range m.power {
		for j := range m.bands {
			e := MelFloor
			for k, w := range m.bands[j].weight {
				e += w * m.power[i][m.bands[j].first+k]
			}
			dst[i*Bands+j] = newLogPower(e)
		}
	}
}
