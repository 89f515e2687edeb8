package audio

import "math"

const (
	// pitchRate is the sampling rate of the pitch search. Pitch lies below 400 Hz; half the
	// rate halves both the lags and the products per lag.
	pitchRate = SampleRate / 2

	minPitch, maxPitch = 70, 400 // Hz, from a low male voice to a child's
	minLag             = pitchRate / maxPitch
	maxLag             = pitchRate/minPitch + 1

	// pitchWindow is the length of the correlated parts: 40 ms, about three periods of the
	// lowest voice.
	pitchWindow = pitchRate / FrameRate

	// pitchCutoff, in Hz, keeps the first few harmonics of any voice. Higher harmonics are
	// noisier and blur the peak.
	pitchCutoff = 1000
	pitchTaps   = 31

	// lowShare is the least share of a voiced frame's power below pitchCutoff. It is ten times
	// the residue of a whistle after the filter, whose pitch would otherwise be found octaves
	// too low.
	lowShare = 1e-4

	// octaveShare avoids octave errors: the period is the shortest lag whose peak reaches this
	// share of the highest peak. Longer lags are its multiples.
	octaveShare = 0.87
)

// A pitch is the periodicity of a frame.
type pitch struct {
	strength float32 // 0..1, normalised correlation at the period
	period   float32 // in samples at SampleRate; 0 if no period was found
}

// A pitchFinder finds the period of a frame by the normalised cross-correlation of Talkin, "A
// robust algorithm for pitch tracking (RAPT)", 1995, equation 2 (without the constant A, which
// favours loud frames), on sound below pitchCutoff. With x the low-passed sound minus its mean,
// and the pair of parts centred on the frame,
//
//	phi(k) = sum x[j] x[j+k] / sqrt(sum x[j]^2 * sum x[j+k]^2)
//
// The period is the shortest lag within minPitch..maxPitch at which phi has a local maximum of at
// least octaveShare times the highest, refined by a parabola through three points.
type pitchFinder struct {
	filter [pitchTaps]float64 // Hamming-windowed sinc, sum 1
	low    []float64          // three frames at pitchRate, low-passed
	phi    [maxLag + 2]float64
}

func newPitchFinder() *pitchFinder {
	p := &pitchFinder{low: make([]float64, 3*FrameSamples*pitchRate/SampleRate)}
	sum := 0.0
	for i := range p.filter {
		t := float64(i - pitchTaps/2)
		h := 2 * float64(pitchCutoff) / SampleRate
		if t != 0 {
			h = math.Sin(2*math.Pi*pitchCutoff/SampleRate*t) / (math.Pi * t)
		}
		p.filter[i] = h * (0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/(pitchTaps-1)))
		sum += p.filter[i]
	}
	for i := range p.filter {
		p.filter[i] /= sum
	}
	return p
}

// find returns the pitch of the middle of three frames.
func (p *pitchFinder) find(around *[3 * FrameSamples]float64) pitch {
	const half = pitchTaps / 2
	// reach is the distance from the centre to the ends of the widest pair of parts.
	const reach = (pitchWindow+maxLag)/2 + 2
	center := len(p.low) / 2
	from, to := center-reach, center+reach
	mean := 0.0
	for i := from; i < to; i++ {
		sum := 0.0
		for j, h := range p.filter {
			sum += h * around[2*i-half+j]
		}
		p.low[i] = sum
		mean += sum
	}
	mean /= float64(to - from)
	var low, all float64
	for i := from; i < to; i++ {
		p.low[i] -= mean
		low += p.low[i] * p.low[i]
		all += around[2*i] * around[2*i]
	}
	if low <= lowShare*all {
		return pitch{}
	}

	best := 0.0
	for lag := minLag - 1; lag <= maxLag+1; lag++ {
		start := center - (pitchWindow+lag)/2
		a, b := p.low[start:start+pitchWindow], p.low[start+lag:start+lag+pitchWindow]
		var ab, aa, bb float64
		for i, x := range a {
			y := b[i]
			ab += x * y
			aa += x * x
			bb += y * y
		}
		p.phi[lag] = 0
		if energy := aa * bb; energy > 1e-24 {
			p.phi[lag] = ab / math.Sqrt(energy)
		}
	}
	for lag := minLag; lag <= maxLag; lag++ {
		if p.isPeak(lag) {
			best = max(best, p.phi[lag])
		}
	}
	for lag := minLag; lag <= maxLag && best > 0; lag++ {
		if p.isPeak(lag) && p.phi[lag] >= octaveShare*best {
			l, m, r := p.phi[lag-1], p.phi[lag], p.phi[lag+1]
			offset := 0.0
			if bend := l - 2*m + r; bend < 0 {
				offset = (l - r) / (2 * bend)
			}
			period := (float64(lag) + offset) * SampleRate / pitchRate
			return pitch{strength: float32(min(m-(l-r)*offset/4, 1)), period: float32(period)}
		}
	}
	return pitch{}
}

// isPeak reports whether phi has a local maximum at a lag.
func (p *pitchFinder) isPeak(lag int) bool {
	return p.phi[lag] > p.phi[lag-1] && p.phi[lag] >= p.phi[lag+1]
}
