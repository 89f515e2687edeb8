package evaluate

import (
	"math"
	"testing"
)

// syncMargin is positive if mouth and sound fit best at a lag at which clips are published.
func TestSyncMargin(t *testing.T) {
	for _, tt := range []struct {
		name   string
		places map[int]float64 // likeness by lag; .1 elsewhere
		want   float64
	}{
		{"in time", map[int]float64{0: .5}, .4},
		{"as published", map[int]float64{-3: .5, 3: .2}, .4},
		{"late", map[int]float64{4: .5}, -.4},
		{"at the end of the search", map[int]float64{-shiftSearch: .5}, -.4},
		{"equal elsewhere", map[int]float64{1: .5, 25: .5}, 0},
		{"flat", nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			profile := make([]float64, 2*shiftSearch+1)
			for i := range profile {
				profile[i] = .1
			}
			for lag, v := range tt.places {
				profile[shiftSearch+lag] = v
			}
			if got := syncMargin(profile); math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
