package avsync

import (
	"math"
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/video"
)

// Search is the range of the lag search, in frames to either side: 0.8 s. A file may be shifted
// by 15 frames, and a published clip may be out of sync by 5, without a change in its scores.
// Every further lag gives an impostor's voice another opportunity to seem to fit: on clips of 3
// s, a search of ±1.8 s separates impostors from own voices worse (AUC 0.86) than one of ±0.6 s
// (0.91).
const Search = 20

// A Lag is the lag of the sound behind one track.
type Lag struct {
	Frames     float64 // > 0: the sound is late; with a fraction of a frame
	Whole      int     // Frames rounded to a whole frame
	Confidence float64 // peak minus median likeness over all lags, 0..1; 0: no lag stands out
}

// Duration returns the lag as a time.
func (l Lag) Duration() time.Duration {
	return time.Duration(math.Round(l.Frames * float64(video.FrameDuration)))
}

// Within reports whether the sound is early or late by at most the given number of frames.
func (l Lag) Within(frames int) bool { return max(l.Whole, -l.Whole) <= frames }

// Estimate returns the lag with the highest likeness in a profile (2·search+1), refined by the
// parabola through the peak and its neighbours. The confidence is SyncNet's, the difference of peak
// and median, applied to likeness instead of distance (Chung & Zisserman 2016, section 4.1).
func Estimate(profile []float64) Lag {
	search := len(profile) / 2
	best := search // of equal values, the one nearest to lag 0
	for i := range profile {
		if d := profile[i] - profile[best]; d > 0 || d == 0 && abs(i-search) < abs(best-search) {
			best = i
		}
	}
	sorted := slices.Clone(profile)
	slices.Sort(sorted)
	l := Lag{Whole: best - search, Frames: float64(best - search)}
	l.Confidence = min(profile[best]-sorted[len(sorted)/2], 1)
	if best > 0 && best < len(profile)-1 {
		a, b, c := profile[best-1], profile[best], profile[best+1]
		if bend := a - 2*b + c; bend < 0 {
			l.Frames += 0.5 * (a - c) / bend
		}
	}
	return l
}

func abs(x int) int { return max(x, -x) }
