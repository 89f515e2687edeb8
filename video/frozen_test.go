package video

import (
	"math"
	"slices"
	"testing"
)

func TestFreezeDetector(t *testing.T) {
	nan := math.NaN()
	every := func(n int) (all []int) {
		for i := range n {
			all = append(all, i)
		}
		return all
	}
	repeat := func(x float64, n int) []float64 { return slices.Repeat([]float64{x}, n) }
	for _, test := range []struct {
		name    string
		changes []float64
		want    []int // frames reported as frozen
	}{
		{"moving", repeat(4, 20), nil},
		{"five pictures a second", slices.Concat([]float64{nan}, slices.Repeat(slices.Concat(repeat(0, 4), []float64{9}), 5)), nil},
		{"frozen for a while", slices.Concat([]float64{nan, 5, 5}, repeat(0.1, 7), []float64{5}, repeat(0, 4), []float64{5}), []int{2, 3, 4, 5, 6, 7, 8, 9}},
		{"four pictures a second", slices.Concat([]float64{nan}, slices.Repeat(slices.Concat(repeat(0, 5), []float64{9}), 2), repeat(0, 5)), every(18)},
		{"face lost between two runs", slices.Concat(repeat(0, 4), []float64{nan}, repeat(0, 4)), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var f FreezeDetector
			var got []int
			for i, x := range test.changes {
				for k := f.Next(x); k > 0; k-- {
					got = append(got, i+1-k)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("frozen %v, want %v", got, test.want)
			}
		})
	}
}
