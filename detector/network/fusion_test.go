package network

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Every fusion learns and depends on exactly its own modalities: PictureOnly does not depend
// on the sound, SoundOnly does not depend on the mouths.
func TestFusions(t *testing.T) {
	for _, tt := range []struct {
		fusion        FusionKind
		mouths, sound bool // whether logits depend on them
	}{
		{PictureOnly, true, false},
		{SoundOnly, false, true},
		{Early, true, true},
		{Intermediate, true, true},
		{Gated, true, true},
	} {
		t.Run(string(tt.fusion), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 1))
			j, err := NewHeadTrainer(tt.fusion, NewFusionParams(tt.fusion, 1), NewAdam(0), 2, 10)
			if err != nil {
				t.Fatal(err)
			}
			fillHead(rng, j)
			var losses []float64
			for range 30 {
				loss, err := j.Step(1e-2)
				if err != nil {
					t.Fatal(err)
				}
				losses = append(losses, loss)
			}
			if losses[29] > losses[0]/2 {
				t.Errorf("the loss goes from %.3f to %.3f in 30 steps, want half", losses[0], losses[29])
			}
			logits := func() []float32 {
				x, err := j.Logits()
				if err != nil {
					t.Fatal(err)
				}
				return slices.Clone(x)
			}
			before := logits()
			if !slices.Equal(before, logits()) {
				t.Error("Logits changes the parameters")
			}
			fillNoise(rng, j.Mouths)
			after := logits()
			if got := !slices.Equal(before, after); got != tt.mouths {
				t.Errorf("logits depend on the mouths: %v, want %v", got, tt.mouths)
			}
			fillNoise(rng, j.Sounds)
			if got := !slices.Equal(after, logits()); got != tt.sound {
				t.Errorf("logits depend on the sound: %v, want %v", got, tt.sound)
			}
			if j.Count() < 50_000 || j.Count() > 300_000 {
				t.Errorf("%d parameters, want 50 000 to 300 000 in every fusion", j.Count())
			}
		})
	}
	if _, err := NewHeadTrainer("nonsense", NewParams(1), NewAdam(0), 1, 10); err == nil {
		t.Error("no error for an unknown fusion")
	}
}

// Each mouth is aligned with the sound of its own frame.
func TestAlign(t *testing.T) {
	j := &HeadTrainer{Batch: 2, Frames: 3, aligned: make([]float32, 2*3*Embed), Sounds: make([]float32, 2*(3+2*Reach)*Embed)}
	for i := range j.Sounds {
		j.Sounds[i] = float32(i / Embed)
	}
	j.align()
	for i, want := range []float32{Reach, Reach + 1, Reach + 2, 3*Reach + 3, 3*Reach + 4, 3*Reach + 5} {
		if got := j.aligned[i*Embed]; got != want {
			t.Errorf("place %d holds frame %g, want %g", i, got, want)
		}
	}
}
