package train

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/network"
)

const (
	overlapBatch  = 24
	overlapFrames = network.Chunk
	overlapRate   = 2e-3
	overlapShare  = 0.5 // share of windows with a second voice
	// partialShare is the share of these in which the second voice starts or ends within the
	// window.
	partialShare = 0.3
	// maxOverlapNepers is how far the power of the second voice is below that of the first at
	// most, in nepers: 13 dB; a weaker voice masks nothing.
	maxOverlapNepers = 3

	turnShare = 0.4 // share of windows with a turn of another speaker
	minTurn   = 5   // minimum length of a turn, frames

	pauseDepth = 20 // level of a pause, dB below the speech

	// inaudible is a normalised log-mel that adds nothing to another one.
	inaudible = -20
)

// trainOverlap trains the overlapped-speech detector from scratch on the voices of the clips for
// the towers: one voice alone, several in turn, and two at once (as Bullock et al. 2020,
// Overlap-aware diarization). The picture is not used, so dubbed and generated clips serve as
// well. With fewer than two sources the detector is muted.
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
			return fmt.Errorf("training the overlapped-speech detector: %w", err)
		}
		log.add(step, l)
	}
	return nil
}

// falseOverlapShare is the share of the frames with speech of genuine clips that may be
// classified as overlapped speech. In exchange, a speaker is not accused because somebody else
// speaks at the same time.
const falseOverlapShare = 0.05

// fitOverlap returns the overlap score, see [embed.Voice.OverlapAt], that falseOverlapShare of
// the frames with speech exceed, in original and degraded clips; 0, which disables the detector,
// if the detector is muted.
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

// speakingClips returns the clips for the towers with enough speech.
func (c *corpus) speakingClips() []*example {
	return withSpeech(c.examplesIn(ForTowers, minFrames, dataset.Real, dataset.Dubbed, dataset.Fake), minFrames/2)
}

// withSpeech returns the clips with at least minSpeech frames of speech.
func withSpeech(clips []*example, minSpeech int) []*example {
	return slices.DeleteFunc(clips, func(e *example) bool { return countTrue(e.Voiced) < minSpeech })
}

// countTrue returns the number of true elements.
func countTrue(x []bool) (n int) {
	for _, v := range x {
		if v {
			n++
		}
	}
	return n
}

// drawOverlap writes a window of the first clip's sound to mel (MelSteps(n), Bands). With
// probability turnShare a second speaker takes a turn, and with probability overlapShare a third
// voice is mixed in. truth (n) is 1 for frames in which two voices speak at once; turns alone do
// not count.
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

// melRange returns the range of the log-mel (MelSteps(n), Bands) of n frames that belongs to
// frames [begin, end). The context before the first and after the last frame belongs to these
// frames.
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

// drawSound writes n frames of a clip's sound, original or degraded, to mel (MelSteps(n), Bands).
// It returns for each frame (n) whether speech is audible in it: pauses between words, which
// voice activity detection bridges, do not count.
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
