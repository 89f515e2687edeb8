package avsync

import (
	"math"
	"slices"
	"time"
)

// Search is how far, in frames to either side, a lag is searched for: 0.8 s.
// A file may be displaced by 15 frames, and a clip be out of step by 5 as it was
// published, without any change of its scores. Every further lag is one more
// chance for a strange voice to seem to fit: on clips of 3 s a search of 1.8 s
// tells strangers from own voices worse (AUC .86) than one of 0.6 s (.91).
const Search = 20

// A Lag is the constant lag of one track.
type Lag struct {
	Frames     float64 // > 0: the sound is late; to a part of a frame
	Whole      int     // Frames to the nearest whole frame
	Peak       float64 // mean likeness at Whole, -1..1
	Confidence float64 // Peak less the median likeness over all lags; 0 means that no lag stands out
}

// Duration returns the lag as a time, given the length of a frame.
func (l Lag) Duration(frame time.Duration) time.Duration {
	return time.Duration(math.Round(l.Frames * float64(frame)))
}

// Within tells whether the sound is late or early by so many frames at most.
func (l Lag) Within(frames int) bool { return max(l.Whole, -l.Whole) <= frames }

// Profile returns the mean likeness of the mouths with the sound at every lag
// from -search to +search frames, (2·search+1). mouths is (n, width) and sounds
// (n+2·search, width), unit vectors, sounds beginning search frames before the
// mouths; weight (n) says how much a frame of the picture counts, and
// heard (n+2·search) how much a frame of the sound does. A lag at which nothing
// counts is 0.
func Profile(mouths, sounds []float32, width, search int, weight, heard []float32) []float64 {
	p := NewProfiler(width, search)
	p.Add(mouths, sounds, weight, heard)
	return p.Profile()
}

// A Profiler makes the [Profile] of mouths that come a stretch at a time.
type Profiler struct {
	width      int
	sum, total []float64 // (2·search+1) likeness times what it counts, and what it counts
}

// NewProfiler returns a Profiler that has seen nothing yet, of vectors of so many numbers.
func NewProfiler(width, search int) *Profiler {
	return &Profiler{width, make([]float64, 2*search+1), make([]float64, 2*search+1)}
}

// Add takes the next n mouths, all as for [Profile].
func (p *Profiler) Add(mouths, sounds, weight, heard []float32) {
	for lag := range p.sum {
		for t, w := range weight {
			h := heard[t+lag]
			if w == 0 || h == 0 {
				continue
			}
			p.sum[lag] += float64(w*h) * Likeness(mouths[t*p.width:(t+1)*p.width], sounds[(t+lag)*p.width:(t+lag+1)*p.width])
			p.total[lag] += float64(w * h)
		}
	}
}

// Profile returns the profile of all that was added, (2·search+1).
func (p *Profiler) Profile() []float64 {
	out := make([]float64, len(p.sum))
	for lag, total := range p.total {
		if total > 0 {
			out[lag] = p.sum[lag] / total
		}
	}
	return out
}

// Likeness is the cosine of two unit vectors of one length, -1..1.
func Likeness(a, b []float32) float64 {
	b = b[:len(a)]
	var sum float32
	for i, v := range a {
		sum += v * b[i]
	}
	return float64(sum)
}

// Estimate finds the lag in a profile (2·search+1): the highest likeness, its
// place refined by the parabola through it and its neighbours. The confidence is
// SyncNet's, taken to likeness: peak less median (Chung & Zisserman 2016,
// section 4.1).
func Estimate(profile []float64) Lag {
	search := len(profile) / 2
	best := search // of equal ones the one nearest to 0
	for i := range profile {
		if d := profile[i] - profile[best]; d > 0 || d == 0 && abs(i-search) < abs(best-search) {
			best = i
		}
	}
	sorted := slices.Clone(profile)
	slices.Sort(sorted)
	l := Lag{Whole: best - search, Frames: float64(best - search), Peak: profile[best]}
	l.Confidence = l.Peak - sorted[len(sorted)/2]
	if best > 0 && best < len(profile)-1 {
		a, b, c := profile[best-1], profile[best], profile[best+1]
		if bend := a - 2*b + c; bend < 0 {
			l.Frames += 0.5 * (a - c) / bend
		}
	}
	return l
}

func abs(x int) int { return max(x, -x) }
