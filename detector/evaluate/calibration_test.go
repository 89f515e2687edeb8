package evaluate

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/detector/internal/statistic"
)

func TestCllr(t *testing.T) {
	obs := func(yes, no float64) []statistic.Observation {
		return []statistic.Observation{{Value: yes, Positive: true}, {Value: no}}
	}
	one := []int{1}
	for _, tt := range []struct {
		name string
		obs  []statistic.Observation
		want float64
	}{
		{"ratio 1", obs(0, 0), 1},
		{"large and right", obs(9, -9), 0},
		{"large and wrong", obs(-3, 3), math.Log2(1001)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := cllr(tt.obs, []int{0, 0}, one); math.Abs(got-tt.want) > 1e-6 {
				t.Errorf("got %v bits, want %v", got, tt.want)
			}
		})
	}
	if got := cllr(obs(1, 1)[:1], []int{0}, one); !math.IsNaN(got) {
		t.Errorf("one class: %v, want NaN", got)
	}
}

func TestCountRungs(t *testing.T) {
	ladder := countRungs("mismatch", []float64{-2, .2, .7, 1, 3}, []float64{-3, -.2, .6, -.5})
	want := []struct{ yes, no int }{{1, 1}, {0, 0}, {0, 2}, {1, 0}, {1, 1}, {2, 0}}
	for i, w := range want {
		r := ladder[i]
		if r.Forged != w.yes || r.Genuine != w.no {
			t.Errorf("rung %v to %v: %d and %d, want %d and %d", r.From, r.To, r.Forged, r.Genuine, w.yes, w.no)
		}
		if isDefined(r.Ratio) != (w.yes > 0 && w.no > 0) {
			t.Errorf("rung %v to %v: ratio %v", r.From, r.To, r.Ratio)
		}
	}
	if r := ladder[0].Ratio; math.Abs(r-.8) > 1e-9 {
		t.Errorf("observed ratio %v, want 1/5 over 1/4", r)
	}
}
