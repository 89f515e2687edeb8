package embed

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
)

func TestVoiceIsSilentBesideTheFile(t *testing.T) {
	r := randomRunner(t)
	const n, row = 10, audio.StepsPerFrame * audio.Bands
	level, voiced := make([]float32, n), make([]bool, n)
	for i := range voiced {
		level[i], voiced[i] = -20, true
	}
	v, err := EmbedMel(r, make([]float32, n*row), level, voiced)
	if err != nil {
		t.Fatal(err)
	}
	for _, first := range []int{-200, -5, 0, 5, 300} {
		_, sound, speech := v.Cut(first, 8)
		for i := range sound {
			if want := first+i >= 0 && first+i < n; sound[i] != want || speech[i] != want {
				t.Errorf("frame %d: sound %v, speech %v, want %v", first+i, sound[i], speech[i], want)
			}
		}
	}
}

// A sound has the same embeddings whether it is normalised at once or a chunk at a time.
func TestEmbedSoundEqualsEmbedMel(t *testing.T) {
	r := randomRunner(t)
	for _, n := range []int{1, network.Chunk, 3*network.Chunk + 7} {
		rng := rand.New(rand.NewPCG(6, uint64(n)))
		s := &audio.Sound{Frames: n, Steps: n * audio.StepsPerFrame, Level: make([]float32, n), Voiced: make([]bool, n)}
		for range s.Steps * audio.Bands {
			s.Mel = append(s.Mel, audio.LogPower(20000+2000*rng.NormFloat64()))
		}
		for f := range s.Voiced {
			s.Level[f], s.Voiced[f] = -20, f%7 != 0
			if f%40 > 35 {
				s.Level[f] = audio.MinLevel
			}
		}
		want, err := EmbedMel(r, audio.Normalised(s), s.Level, s.Voiced)
		if err != nil {
			t.Fatal(err)
		}
		got, err := EmbedSound(r, s)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d frames: the voices differ", n)
		}
	}
}
