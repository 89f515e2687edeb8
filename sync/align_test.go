package avsync

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/video"
)

// madeMouths are the mouths of a track, all of them visible.
type madeMouths struct {
	first int
	rows  []float32 // (n, width)
}

func (m *madeMouths) Span() (first, n int)        { return m.first, len(m.rows) / width }
func (m *madeMouths) Rows(from, to int) []float32 { return m.rows[from*width : to*width] }
func (m *madeMouths) Visible(int) bool            { return true }

// madeSounds are the sound of a file, with margin frames before and after it.
type madeSounds struct {
	rows          []float32 // (margin + frames + margin, width)
	sound, speech []bool
}

const margin = 2 * Search

func (s *madeSounds) Cut(first, n int) (rows []float32, sound, speech []bool) {
	from, to := first+margin, first+margin+n
	return s.rows[from*width : to*width], s.sound[from:to], s.speech[from:to]
}

// madePair returns n mouths from frame first on, and a sound whose embedding at frame t + late(t)
// equals that of the mouth at frame t.
func madePair(n, first int, late func(t int) int) (*madeMouths, *madeSounds) {
	rng := rand.New(rand.NewPCG(3, 3))
	all := margin + first + n + 100 + margin
	yes := slices.Repeat([]bool{true}, all)
	s := &madeSounds{rows: make([]float32, 0, all*width), sound: yes, speech: slices.Clone(yes)}
	for range all {
		s.rows = append(s.rows, randomWalk(rng, 1)...)
	}
	m := &madeMouths{first: first}
	for t := range n {
		row, _, _ := s.Cut(first+t+late(t), 1)
		m.rows = append(m.rows, row...)
	}
	return m, s
}

func TestLagCurveFollowsTheLag(t *testing.T) {
	const n, first = 300, 50
	m, s := madePair(n, first, func(t int) int { return 2 + t/(n/2)*4 })
	points := LagCurve(m, s)
	if len(points) < 20 {
		t.Fatalf("%d points", len(points))
	}
	for _, p := range points {
		want := 2
		switch at := p.Frame - first; {
		case at-CurveWindow/2 >= n/2:
			want = 6
		case at+CurveWindow/2 > n/2:
			continue
		}
		if got := p.Lag.Duration().Round(video.FrameDuration); got != time.Duration(want)*video.FrameDuration {
			t.Errorf("frame %d: lag %v, want %d frames", p.Frame, p.Lag.Duration(), want)
		}
	}
	clear(s.speech)
	if points := LagCurve(m, s); points != nil {
		t.Errorf("%d points without speech", len(points))
	}
}

func TestAlignRemovesTheLag(t *testing.T) {
	const n, first = 1500, 30
	for _, test := range []struct {
		name   string
		frames int
		late   func(t int) int
		drifts bool
	}{
		{"constant lag", n, func(int) int { return 6 }, false},
		{"clock that drifts by 0.4 %", n, func(t int) int { return 3 - t/250 }, true},
		{"stream that stalls", n, func(t int) int { return t / 750 * 11 }, true},
		{"clip: one lag", video.ClipLength, func(t int) int { return t / 100 * 5 }, false},
	} {
		m, s := madePair(test.frames, first, test.late)
		a := Align(m, s)
		if (a.Lags != nil) != test.drifts {
			t.Errorf("%s: drifts: %v", test.name, a.Lags != nil)
			continue
		}
		if a.Lags == nil {
			if test.frames == n && a.Lag.Whole != test.late(0) {
				t.Errorf("%s: lag %+v", test.name, a.Lag)
			}
			continue
		}
		wrong, different := 0, 0
		for i, lag := range a.Lags {
			if lag != test.late(i) {
				wrong++
			}
			if Likeness(m.Rows(i, i+1), a.Rows(i, i+1)) < .99 {
				different++
			}
			if a.LagAt(i) != lag || a.Frame(i) != first+i+lag {
				t.Fatalf("%s: frame %d: lag %d, sound of frame %d; want lag %d", test.name, i, a.LagAt(i), a.Frame(i), lag)
			}
		}
		if wrong > 5*driftBlock || different > 5*driftBlock {
			t.Errorf("%s: %d frames have a wrong lag, %d do not match their sound", test.name, wrong, different)
		}
		if a.Lag.Confidence < .8 || a.Lag.Frames < float64(slices.Min(a.Lags)) || a.Lag.Frames > float64(slices.Max(a.Lags)) {
			t.Errorf("%s: mean lag %+v", test.name, a.Lag)
		}
	}
}

// A constant lag and Lags that are all equal give the same sound.
func TestAlignmentCuts(t *testing.T) {
	m, s := madePair(60, 10, func(int) int { return 0 })
	want, _, _ := s.Cut(m.first-5+2, 70)
	for _, a := range []Alignment{{sounds: s, first: m.first + 2}, {sounds: s, first: m.first, Lags: slices.Repeat([]int{2}, 60)}} {
		got, sound, speech := a.Cut(-5, 65)
		if !slices.Equal(got, want) || len(sound) != 70 || len(speech) != 70 {
			t.Errorf("lags %v: the sounds differ", a.Lags != nil)
		}
	}
}

// With a lag that drifts, Cut applies the lag of each frame; outside the track, that of the nearest
// frame.
func TestAlignmentCutsADriftingLag(t *testing.T) {
	m, s := madePair(60, 10, func(int) int { return 0 })
	lags := make([]int, 60)
	for t := range lags {
		lags[t] = t / 20
	}
	a := Alignment{sounds: s, first: m.first, Lags: lags}
	got := a.Rows(-5, 65)
	for i := range 70 {
		lag := lags[min(max(i-5, 0), 59)]
		want, _, _ := s.Cut(m.first+i-5+lag, 1)
		if !slices.Equal(got[i*width:(i+1)*width], want) {
			t.Fatalf("frame %d: not the sound %d frames later", i-5, lag)
		}
	}
}
