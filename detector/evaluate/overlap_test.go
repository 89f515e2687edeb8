package evaluate

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
)

// The added voice has the requested level, and is audible in the pauses of the other.
func TestWithVoiceBelow(t *testing.T) {
	sound := func(loud ...float64) *audio.Sound {
		s := &audio.Sound{Frames: len(loud), Steps: audio.StepsPerFrame * len(loud)}
		for _, l := range loud {
			s.Level, s.Voiced = append(s.Level, float32(l)), append(s.Voiced, l > -50)
			for range audio.StepsPerFrame * audio.Bands {
				var none audio.LogPower // the floor
				s.Mel = append(s.Mel, none.Plus(none, math.Pow(10, (l+100)/10)))
			}
		}
		return s
	}
	own, other := sound(-20, -90, -20, -20), sound(-40, -40, -90)
	got := withVoiceBelow(own, other, 6)
	decibels := func(f int) float64 {
		return 10*math.Log10(math.Exp(got.Mel[f*audio.StepsPerFrame*audio.Bands].Nepers())) - 100
	}
	for f, want := range []float64{10 * math.Log10(math.Pow(10, -2)+math.Pow(10, -2.6)), -26, -20, -20} {
		if math.Abs(decibels(f)-want) > .05 {
			t.Errorf("frame %d: %.2f dB, want %.2f", f, decibels(f), want)
		}
	}
	if own.Mel[0] == got.Mel[0] {
		t.Error("the sounds are equal")
	}
	if x := sound(-20); own.Mel[0] != x.Mel[0] {
		t.Error("the clip itself has changed")
	}
}
