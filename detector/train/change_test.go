package train

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/dataset"
)

// voiceMade is a sound of n frames whose log-mel is noise about a shape of its own.
func voiceMade(seed uint64, shape float64, n int) *audio.Sound {
	rng := rand.New(rand.NewPCG(seed, 7))
	s := &audio.Sound{Mel: make([]audio.LogPower, n*dataset.MelRow), Level: make([]float32, n), Voiced: make([]bool, n), Frames: n, Steps: n * audio.StepsPerFrame}
	for i := range s.Mel {
		band := float64(i % audio.Bands)
		s.Mel[i] = audio.LogPower(2048 * (16 + shape*math.Cos(band/4) + rng.NormFloat64()))
	}
	for t := range s.Voiced {
		s.Voiced[t] = true
	}
	return s
}

// Whoever takes over or interrupts leaves the rest of a sound as it was.
func TestSplicedVoices(t *testing.T) {
	own, other := voiceMade(1, 0, 150), voiceMade(2, 9, 80)
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		for name, s := range map[string]*audio.Sound{"taken over": takenOver(rng, own, other), "interrupted": interrupted(rng, own, other)} {
			if s.Frames != len(s.Voiced) || s.Frames != len(s.Level) || len(s.Mel) != s.Frames*dataset.MelRow || s.Steps != 4*s.Frames {
				t.Fatalf("%s: %d frames, %d voiced, %d levels, %d mel", name, s.Frames, len(s.Voiced), len(s.Level), len(s.Mel))
			}
			theirs := 0
			for f := range s.Frames {
				if s.Mel[f*dataset.MelRow] != own.Mel[f*dataset.MelRow] {
					theirs++
				}
			}
			if theirs < 25 || theirs > 90 || s.Frames < 125 || name == "interrupted" && (s.Frames != 150 || theirs > 75) {
				t.Errorf("%s: %d of %d frames are another's", name, theirs, s.Frames)
			}
			if changeScore(s) < 1.5*changeScore(own) {
				t.Errorf("%s: score %.2f, %.2f before", name, changeScore(s), changeScore(own))
			}
		}
	}
}

// The scale is fitted to clips of several sources, the same twice, and says nothing
// where there is one.
func TestFitChange(t *testing.T) {
	o := &Options{Work: t.TempDir(), Seed: 1, Log: t.Logf}
	c := &corpus{split: Split{"a": ForHead, "b": ForTowers, "c": ForTowers, "held": HeldOut}, fixed: map[string]bool{"c": true}}
	for i := range 16 {
		source := []string{"a", "b", "c", "held"}[i%4]
		e := &example{Clip: dataset.Clip{File: source, Label: dataset.Real, Source: source}, Sample: &dataset.Sample{Hash: string(rune('a' + i)), Frames: 100}}
		c.examples = append(c.examples, e)
		if err := dataset.KeepSound(filepath.Join(o.Work, "clips"), e.Hash, voiceMade(uint64(i), float64(i%4), 100)); err != nil {
			t.Fatal(err)
		}
	}
	scale, err := fitChange(t.Context(), o, c)
	if err != nil {
		t.Fatal(err)
	}
	if scale.Slope <= 0 || math.Abs(scale.Most-math.Log10(8)) > 1e-9 {
		t.Errorf("%+v, want a rise, bounded by the 8 clips of sources a and b", scale)
	}
	if again, err := fitChange(t.Context(), o, c); err != nil || again != scale {
		t.Errorf("again: %+v, %v", again, err)
	}
	c.fixed["b"] = true
	if scale, err := fitChange(t.Context(), o, c); err != nil || scale != (detector.LRScale{}) {
		t.Errorf("of one source: %+v, %v", scale, err)
	}
}
