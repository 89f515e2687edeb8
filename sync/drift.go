package avsync

import (
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

// The clocks of cameras and recorders differ, and a stream that stalls may resume out of step,
// so the lag of a long track need not be constant. Every change of lag also gives an impostor's
// voice another opportunity to seem to fit. A change therefore costs as much as driftCost
// frames of perfect likeness: an impostor's voice gains that much at most once in about ten
// seconds of speech.
const (
	driftBlock = video.FrameRate / 5 // frames between two places at which the lag may change
	driftCost  = 12                  // cost of a change, in frames with a likeness of 1
	driftStep  = 0.5                 // further cost per frame by which the lag changes
)

// TrackDrift returns the lag of the sound behind every mouth of a track, (n) frames; nil if the
// lag is constant, which is assumed for tracks of up to [video.ClipLength] frames.
func TrackDrift(m Mouths, s Sounds) []int {
	first, n := m.Span()
	if n <= video.ClipLength {
		return nil
	}
	a := &Alignment{sounds: s, first: first}
	var scores [][]float64
	for at := 0; at < n; at += driftBlock {
		end := min(at+driftBlock, n)
		score, spoken := profile(m, a, at, end, Search), float64(a.spoken(m, at, end))
		for i := range score {
			score[i] *= spoken
		}
		scores = append(scores, score)
	}
	path := DriftPath(scores, driftCost, driftStep)
	if slices.Min(path) == slices.Max(path) {
		return nil
	}
	lags := make([]int, n)
	for t := range lags {
		lags[t] = path[t/driftBlock]
	}
	return lags
}

// DriftPath returns the lags of consecutive blocks of one track, (blocks), that maximise
//
//	Σ scores - changeCost·(number of changes) - stepCost·Σ|difference of successive lags|
//
// by the Viterbi algorithm (Viterbi 1967). scores is (blocks, 2·search+1): how well every lag from
// -search to +search fits in a block. DriftPath returns nil for no blocks.
func DriftPath(scores [][]float64, changeCost, stepCost float64) []int {
	if len(scores) == 0 {
		return nil
	}
	lags := len(scores[0])
	best := slices.Clone(scores[0]) // score of the best path that ends at each lag
	from := make([][]int16, len(scores))
	for b := 1; b < len(scores); b++ {
		next := make([]float64, lags)
		from[b] = make([]int16, lags)
		for to := range next {
			sum, origin := best[to], to
			for i, s := range best {
				if s -= changeCost + stepCost*float64(abs(i-to)); s > sum {
					sum, origin = s, i
				}
			}
			next[to], from[b][to] = sum+scores[b][to], int16(origin)
		}
		best = next
	}
	at := lags / 2 // of equal paths, the one that ends nearest to lag 0
	for i, s := range best {
		if s > best[at] || s == best[at] && abs(i-lags/2) < abs(at-lags/2) {
			at = i
		}
	}
	out := make([]int, len(scores))
	for b := len(scores) - 1; b >= 0; b-- {
		if out[b] = at - lags/2; b > 0 {
			at = int(from[b][at])
		}
	}
	return out
}
