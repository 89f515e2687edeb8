package train

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

const (
	speakerPairs     = 32
	speakerFrames    = 32
	speakerRate      = 2e-3
	minSpeakerSpeech = 12 // frames with speech in each of the two intervals
	minPairGap       = 5  // frames between the two intervals of a pair
)

// trainSpeaker trains the speaker embeddings from scratch on the voices of the clips for the
// towers. The positive pair is one second and another interval of the same clip; other clips are
// negatives (as Huh et al. 2020, Augmentation adversarial training for self-supervised speaker
// recognition). Both intervals get the same random sound change, including the length of the
// vocal tract, so that there are more voices than speakers; the embedding therefore also learns
// other properties of a recording. With fewer than speakerPairs clips the embeddings are muted.
func trainSpeaker(ctx context.Context, o *Options, c *corpus, s *state) error {
	clips := slices.DeleteFunc(withSpeech(c.speakingClips(), 3*minSpeakerSpeech), func(e *example) bool {
		return e.Frames < video.FrameRate+minPairGap+minSpeakerSpeech
	})
	if len(clips) < speakerPairs {
		s.params.Mute("speaker.7")
		return nil
	}
	voices := poolBySource(clips)
	t, err := network.NewSpeakerTrainer(s.params, network.NewAdam(decay), speakerPairs, speakerFrames)
	if err != nil {
		return err
	}
	defer t.Close()
	log := lossLog{what: "speaker embeddings", steps: o.Speaker, o: o}
	for step := range o.Speaker {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rng := rand.New(rand.NewPCG(s.Seed^0x737065616b6572, uint64(step)))
		fillPairs(t, voices, rng)
		loss, err := t.Step(learningRate(step, o.Speaker, speakerRate))
		if err != nil {
			return fmt.Errorf("training the speaker embeddings: %w", err)
		}
		log.add(step, loss)
	}
	return nil
}

// fillPairs fills a batch with two intervals of each drawn clip, original or degraded.
func fillPairs(t *network.SpeakerTrainer, voices *pool, rng *rand.Rand) {
	size := len(t.Mel) / (2 * t.Pairs)
	for k, e := range voices.draw(rng, t.Pairs) {
		clip, tone := e.drawVersion(rng), drawSoundChange(rng)
		for i, s := range drawPair(clip, t.Frames, rng) {
			mel, weight := t.Mel[(2*k+i)*size:(2*k+i+1)*size], t.Weight[(2*k+i)*t.Frames:(2*k+i+1)*t.Frames]
			network.FillMel(mel, clip.Mel, network.MelStart(s.first), audio.SilentValue)
			tone.apply(mel, rng)
			clear(weight)
			for j, speaks := range s.within(clip.Voiced) {
				if speaks {
					weight[j] = 1
				}
			}
		}
	}
}

// An interval is the frames [first, first+n).
type interval struct{ first, n int }

// within returns the elements of voiced (frames) inside the interval.
func (s interval) within(voiced []bool) []bool {
	end := min(s.first+s.n, len(voiced))
	return voiced[min(s.first, end):end]
}

// drawPair draws one second of a clip and another interval of up to longest frames before or
// after it, both with minSpeakerSpeech frames of speech if 20 tries find such a pair.
func drawPair(clip *dataset.Sample, longest int, rng *rand.Rand) (out [2]interval) {
	for range 20 {
		second := interval{rng.IntN(max(1, clip.Frames-video.FrameRate+1)), video.FrameRate}
		before, behind := second.first-minPairGap, clip.Frames-second.first-second.n-minPairGap
		n := max(0, min(longest, max(before, behind)))
		other := interval{clip.Frames - n - rng.IntN(max(0, behind-n)+1), n}
		if before >= n && (behind < n || rng.IntN(2) == 0) {
			other.first = rng.IntN(before - n + 1)
		}
		out = [2]interval{second, other}
		if min(countTrue(second.within(clip.Voiced)), countTrue(other.within(clip.Voiced))) >= minSpeakerSpeech {
			break
		}
	}
	return out
}
