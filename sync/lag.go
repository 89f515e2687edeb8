package avsync

import (
	"math"
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/video"
)

// Search is how far, in frames to either side, a lag is searched for: 0.8 s.
// A file may be displaced by 15 frames, and a clip be out of step by 5 as it was
// published, without any change of its scores. Every further lag is one more
// chance for a strange voice to seem to fit: on clips of 3 s a search of 1.8 s
// tells strangers from own voices worse (AUC .86) than one of 0.6 s (.91).
const Search = 20

// A Lag is the lag of the sound behind one track.
type Lag struct {
	Frames     float64 // > 0: the sound is late; with a fraction of a frame
	Whole      int     // Frames rounded to a whole frame
	Confidence float64 // peak likeness minus the median likeness over all lags, 0..1; 0: no lag stands out
}

// Duration returns the lag as a time.
func (l Lag) Duration() time.Duration {
	return time.Duration(math.Round(l.Frames * float64(video.FrameDuration)))
}

// Within tells whether the sound is late or early by so many frames at most.
func (l Lag) Within(frames int) bool { return max(l.Whole, -l.Whole) <= frames }

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
