package speech

import "math"

const (
	bandCount = 5
	step      = Rate / 200           // samples between two spectra: 5 ms
	stepTime  = float64(step) / Rate // s
	floorDB   = -60                  // dB relative to the loudest step of the utterance
)

// bandEdges holds the limits of the bands in Hz. The bands hold: the voice bar and
// nasal murmur; the first formant; the second formant of back vowels; the second
// formant of front vowels; friction.
var bandEdges = [bandCount + 1]float64{80, 350, 900, 1700, 3200, 8000}

// A spectrum holds the energy of each band at one step, in dB relative to the loudest
// step of the utterance, at least floorDB.
type spectrum [bandCount]float64

// spectra returns the spectrum of a sound every step samples. Each band is a
// fourth-order band-pass filter; its energy is smoothed over about 10 ms.
func spectra(x []float64) []spectrum {
	out := make([]spectrum, len(x)/step)
	var peak float64
	for b := range bandCount {
		low, high := bandEdges[b], bandEdges[b+1]
		centre := math.Sqrt(low * high)
		first, second := bandPass(centre, centre/(high-low)), bandPass(centre, centre/(high-low))
		var power float64
		for i, v := range x {
			v = second.next(first.next(v))
			power += (v*v - power) / (0.004 * Rate)
			if (i+1)%step == 0 && i/step < len(out) {
				out[i/step][b] = power
			}
		}
	}
	for _, s := range out {
		peak = max(peak, s[0]+s[1]+s[2]+s[3]+s[4])
	}
	for i := range out {
		for b, p := range out[i] {
			out[i][b] = max(floorDB, 10*math.Log10(p/(peak+1e-12)+1e-9))
		}
	}
	return out
}

// A biquad is a second-order filter in direct form 1.
type biquad struct {
	b0, b2, a1, a2 float64
	x1, x2, y1, y2 float64
}

// bandPass returns a band-pass filter with unit gain at its centre frequency, in Hz
// (R. Bristow-Johnson, Audio EQ Cookbook).
func bandPass(centre, q float64) *biquad {
	w := 2 * math.Pi * centre / Rate
	alpha := math.Sin(w) / (2 * q)
	a0 := 1 + alpha
	return &biquad{b0: alpha / a0, b2: -alpha / a0, a1: -2 * math.Cos(w) / a0, a2: (1 - alpha) / a0}
}

func (f *biquad) next(x float64) float64 {
	y := f.b0*x + f.b2*f.x2 - f.a1*f.y1 - f.a2*f.y2
	f.x2, f.x1, f.y2, f.y1 = f.x1, x, f.y1, y
	return y
}
