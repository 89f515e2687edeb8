package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

func TestBackgroundVoice(t *testing.T) {
	const below = 0.5
	flat := func(frames int, value, level float32, voiced bool) *dataset.Sample {
		return &dataset.Sample{Frames: frames, Mel: slices.Repeat([]float32{value}, frames*dataset.MelRow),
			Level: slices.Repeat([]float32{level}, frames), Voiced: slices.Repeat([]bool{voiced}, frames)}
	}
	own, voice := flat(30, 0, -30, true), flat(20, 0, -12, true)
	pause, silence := 5, 8
	own.Level[pause], own.Voiced[pause] = -60, false
	own.Level[silence], own.Voiced[silence] = audio.MinLevel, false
	for i := range dataset.MelRow {
		own.Mel[silence*dataset.MelRow+i] = audio.SilentValue
	}
	got := withBackgroundVoice(own, voice, below, rand.New(rand.NewPCG(1, 1)))

	decibels := -10 * math.Log10(math.Exp(below)) // level of the voice relative to the clip
	for _, test := range []struct {
		what   string
		frame  int
		level  float64
		voiced bool
	}{
		{"both voices", 0, -30 + 10*math.Log10(1+math.Pow(10, decibels/10)), true},
		{"voice in a pause of the clip", pause, -30 + decibels, true},
		{"gap in the clip", silence, audio.MinLevel, false},
		{"after the end of the voice", 25, -30, true},
	} {
		if d := math.Abs(float64(got.Level[test.frame]) - test.level); d > .1 || got.Voiced[test.frame] != test.voiced {
			t.Errorf("%s: level %.2f, speech %v, want %.2f, %v", test.what, got.Level[test.frame], got.Voiced[test.frame], test.level, test.voiced)
		}
	}
	if own.Voiced[pause] || own.Level[pause] != -60 || own.Mel[0] != 0 {
		t.Error("the original sample has changed")
	}
	sum := 0.0
	for i, v := range got.Mel {
		switch silent := i/dataset.MelRow == silence; {
		case silent && v != audio.SilentValue:
			t.Fatalf("step %d of the gap is %v", i, v)
		case !silent && i%network.Bands == 0:
			sum += float64(v)
		}
	}
	if math.Abs(sum/30) > 1e-4 {
		t.Errorf("the mean of a band changed from 0 to %v", sum/30)
	}
	if inside, outside := got.Mel[0], got.Mel[25*dataset.MelRow]; inside <= outside {
		t.Errorf("step %v with the voice, %v without", inside, outside)
	}
}
