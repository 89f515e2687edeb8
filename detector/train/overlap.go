package train

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/statistic"
)

const (
	overlapBatch     = 24
	overlapFrames    = network.Chunk
	overlapRate      = 2e-3
	overlapShare     = 0.5 // of the stretches have a second voice
	partialShare     = 0.3 // how often that begins or ends within the stretch
	maxOverlapNepers = 3   // nepers of power that it is below the first at most: 13 dB. What is farther below hides nothing

	turnShare = 0.4 // of the stretches hold a turn of another voice
	minTurn   = 5   // frames that it takes

	pauseDepth = 20 // dB below its speech at which a voice pauses

	// inaudible is a normalised log-mel that adds nothing to another.
	inaudible = -20
)

// trainOverlap trains the judge of overlapped speech, whole, on the voices of the clips from which the towers
// learn: one alone, several in turn, and one laid over another (as Bullock et al. 2020, Overlap-aware
// diarization, train theirs). Whose face is seen with it is no question here, so that dubbed and generated
// clips serve as well.
func trainOverlap(ctx context.Context, o *Options, c *corpus, s *state) error {
	voices := poolBySource(c.speakingClips())
	if len(voices.groups) < 2 {
		s.params.Mute("overlap.7")
		return nil
	}
	j, err := network.NewOverlapTrainer(s.params, network.NewAdam(decay), overlapBatch, overlapFrames)
	if err != nil {
		return err
	}
	defer j.Close()
	size := len(j.Mel) / j.Batch
	log := lossLog{what: "overlapped speech", steps: o.Overlap, o: o}
	for step := range o.Overlap {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rng := rand.New(rand.NewPCG(s.Seed^0x6f7665726c6170, uint64(step)))
		batch := voices.draw(rng, 3*j.Batch)
		for i := range j.Batch {
			drawOverlap(j.Mel[i*size:(i+1)*size], j.Truth[i*j.Frames:(i+1)*j.Frames], [3]*example(batch[3*i:]), rng)
		}
		l, err := j.Step(learningRate(step, o.Overlap, overlapRate))
		if err != nil {
			return fmt.Errorf("learning overlapped speech: %w", err)
		}
		log.add(step, l)
	}
	return nil
}

// mistakenShare is the share of the frames with speech of genuine clips that may be taken for two voices
// at once: in exchange for it nobody is accused because another speaks, too.
const falseOverlapShare = 0.05

// fitOverlap returns how surely two people must speak at once, see [detector.Voice.Overlap], for so few frames
// of clips as they are and as they were passed on to seem so; 0, never, where nothing was learnt.
func fitOverlap(ctx context.Context, r *network.Runner, clips []*example) (float64, error) {
	var all []float64
	err := eachVersion(ctx, clips, func(_ *example, s *dataset.Sample) error {
		v, err := embed.EmbedMel(r, s.Mel, s.Level, s.Voiced)
		if err != nil {
			return err
		}
		for t, voiced := range s.Voiced {
			if voiced {
				all = append(all, float64(v.OverlapAt(t)))
			}
		}
		return nil
	})
	if err != nil || len(all) == 0 || slices.Min(all) == slices.Max(all) {
		return 0, err
	}
	return statistic.Quantile(all, 1-falseOverlapShare), nil
}

// voices are the clips from which the towers learn in which enough is spoken.
func (c *corpus) speakingClips() []*example {
	return withSpeech(c.examplesIn(ForTowers, minFrames, dataset.Real, dataset.Dubbed, dataset.Fake), minFrames/2)
}

// withSpeech returns the clips in so many frames of which or more somebody speaks.
func withSpeech(clips []*example, least int) []*example {
	return slices.DeleteFunc(clips, func(e *example) bool { return countTrue(e.Voiced) < least })
}

// count returns how many are true.
func countTrue(x []bool) (n int) {
	for _, v := range x {
		if v {
			n++
		}
	}
	return n
}

// drawVoices writes a stretch of a clip's sound to mel (MelSteps(n), Bands), in which now and then another
// takes over for a while, now and then with a third's voice over it, and where two speak at once to
// truth (n): those who only take turns do not.
func drawOverlap(mel, truth []float32, voices [3]*example, rng *rand.Rand) {
	n := len(truth)
	one, other := drawSound(mel, voices[0], n, rng), make([]float32, len(mel))
	if rng.Float64() < turnShare {
		begin := rng.IntN(n)
		end := min(n, begin+minTurn+rng.IntN(n))
		turn := drawSound(other, voices[1], n, rng)
		from, to := melRange(begin, end, n)
		copy(mel[from:to], other[from:to])
		copy(one[begin:end], turn[begin:end])
	}
	clear(truth)
	if rng.Float64() < overlapShare {
		begin, end := 0, n
		if rng.Float64() < partialShare {
			if cut := rng.IntN(n); rng.IntN(2) == 0 {
				begin = cut
			} else {
				end = cut
			}
		}
		over := drawSound(other, voices[2], n, rng)
		from, to := melRange(begin, end, n)
		for i := range other {
			if i < from || i >= to {
				other[i] = inaudible
			}
		}
		overlay(mel, other, maxOverlapNepers*rng.Float64())
		for i := begin; i < end; i++ {
			if one[i] && over[i] {
				truth[i] = 1
			}
		}
	}
	drawSoundChange(rng).apply(mel, rng)
}

// melOf returns from where to where in the log-mel (MelSteps(n), Bands) of n frames those from begin up to
// but without end are heard; what lies before and behind all frames belongs to the first and the last.
func melRange(begin, end, n int) (from, to int) {
	to = network.MelSteps(n) * network.Bands
	if begin > 0 {
		from = (audio.StepsPerFrame*begin - network.MelStart(0)) * network.Bands
	}
	if end < n {
		to = (audio.StepsPerFrame*end - network.MelStart(0)) * network.Bands
	}
	return from, to
}

// drawStretchOfSound writes n frames of a clip's sound, as it is or as it was passed on, to mel
// (MelSteps(n), Bands), and returns in which of them somebody is heard to speak, (n): pauses between
// words, which voice activity bridges, hide nothing.
func drawSound(mel []float32, e *example, n int, rng *rand.Rand) []bool {
	s := e.drawVersion(rng)
	first := rng.IntN(max(1, s.Frames-n+1))
	network.FillMel(mel, s.Mel, network.MelStart(first), audio.SilentValue)
	loud := dataset.SpeechLevel(s.Level, s.Voiced) - pauseDepth
	speaks := make([]bool, n)
	for i := range min(n, len(s.Voiced)-first) {
		speaks[i] = s.Voiced[first+i] && float64(s.Level[first+i]) >= loud
	}
	return speaks
}
