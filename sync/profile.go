package avsync

import "github.com/deepcheck/deepcheck/video"

// Mouths are the embedded mouths of one track, in order of time.
type Mouths interface {
	// Span returns the frame of the file to which the first mouth belongs, and the number of
	// mouths.
	Span() (first, n int)
	// Rows returns the embeddings of the mouths [from, to), counted from the first: (to-from,
	// width), unit vectors. The caller must not write to them.
	Rows(from, to int) []float32
	// Visible reports whether mouth t, counted from the first, was seen.
	Visible(t int) bool
}

// Sounds are the embedded sound of a file.
type Sounds interface {
	// Cut returns the frames [first, first+n) of the file: embeddings (n, width), unit vectors,
	// which frames hold sound (n), and which hold speech (n). Frames outside the file hold
	// neither. The caller must not write to them.
	Cut(first, n int) (rows []float32, sound, speech []bool)
}

// unvoicedWeight is the weight in a profile of a frame of sound without speech; a frame with speech
// has weight 1. All pauses are alike, but their boundaries locate the speech.
const unvoicedWeight = 0.1

// LagProfile returns the mean likeness of a track's mouths with the sound at every lag within
// ±[Search] frames, (2·Search+1).
func LagProfile(m Mouths, s Sounds) []float64 { return LagProfileWithin(m, s, Search) }

// LagProfileWithin is LagProfile within ±search frames, (2·search+1).
func LagProfileWithin(m Mouths, s Sounds, search int) []float64 {
	first, n := m.Span()
	return profile(m, &Alignment{sounds: s, first: first}, 0, n, search)
}

// profile is LagProfileWithin for the mouths [from, to), after the lags of a were removed.
func profile(m Mouths, a *Alignment, from, to, search int) []float64 {
	const block = 20 * video.FrameRate // frames at a time: a track may last hours
	var p *Profiler
	for ; from < to; from += block {
		end := min(from+block, to)
		sounds, sound, speech := a.Cut(from-search, end+search)
		mouthWeight, soundWeight := make([]float32, end-from), make([]float32, end-from+2*search)
		for i := range mouthWeight {
			if m.Visible(from + i) {
				mouthWeight[i] = 1
			}
		}
		for i := range soundWeight {
			switch {
			case speech[i]:
				soundWeight[i] = 1
			case sound[i]:
				soundWeight[i] = unvoicedWeight
			}
		}
		mouths := m.Rows(from, end)
		if p == nil {
			p = NewProfiler(len(mouths)/len(mouthWeight), search)
		}
		p.Add(mouths, sounds, mouthWeight, soundWeight)
	}
	if p == nil {
		return make([]float64, 2*search+1)
	}
	return p.Profile()
}

// Profile returns the weighted mean likeness of mouths and sounds at every lag from -search to
// +search frames, (2·search+1):
//
//	Profile[search+lag] = Σ w[t]·v[t+lag]·likeness(t, t+lag) / Σ w[t]·v[t+lag]
//
// or 0 if the denominator is 0. mouths (n, width) and sounds (n+2·search, width) are unit vectors;
// sounds begins search frames before mouths. w is mouthWeight (n), v is soundWeight (n+2·search).
func Profile(mouths, sounds []float32, width, search int, mouthWeight, soundWeight []float32) []float64 {
	p := NewProfiler(width, search)
	p.Add(mouths, sounds, mouthWeight, soundWeight)
	return p.Profile()
}

// A Profiler computes the [Profile] of mouths that arrive a block at a time.
type Profiler struct {
	width       int
	sum, weight []float64 // (2·search+1) numerators and denominators
}

// NewProfiler returns an empty Profiler for vectors of the given width.
func NewProfiler(width, search int) *Profiler {
	return &Profiler{width, make([]float64, 2*search+1), make([]float64, 2*search+1)}
}

// Add adds the next n mouths; the arguments are as for [Profile].
func (p *Profiler) Add(mouths, sounds, mouthWeight, soundWeight []float32) {
	for lag := range p.sum {
		for t, w := range mouthWeight {
			h := soundWeight[t+lag]
			if w == 0 || h == 0 {
				continue
			}
			p.sum[lag] += float64(w*h) * Likeness(mouths[t*p.width:(t+1)*p.width], sounds[(t+lag)*p.width:(t+lag+1)*p.width])
			p.weight[lag] += float64(w * h)
		}
	}
}

// Profile returns the profile of everything added, (2·search+1).
func (p *Profiler) Profile() []float64 {
	out := make([]float64, len(p.sum))
	for lag, total := range p.weight {
		if total > 0 {
			out[lag] = p.sum[lag] / total
		}
	}
	return out
}

// Likeness returns the cosine of two unit vectors of the same length, -1..1.
func Likeness(a, b []float32) float64 {
	b = b[:len(a)]
	var sum float32
	for i, v := range a {
		sum += v * b[i]
	}
	return float64(sum)
}
