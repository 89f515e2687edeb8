package avsync

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// An Alignment maps the mouths of a track, numbered from 0, to the sound that belongs to them.
type Alignment struct {
	Lag  Lag   // the constant lag; the mean lag where it drifts
	Lags []int // (n) the lag of every mouth, in frames, where it drifts; nil where it is constant

	sounds Sounds
	first  int // frame of the sound for mouth 0: with Lag, or without any lag where Lags are added
}

// Align finds the lag of the sound behind a track and removes it. The lag is constant in tracks
// of up to [video.ClipLength] frames; it may drift in longer ones, see [TrackDrift].
func Align(m Mouths, s Sounds) *Alignment {
	first, _ := m.Span()
	a := &Alignment{Lags: TrackDrift(m, s), sounds: s, first: first}
	if a.Lags == nil {
		a.Lag = Estimate(LagProfile(m, s))
		a.first += a.Lag.Whole
	} else {
		a.Lag = meanLag(m, a)
	}
	return a
}

// meanLag returns the mean of drifting lags. Its confidence is that of the track after the lags
// were removed.
func meanLag(m Mouths, a *Alignment) Lag {
	l := Estimate(profile(m, a, 0, len(a.Lags), Search))
	sum := 0
	for _, lag := range a.Lags {
		sum += lag
	}
	l.Frames += float64(sum) / float64(len(a.Lags))
	l.Whole = int(math.Round(l.Frames))
	return l
}

// LagAt returns the lag of mouth t, in frames.
func (a *Alignment) LagAt(t int) int {
	if a.Lags == nil {
		return a.Lag.Whole
	}
	return a.Lags[t]
}

// Frame returns the frame of the sound that belongs to mouth t. Outside the track the lag is that
// of the nearest mouth.
func (a *Alignment) Frame(t int) int {
	if a.Lags == nil {
		return a.first + t
	}
	return a.first + t + a.Lags[min(max(t, 0), len(a.Lags)-1)]
}

// Cut returns the sound that belongs to the mouths [from, to), as [Sounds] has it.
func (a *Alignment) Cut(from, to int) (rows []float32, sound, speech []bool) {
	if a.Lags == nil {
		return a.sounds.Cut(a.first+from, to-from)
	}
	sound, speech = make([]bool, 0, to-from), make([]bool, 0, to-from)
	for t := from; t < to; {
		end := t + 1
		for end < to && a.Frame(end)-end == a.Frame(t)-t {
			end++
		}
		r, s, p := a.sounds.Cut(a.Frame(t), end-t)
		rows, sound, speech = append(rows, r...), append(sound, s...), append(speech, p...)
		t = end
	}
	return rows, sound, speech
}

// Rows returns the embeddings of Cut.
func (a *Alignment) Rows(from, to int) []float32 {
	rows, _, _ := a.Cut(from, to)
	return rows
}

// spoken counts the mouths [from, to) that were seen while their sound holds speech.
func (a *Alignment) spoken(m Mouths, from, to int) int {
	_, _, speech := a.Cut(from, to)
	n := 0
	for t := from; t < to; t++ {
		if m.Visible(t) && speech[t-from] {
			n++
		}
	}
	return n
}

const (
	// CurveWindow is the length, in frames, of the window that one point of a [LagCurve] is
	// measured on: 2 s, about the shortest in which a lag can be measured.
	CurveWindow = 2 * video.FrameRate

	// CurveStep is the distance between two points, in frames: 0.4 s.
	CurveStep = 2 * video.FrameRate / 5
)

// A LagPoint is the lag of the sound in the [CurveWindow] frames around one frame.
type LagPoint struct {
	Frame int // of the file: the middle of the window
	Lag   Lag
}

// LagCurve returns the lag of the sound over time, for display. A window with fewer than
// [video.MinJudged] frames that show a mouth and hold speech has no point.
func LagCurve(m Mouths, s Sounds) []LagPoint {
	var out []LagPoint
	first, n := m.Span()
	a := &Alignment{sounds: s, first: first}
	for at := 0; at+CurveWindow <= n; at += CurveStep {
		if a.spoken(m, at, at+CurveWindow) >= video.MinJudged {
			lag := Estimate(profile(m, a, at, at+CurveWindow, Search))
			out = append(out, LagPoint{first + at + CurveWindow/2, lag})
		}
	}
	return out
}
