package score

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A constant shift changes the lag and nothing else.
func TestConstantShiftChangesOnlyTheLag(t *testing.T) {
	r := untrainedRunner(t)
	const n, row = 300, audio.StepsPerFrame * audio.Bands
	rng := rand.New(rand.NewPCG(5, 5))
	mel, level, voiced := make([]float32, n*row), make([]float32, n), make([]bool, n)
	for i := range mel {
		mel[i] = float32(rng.NormFloat64())
	}
	for f := range voiced {
		level[f], voiced[f] = -20, f%11 != 0
	}
	voice, err := embed.EmbedMel(r, mel, level, voiced)
	if err != nil {
		t.Fatal(err)
	}
	// A random network finds random lags, so the mouths get the embeddings of their sound.
	mouths := &embed.Mouths{First: 100, Seen: slices.Repeat([]bool{true}, 100),
		Embeddings: embed.Float32(voice.Embeddings[(100+embed.Padding)*network.Embed : (200+embed.Padding)*network.Embed])}
	want, err := Compare(r, mouths, voice)
	if err != nil {
		t.Fatal(err)
	}
	if want.Lag.Whole != 0 {
		t.Fatalf("planted lag 0, found %d", want.Lag.Whole)
	}
	for shift := -15; shift <= 15; shift++ {
		mouths.First = 100 - shift // the sound is late by shift
		got, err := Compare(r, mouths, voice)
		if err != nil {
			t.Fatal(err)
		}
		if got.Lag.Whole != shift {
			t.Errorf("shift %d: lag %d", shift, got.Lag.Whole)
		}
		for i := range want.Logits {
			if math.Abs(float64(got.Logits[i]-want.Logits[i])) > 1e-5 || got.SeenAndVoiced[i] != want.SeenAndVoiced[i] {
				t.Fatalf("shift %d, frame %d: logit %.6f, want %.6f", shift, i, got.Logits[i], want.Logits[i])
			}
		}
	}
}

// Idle lips are not judged, even if somebody speaks.
func TestIdleLipsAreNotJudged(t *testing.T) {
	c := &Comparison{Logits: []float32{5, 5, 5, 5}, Likeness: []float32{0, 0, 0, 0},
		SeenAndVoiced: []bool{true, true, false, true}, Overlap: make([]float32, 4), speakerAt: func(int) []float32 { return nil }, Voiced: []bool{true, true, false, true}, Activity: []float32{.2, .4, .2, float32(math.NaN())}}
	scores := slices.Repeat([]verdict.Score{{Mouth: true, EyeDist: verdict.MinEyeDist}}, 4)
	c.Score(scores, verdict.Thresholds{IdleActivity: .3})
	for i, want := range []struct{ idle, judged bool }{{true, false}, {false, true}, {false, false}, {false, true}} {
		s := scores[i]
		if s.Idle != want.idle || s.Judged != want.judged {
			t.Errorf("frame %d: idle %v, judged %v", i, s.Idle, s.Judged)
		}
	}
	if c.Score(scores, verdict.Thresholds{}); scores[0].Idle || !scores[0].Judged {
		t.Error("idle without a threshold")
	}
}

// untrainedRunner returns a runner of a network with random weights.
func untrainedRunner(t *testing.T) *network.Runner {
	r, err := network.NewRunner(network.NewParams(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}
