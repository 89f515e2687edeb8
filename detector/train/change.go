package train

import (
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/video"
)

// changeLeast is how much of a voice is left, in frames, before and behind another
// that speaks for a stretch: 1 s.
const changeLeast = video.FrameRate

// A span is frames [from, to) of a sound.
type span struct {
	sound    *audio.Sound
	from, to int
}

// inTurn returns a sound that is the spans one after the other, as far as package
// audio needs it to tell their timbre.
func inTurn(spans ...span) *audio.Sound {
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

// takenOver returns a sound in which another's speaks from a place about its middle
// on. Both must have longClip frames or more.
func takenOver(rng *rand.Rand, own, other *audio.Sound) *audio.Sound {
	at := 2*own.Frames/5 + rng.IntN(own.Frames/5+1)
	n := min(own.Frames-at, other.Frames)
	return inTurn(span{own, 0, at}, span{other, other.Frames - n, other.Frames})
}

// interrupted returns a sound in which another's speaks for 1, 2 or 3 s, as far as
// there is room. Both must have longClip frames or more.
func interrupted(rng *rand.Rand, own, other *audio.Sound) *audio.Sound {
	n := min((1+rng.IntN(3))*video.FrameRate, own.Frames-2*changeLeast, other.Frames)
	at := changeLeast + rng.IntN(own.Frames-n-2*changeLeast+1)
	from := rng.IntN(other.Frames - n + 1)
	return inTurn(span{own, 0, at}, span{other, from, from + n}, span{own, at + n, own.Frames})
}

// changeScore is the score of a sound, NaN where there is too little speech.
func changeScore(s *audio.Sound) float64 { return detector.ChangeScore(audio.TimbreChange(s)) }

// fitChange fits the likelihood ratio of a voice change to genuine clips of the last
// list, of 3 s or more, as they are, and with a stranger who speaks from the middle
// on in every other one, for a stretch in the rest. Nothing of the measure is
// learnt, so that clips whose source the network has seen count as well.
func fitChange(ctx context.Context, o *Options, c *corpus) (detector.LRScale, error) {
	var clips []*example
	var sounds []*audio.Sound
	few, _ := c.bySize(append(c.of(ForHead, longClip, dataset.Real), c.of(ForTowers, longClip, dataset.Real)...))
	for _, e := range few {
		if c.fixed[e.Source] {
			continue
		}
		s, err := dataset.Hear(ctx, filepath.Join(o.Work, "clips"), e.Hash, e.Path)
		if ctx.Err() != nil {
			return detector.LRScale{}, ctx.Err()
		}
		if err != nil {
			o.Log("left out of the likelihood ratio of a voice change: %v", err)
			continue
		}
		if s.Frames >= longClip && defined(changeScore(s)) {
			clips, sounds = append(clips, e), append(sounds, s)
		}
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x766f6963))
	var changed, own []float64
	for i, s := range sounds {
		own = append(own, changeScore(s))
		var strangers []*audio.Sound
		for j, other := range sounds {
			if clips[j].Source != clips[i].Source {
				strangers = append(strangers, other)
			}
		}
		if len(strangers) == 0 {
			continue
		}
		splice := []func(*rand.Rand, *audio.Sound, *audio.Sound) *audio.Sound{takenOver, interrupted}[i%2]
		if x := changeScore(splice(rng, s, strangers[rng.IntN(len(strangers))])); defined(x) {
			changed = append(changed, x)
		}
	}
	scale := detector.FitLR(changed, own)
	o.Log("likelihood ratio of a voice change, from %d genuine clips and %d with another voice in a part: median %.2f and %.2f, 10^(%.2f·score %+.2f)",
		len(own), len(changed), statistic.Quantile(own, .5), statistic.Quantile(changed, .5), scale.Slope/math.Ln10, scale.Offset/math.Ln10)
	return scale, nil
}
