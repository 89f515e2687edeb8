package train

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
		e := share(tt.hits, tt.n)
		if math.Abs(e.Low-tt.low) > 6e-5 || math.Abs(e.High-tt.high) > 6e-5 || e.Value != tt.hits/float64(tt.n) {
			t.Errorf("%v of %d: %.4f (%.4f to %.4f), want %.4f to %.4f", tt.hits, tt.n, e.Value, e.Low, e.High, tt.low, tt.high)
		}
	}
	if e := share(0, 0); defined(e.Value) {
		t.Errorf("nothing of nothing is %v", e.Value)
	}
}

func TestSeparation(t *testing.T) {
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
	} {
		t.Run(tt.name, func(t *testing.T) {
			var obs []observation
			for i, v := range tt.pos {
				obs = append(obs, observation{v, true, "s", fmt.Sprint("p", i)})
			}
			for i, v := range tt.neg {
				obs = append(obs, observation{v, false, "s", fmt.Sprint("n", i)})
			}
			e := separation(rand.New(rand.NewPCG(1, 1)), obs)
			if e.Value != tt.want && !(math.IsNaN(e.Value) && math.IsNaN(tt.want)) {
				t.Errorf("got %v, want %v", e.Value, tt.want)
			}
			if defined(e.Value) && !(e.Low <= e.Value && e.Value <= e.High) {
				t.Errorf("%v lies outside %v to %v", e.Value, e.Low, e.High)
			}
		})
	}
}

// The sorted sum is the same as counting all pairs.
func TestSeparationAgainstPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	var obs []observation
	for i := range 200 {
		obs = append(obs, observation{float64(rng.IntN(30)), rng.IntN(3) == 0, fmt.Sprint(i % 9), fmt.Sprint(i)})
	}
	want := auc(sides(obs))
	if got := separation(rng, obs).Value; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Clips of one source that are all alike say no more than one clip: drawn by
// source the interval is wider than by clip.
func TestSourcesAreDrawnWhole(t *testing.T) {
	var bySource, byClip []observation
	for s := range 6 {
		for i := range 20 {
			v := float64((s*5 + 2) % 6)
			o := observation{v, i%2 == 0, fmt.Sprint(s), fmt.Sprint(s, i)}
			if o.positive {
				o.value += 1.5
			}
			bySource = append(bySource, o)
			o.source = "all"
			byClip = append(byClip, o)
		}
	}
	wide, narrow := separation(rand.New(rand.NewPCG(3, 3)), bySource), separation(rand.New(rand.NewPCG(3, 3)), byClip)
	if wide.How != bySources || narrow.How != byClips {
		t.Fatalf("drawn as %q and %q", wide.How, narrow.How)
	}
	if wide.Value != narrow.Value || wide.High-wide.Low <= narrow.High-narrow.Low {
		t.Errorf("by source %+v, by clip %+v: want the same value and a wider interval", wide, narrow)
	}
}

func TestMeanPrecision(t *testing.T) {
	truths := []stretch{{10, 35}, {}, {50, 75}}
	obs := []observation{{source: "a", file: "0"}, {source: "a", file: "1"}, {source: "b", file: "2"}}
	at := func(clip, first int, confidence float64) proposal {
		return proposal{clip: clip, first: first, end: first + 25, confidence: confidence}
	}
	for _, tt := range []struct {
		name      string
		proposals []proposal
		overlap   float64
		want      float64
	}{
		{"both found", []proposal{at(0, 10, 2), at(2, 50, 1)}, .75, 1},
		{"none proposed", nil, .5, 0},
		{"one found", []proposal{at(0, 10, 2)}, .5, .5},
		{"a false one above", []proposal{at(1, 0, 3), at(0, 10, 2), at(2, 50, 1)}, .5, 2. / 3},
		{"a false one below", []proposal{at(0, 10, 3), at(2, 50, 2), at(1, 0, 1)}, .5, 1},
		{"found twice is false once", []proposal{at(0, 10, 3), at(0, 12, 2), at(2, 50, 1)}, .5, .5 + .5*2/3},
		{"8 frames off is overlap .515", []proposal{at(0, 18, 3), at(2, 50, 1)}, .5, 1},
		{"8 frames off is too little for .75", []proposal{at(0, 18, 3), at(2, 50, 1)}, .75, .25},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := meanPrecision(rand.New(rand.NewPCG(1, 1)), tt.proposals, truths, obs, tt.overlap)
			if math.Abs(e.Value-tt.want) > 1e-12 {
				t.Errorf("got %v, want %v", e.Value, tt.want)
			}
		})
	}
}
