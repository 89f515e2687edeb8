package verdict

import (
	"math"
	"slices"
	"testing"
)

func TestMerge(t *testing.T) {
	got := Merge([]Interval{{0, 20, 1}, {20, 31, 3}, {32, 40, 2}})
	if want := []Interval{{0, 31, 3}, {32, 40, 2}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := Merge([]Interval{{0, 5, 1}, {10, 20, 3}, {30, 40, 2}, {8, 50, 2.5}}), []Interval{{0, 5, 1}, {8, 50, 3}}; !slices.Equal(got, want) {
		t.Errorf("interval across several: got %v, want %v", got, want)
	}
	if Merge(nil) != nil {
		t.Error("no intervals: want nil")
	}
}

func TestGrow(t *testing.T) {
	nan := math.NaN()
	gap := slices.Repeat([]float64{nan}, MaxGap)
	usual := slices.Repeat([]float64{-4}, 60)
	curve := slices.Concat(usual, []float64{-1, 0, 1.5, 2.5}, gap, []float64{3, 8, 3}, gap, []float64{nan, 5}, usual)
	peak := slices.Index(curve, 8)
	if got, want := Grow(curve, []Interval{{peak, peak + 1, 8}}), []Interval{{63, peak + 2, 8}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: the threshold is 2 and a gap of MaxGap is bridged", got, want)
	}
	if got := Grow([]float64{nan, 9, 9}, []Interval{{1, 3, 9}}); !slices.Equal(got, []Interval{{1, 3, 9}}) {
		t.Errorf("baseline equal to the peak: %v", got)
	}
	two := slices.Concat(usual, []float64{5, 4, 3, 4, 6}, usual)
	if got, want := Grow(two, []Interval{{60, 61, 5}, {64, 65, 6}}), []Interval{{60, 65, 6}}; !slices.Equal(got, want) {
		t.Errorf("intervals that touch: got %v, want %v", got, want)
	}
	if Grow(nil, nil) != nil {
		t.Error("no intervals: want nil")
	}
}
