package evaluate

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// minRemaining is the least length, in frames, of the sound before and after an inserted voice:
// 1 s.
const minRemaining = video.FrameRate

// A span is frames [from, to) of a sound.
type span struct {
	sound    *audio.Sound
	from, to int
}

// concatenateSpans joins spans to one sound. Only the fields that speaker embeddings need are
// set.
func concatenateSpans(spans ...span) *audio.Sound {
	out := new(audio.Sound)
	for _, s := range spans {
		out.Mel = append(out.Mel, s.sound.Mel[s.from*dataset.MelRow:s.to*dataset.MelRow]...)
		out.Level = append(out.Level, s.sound.Level[s.from:s.to]...)
		out.Voiced = append(out.Voiced, s.sound.Voiced[s.from:s.to]...)
		out.Frames += s.to - s.from
	}
	out.Steps = out.Frames * audio.StepsPerFrame
	return out
}

// TakenOver returns own with its end, from a random frame near its middle, replaced by the end
// of other. Both must have LongClip frames or more.
func TakenOver(rng *rand.Rand, own, other *audio.Sound) *audio.Sound {
	at := 2*own.Frames/5 + rng.IntN(own.Frames/5+1)
	n := min(own.Frames-at, other.Frames)
	return concatenateSpans(span{own, 0, at}, span{other, other.Frames - n, other.Frames})
}

// Interrupted returns own with 1, 2 or 3 s, if there is room, replaced by speech of other. Both
// must have LongClip frames or more.
func Interrupted(rng *rand.Rand, own, other *audio.Sound) *audio.Sound {
	n := min((1+rng.IntN(3))*video.FrameRate, own.Frames-2*minRemaining, other.Frames)
	at := minRemaining + rng.IntN(own.Frames-n-2*minRemaining+1)
	from := rng.IntN(other.Frames - n + 1)
	return concatenateSpans(span{own, 0, at}, span{other, from, from + n}, span{own, at + n, own.Frames})
}

// ChangeScore returns the greatest voice change in a sound, see [verdict.ChangeScore]; NaN if
// there is too little speech.
func ChangeScore(r *network.Runner, s *audio.Sound) (float64, error) {
	voice, err := embed.EmbedSound(r, s)
	if err != nil {
		return math.NaN(), err
	}
	return verdict.ChangeScore(score.VoiceChanges(voice)), nil
}
