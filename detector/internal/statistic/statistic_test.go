package statistic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Newcombe 1998, "Two-sided confidence intervals for the single proportion",
// table I, method 3.
func TestShareAgainstNewcombe(t *testing.T) {
	for _, tt := range []struct {
		hits      float64
		n         int
		low, high float64
	}{{81, 263, .2553, .3662}, {15, 148, .0624, .1605}, {0, 20, 0, .1611}, {1, 29, .0061, .1718}, {29, 29, .8830, 1}} {
		e := Share(tt.hits, tt.n)
		if math.Abs(e.Low-tt.low) > 6e-5 || math.Abs(e.High-tt.high) > 6e-5 || e.Value != tt.hits/float64(tt.n) {
			t.Errorf("%v of %d: %.4f (%.4f to %.4f), want %.4f to %.4f", tt.hits, tt.n, e.Value, e.Low, e.High, tt.low, tt.high)
		}
	}
	if e := Share(0, 0); !math.IsNaN(e.Value) {
		t.Errorf("share of no clips is %v, want NaN", e.Value)
	}
}

func TestROCArea(t *testing.T) {
	for _, tt := range []struct {
		name     string
		pos, neg []float64
		want     float64
	}{
		{"apart", []float64{3, 4}, []float64{1, 2}, 1},
		{"the wrong way round", []float64{1, 2}, []float64{3, 4}, 0},
		{"all the same", []float64{1, 1, 1}, []float64{1, 1}, .5},
		{"a tie counts half", []float64{2, 3}, []float64{1, 2}, .875},
		{"one side only", []float64{1}, nil, math.NaN()},
		{"no number", []float64{math.NaN(), 2}, []float64{1}, math.NaN()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var obs []Observation
			for i, v := range tt.pos {
				obs = append(obs, Observation{v, true, "s", fmt.Sprint("p", i)})
			}
			for i, v := range tt.neg {
				obs = append(obs, Observation{v, false, "s", fmt.Sprint("n", i)})
			}
			e := ROCArea(rand.New(rand.NewPCG(1, 1)), obs)
			if e.Value != tt.want && !(math.IsNaN(e.Value) && math.IsNaN(tt.want)) {
				t.Errorf("got %v, want %v", e.Value, tt.want)
			}
			if !math.IsNaN(e.Value) && !(e.Low <= e.Value && e.Value <= e.High) {
				t.Errorf("value %v outside its interval %v to %v", e.Value, e.Low, e.High)
			}
		})
	}
}

// The sum over sorted observations equals the count over all pairs.
func TestROCAreaAgainstPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	var obs []Observation
	for i := range 200 {
		obs = append(obs, Observation{float64(rng.IntN(30)), rng.IntN(3) == 0, fmt.Sprint(i % 9), fmt.Sprint(i)})
	}
	want := AUC(Classes(obs))
	if got := ROCArea(rng, obs).Value; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Identical clips of a source carry no more information than one clip, so the interval over
// sources is wider than the interval over clips.
func TestSourcesAreDrawnWhole(t *testing.T) {
	var bySource, byClip []Observation
	for s := range 6 {
		for i := range 20 {
			v := float64((s*5 + 2) % 6)
			o := Observation{v, i%2 == 0, fmt.Sprint(s), fmt.Sprint(s, i)}
			if o.Positive {
				o.Value += 1.5
			}
			bySource = append(bySource, o)
			o.Source = "all"
			byClip = append(byClip, o)
		}
	}
	wide, narrow := ROCArea(rand.New(rand.NewPCG(3, 3)), bySource), ROCArea(rand.New(rand.NewPCG(3, 3)), byClip)
	if wide.How != bySources || narrow.How != byClips {
		t.Fatalf("intervals by %q and %q", wide.How, narrow.How)
	}
	if wide.Value != narrow.Value || wide.High-wide.Low <= narrow.High-narrow.Low {
		t.Errorf("by source %+v, by clip %+v: want the same value and a wider interval", wide, narrow)
	}
}

// All statistics of a round share one draw, so common parts of two statistics cancel in their
// difference.
func TestBootstrapClips(t *testing.T) {
	values := []float64{0, 0, 1, 1, 1, 0, 1, 1}
	mean := func(drawn []int) float64 {
		sum := 0.0
		for _, i := range drawn {
			sum += values[i]
		}
		return sum / float64(len(drawn))
	}
	got := BootstrapClips(rand.New(rand.NewPCG(4, 4)), len(values), func(drawn []int) []float64 {
		return []float64{mean(drawn), mean(drawn) + 0.25 - mean(drawn)}
	})
	if e := got[0]; e.Value != 0.625 || e.Low >= 0.5 || e.High <= 0.75 || e.How != byClips {
		t.Errorf("mean: got %+v, want 0.625 and an interval around it", e)
	}
	if e := got[1]; math.Abs(e.Value-0.25) > 1e-12 || e.High-e.Low > 1e-12 {
		t.Errorf("difference: got %+v, want 0.25 and an interval of width 0", e)
	}
}

func TestMeanDrawsSources(t *testing.T) {
	var obs []Observation
	for i := range 12 {
		obs = append(obs, Observation{Value: float64(i % 2), Positive: true, Source: string(rune('a' + i%6)), File: "f"})
	}
	e := Mean(rand.New(rand.NewPCG(1, 1)), obs)
	if e.Value != .5 || e.Low < 0 || e.Low >= .5 || e.High > 1 || e.High <= .5 || e.How != bySources {
		t.Errorf("got %+v, want 0.5 and an interval over sources around it", e)
	}
	if e := Mean(rand.New(rand.NewPCG(1, 1)), nil); !math.IsNaN(e.Value) {
		t.Errorf("no observations: got %+v, want NaN", e)
	}
}
