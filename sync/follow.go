package avsync

import "slices"

// Follow returns the lags of consecutive blocks of one track, (blocks), whose sum of scores
// is greatest, each change of lag between two blocks costing change and every frame of it
// each (Viterbi 1967). scores (blocks, 2·search+1) say how well every lag from -search to
// +search fits in a block. Without a block it is nil.
func Follow(scores [][]float64, change, each float64) []int {
	if len(scores) == 0 {
		return nil
	}
	lags := len(scores[0])
	best := slices.Clone(scores[0]) // sum of the best way that ends at a lag
	from := make([][]int16, len(scores))
	for b := 1; b < len(scores); b++ {
		next := make([]float64, lags)
		from[b] = make([]int16, lags)
		for to := range next {
			sum, origin := best[to], to
			for i, s := range best {
				if s -= change + each*float64(abs(i-to)); s > sum {
					sum, origin = s, i
				}
			}
			next[to], from[b][to] = sum+scores[b][to], int16(origin)
		}
		best = next
	}
	at := lags / 2 // of equal ways the one that ends nearest to 0
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
