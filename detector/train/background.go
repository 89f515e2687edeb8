package train

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

// withBackgroundVoice returns a copy of s with part of the sound of voice mixed in, below nepers
// of power below the speech of s. In frames in which voice is louder than s, as in pauses, speech
// of voice counts as speech, as in a scan.
func withBackgroundVoice(s, voice *dataset.Sample, below float64, rng *rand.Rand) *dataset.Sample {
	out := *s
	out.Mel, out.Level, out.Voiced = slices.Clone(s.Mel), slices.Clone(s.Level), slices.Clone(s.Voiced)
	at := rng.IntN(max(1, voice.Frames-s.Frames))
	babble := make([]float32, len(s.Mel))
	network.FillMel(babble, voice.Mel, at*audio.StepsPerFrame, audio.SilentValue)
	overlay(out.Mel, babble, below)
	gain := dataset.SpeechLevel(s.Level, s.Voiced) - dataset.SpeechLevel(voice.Level, voice.Voiced) - 10*math.Log10(math.Exp(below))
	for t := range min(s.Frames, voice.Frames-at) {
		own, other := float64(s.Level[t]), float64(voice.Level[at+t])+gain
		if own <= audio.SilenceLevel || voice.Level[at+t] <= audio.SilenceLevel {
			continue
		}
		out.Level[t] = float32(10 * math.Log10(math.Pow(10, own/10)+math.Pow(10, other/10)))
		if other > own && voice.Voiced[at+t] {
			out.Voiced[t] = true
		}
	}
	return &out
}
