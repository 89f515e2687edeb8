package avsync

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// peaks returns the scores of one block per lag, with a peak of the given height at that lag over
// noise.
func peaks(height, noise float64, lags ...int) [][]float64 {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([][]float64, len(lags))
	for b, lag := range lags {
		out[b] = make([]float64, 2*Search+1)
		for i := range out[b] {
			out[b][i] = noise * rng.NormFloat64()
		}
		out[b][lag+Search] += height
	}
	return out
}

// constantLags returns each lag n times.
func constantLags(n int, lags ...int) (out []int) {
	for _, lag := range lags {
		out = append(out, slices.Repeat([]int{lag}, n)...)
	}
	return out
}

func TestDriftPath(t *testing.T) {
	for _, test := range []struct {
		name   string
		scores [][]float64
		want   []int
	}{
		{"nothing", nil, nil},
		{"one block", peaks(1, 0, 7), []int{7}},
		{"a constant lag in noise", peaks(1, .5, constantLags(50, -3)...), constantLags(50, -3)},
		{"a drift", peaks(3, .3, constantLags(20, 0, 1, 2, 3)...), constantLags(20, 0, 1, 2, 3)},
		{"a jump", peaks(3, .3, constantLags(30, -5, 12)...), constantLags(30, -5, 12)},
		{"excursion that is too short", peaks(3, 0, append(append(constantLags(30, 2), 9, 9, 9), constantLags(30, 2)...)...), constantLags(63, 2)},
		{"equal scores", flatScores(4), constantLags(4, 0)},
	} {
		if got := DriftPath(test.scores, 10, .5); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// flatScores returns n blocks of three lags with equal scores.
func flatScores(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, 3)
	}
	return out
}
