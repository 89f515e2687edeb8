package train

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/statistic"
)

const (
	overlapBatch  = 24
	overlapFrames = network.Chunk
	overlapRate   = 2e-3
	overlapShare  = 0.5 // of the stretches have a second voice
	overlapPart   = 0.3 // how often that begins or ends within the stretch
	overlapDepth  = 3   // nepers of power that it is below the first at most: 13 dB. What is farther below hides nothing

	pauseDepth = 20 // dB below its speech at which a voice pauses

	// inaudible is a normalised log-mel that adds nothing to another.
	inaudible = -20
)

// trainOverlap trains the judge of overlapped speech, whole, on pairs of voices of the clips from which
// the towers learn: each alone, and one laid over the other (as Bullock et al. 2020, Overlap-aware
// diarization, train theirs). Whose face is seen with it is no question here, so that dubbed and generated
// clips serve as well.
func trainOverlap(ctx context.Context, o *Options, c *corpus, s *state) error {
	voices := poolBySource(c.voices())
	if len(voices.groups) < 2 {
		s.params.Mute("overlap.7")
		return nil
	}
	j, err := network.NewOverlapJudge(s.params, network.NewAdam(decay), overlapBatch, overlapFrames)
	if err != nil {
		return err
	}
	defer j.Close()
	size := len(j.Mel) / j.Batch
	var loss float64
	for step := range o.Overlap {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rng := rand.New(rand.NewPCG(s.Seed^0x6f7665726c6170, uint64(step)))
		batch := voices.draw(rng, 2*j.Batch)
		for i := range j.Batch {
			drawVoices(j.Mel[i*size:(i+1)*size], j.Truth[i*j.Frames:(i+1)*j.Frames], batch[2*i], batch[2*i+1], rng)
		}
		l, err := j.Step(rate(step, o.Overlap, overlapRate))
		if err != nil {
			return fmt.Errorf("learning overlapped speech: %w", err)
		}
		const memory = 0.98
		if loss = memory*loss + (1-memory)*l; step == 0 {
			loss = l
		}
		if step%500 == 499 || step == o.Overlap-1 {
			o.Log("overlapped speech: step %d, loss %.3f", step+1, loss)
		}
	}
	return nil
}

// mistakenShare is the share of the frames with speech of genuine clips that may be taken for two voices
// at once: in exchange for it nobody is accused because another speaks, too.
const mistakenShare = 0.05

// fitOverlap returns how surely two people must speak at once, see [detector.Voice.Overlap], for so few frames
// of clips as they are and as they were passed on to seem so; 0, never, where nothing was learnt.
func fitOverlap(ctx context.Context, r *network.Runner, clips []*example) (float64, error) {
	var all []float64
	for _, e := range clips {
		for _, s := range []*dataset.Sample{e.Sample, e.worn} {
			if ctx.Err() != nil {
				return 0, ctx.Err()
			}
			if s == nil {
				continue
			}
			v, err := detector.Hear(r, s.Mel, s.Level, s.Voiced)
			if err != nil {
				return 0, err
			}
			for t, voiced := range s.Voiced {
				if voiced {
					all = append(all, float64(v.Overlap(t)))
				}
			}
		}
	}
	if len(all) == 0 || slices.Min(all) == slices.Max(all) {
		return 0, nil
	}
	return statistic.Quantile(all, 1-mistakenShare), nil
}

// voices are the clips from which the towers learn in which enough is spoken.
func (c *corpus) voices() []*example {
	return slices.DeleteFunc(c.of(ForTowers, minFrames, dataset.Real, dataset.Dubbed, dataset.Fake), func(e *example) bool {
		return voiced(e.Sample) < minFrames/2
	})
}

// voiced counts the frames with speech.
func voiced(s *dataset.Sample) (n int) {
	for _, v := range s.Voiced {
		if v {
			n++
		}
	}
	return n
}

// drawVoices writes a stretch of a clip's sound to mel (MelSteps(n), Bands), now and then with
// another's voice over it, and where both speak to truth (n).
func drawVoices(mel, truth []float32, e, other *example, rng *rand.Rand) {
	s, first := stretchOf(mel, e, len(truth), rng)
	clear(truth)
	if rng.Float64() < overlapShare {
		over := make([]float32, len(mel))
		t, from := stretchOf(over, other, len(truth), rng)
		begin, end := 0, len(truth)
		if rng.Float64() < overlapPart {
			if cut := rng.IntN(len(truth)); rng.IntN(2) == 0 {
				begin = cut
			} else {
				end = cut
			}
		}
		start := network.MelStart(0)
		for i := range len(over) / network.Bands {
			if frame := float64(start+i) / audio.StepsPerFrame; frame < float64(begin) || frame >= float64(end) {
				for b := range network.Bands {
					over[i*network.Bands+b] = inaudible
				}
			}
		}
		overlay(mel, over, overlapDepth*rng.Float64())
		one, two := speaks(s), speaks(t)
		for i := begin; i < min(end, len(one)-first, len(two)-from); i++ {
			if one[first+i] && two[from+i] {
				truth[i] = 1
			}
		}
	}
	drawTone(rng).apply(mel, rng)
}

// stretchOf writes n frames of a clip's sound, as it is or as it was passed on, to mel
// (MelSteps(n), Bands), and returns of what, and from which frame on.
func stretchOf(mel []float32, e *example, n int, rng *rand.Rand) (s *dataset.Sample, first int) {
	s = e.drawn(rng)
	first = rng.IntN(max(1, s.Frames-n+1))
	network.FillMel(mel, s.Mel, network.MelStart(first), audio.SilentValue)
	return s, first
}

// speaks tells of every frame of a clip whether somebody is heard to speak: pauses between words, which
// voice activity bridges, hide nothing.
func speaks(s *dataset.Sample) []bool {
	loud := dataset.SpeechLevel(s.Level, s.Voiced) - pauseDepth
	out := make([]bool, len(s.Voiced))
	for t, voiced := range s.Voiced {
		out[t] = voiced && float64(s.Level[t]) >= loud
	}
	return out
}
