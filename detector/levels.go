package detector

import (
	"math"
	"slices"
)

const (
	// usualQuantile of a track's levels is what is usual for it: up to seven tenths of it
	// may be replaced before that is another voice's.
	usualQuantile = 0.3

	// usualShare of what is usual is taken from a level. A voice that fits its mouth badly
	// all through, in noise or on a small face, gives high seconds by chance, and one
	// that fits well hides a replaced second among low ones.
	usualShare = 0.6

	// leastUsual is the least that counts as usual, in logits: of people whom training has
	// seen the likeness is far beyond that of anybody else, and what a second of theirs
	// is above it says nothing.
	leastUsual = -6
)

// Levels returns for every track the level of each of its frames, (len(Scores)), by
// which [Judge] finds suspect stretches, see [Thresholds.Level]. Frames in
// which the voice fits another track's mouth are left out, as there.
func Levels(tracks []Track, th Thresholds) [][]float64 {
	out := make([][]float64, len(tracks))
	for i, scores := range withoutOthersTurns(tracks, th) {
		out[i] = th.Level(scores)
	}
	return out
}

// Level returns how much the second about every frame stands out, in logits: the
// blend over the judged frames within half a second, less a share of what is usual
// for the track, as far as that speaks for its own voice, within bounds. NaN where a third of
// them or fewer are judged.
func (th Thresholds) Level(scores []Score) []float64 {
	level := overSecond(scores, th.Second)
	known := slices.DeleteFunc(slices.Clone(level), math.IsNaN)
	if len(known) == 0 {
		return level
	}
	slices.Sort(known)
	usual := max(min(known[int(usualQuantile*float64(len(known)-1))], 0), leastUsual)
	for i := range level {
		level[i] -= usualShare * usual
	}
	return level
}

// Peak returns the highest level: how suspect the most suspect second is; -Inf where
// nothing was judged.
func (th Thresholds) Peak(scores []Score) float64 {
	peak := math.Inf(-1)
	for _, v := range th.Level(scores) {
		if v > peak {
			peak = v
		}
	}
	return peak
}

// Logit returns the mismatch logit of a track, (scores), as a whole, and of how many
// judged frames it is; NaN of none.
func (th Thresholds) Logit(scores []Score) (logit float64, judged int) {
	var m means
	for i := range scores {
		if scores[i].Judged {
			m.add(&scores[i])
		}
	}
	return m.of(th.Track), m.n
}

// means gathers judged frames.
type means struct {
	logit, likeness float64 // sums
	n               int
}

func (m *means) add(s *Score) {
	m.logit += Logit(s.Mismatch)
	m.likeness += s.Likeness
	m.n++
}

func (m *means) minus(o means) means {
	return means{m.logit - o.logit, m.likeness - o.likeness, m.n - o.n}
}

// of blends the means; NaN of no frame.
func (m *means) of(b Blend) float64 {
	if m.n == 0 {
		return math.NaN()
	}
	return b.Of(m.logit/float64(m.n), m.likeness/float64(m.n))
}

// overSecond returns for every frame the blend over the judged frames within half a
// second, NaN where a third of them or fewer are judged.
func overSecond(scores []Score, b Blend) []float64 { return smoothed(scores, smoothFrames, b) }

// smoothed is overSecond over half frames to each side.
func smoothed(scores []Score, half int, b Blend) []float64 {
	sums := make([]means, len(scores)+1)
	for i := range scores {
		sums[i+1] = sums[i]
		if scores[i].Judged {
			sums[i+1].add(&scores[i])
		}
	}
	out := make([]float64, len(scores))
	for i := range out {
		from, to := max(0, i-half), min(len(scores), i+half+1)
		out[i] = math.NaN()
		if m := sums[to].minus(sums[from]); m.n > (2*half+1)/3 {
			out[i] = m.of(b)
		}
	}
	return out
}

// What makes a stretch, in frames: a report that counts anew at another
// threshold must count like [Judge].
const (
	// LeastStretch is how long a stretch must be to count.
	LeastStretch = minSegment
	// Bridge is how many frames without a level do not end a stretch.
	Bridge = bridge
)

// A Stretch is a run of frames, From up to but without To, whose level stays at
// or above a threshold; Peak is the highest level in it.
type Stretch struct {
	From, To int
	Peak     float64
}

// Stretches finds the stretches of a level (n) that lie at or above least.
func Stretches(level []float64, least float64) []Stretch {
	var out []Stretch
	for i := 0; i < len(level); {
		if !(level[i] >= least) {
			i++
			continue
		}
		peak, end, gap := level[i], i, 0
		for j := i; j < len(level) && gap <= bridge; j++ {
			switch {
			case math.IsNaN(level[j]):
				gap++
			case level[j] >= least:
				peak, end, gap = max(peak, level[j]), j, 0
			default:
				gap = bridge + 1
			}
		}
		if end-i+1 >= minSegment {
			out = append(out, Stretch{i, end + 1, peak})
		}
		i = end + 1
	}
	return out
}
