package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// drawWearing draws one. The bounds are those of what messengers and video sites make
// of a clip, and somewhat beyond.
func drawDegradation(rng *rand.Rand) dataset.Degradation {
	w := dataset.Degradation{Degradation: video.Degradation{CRF: 24 + rng.IntN(19), SoundBitRate: 16000 + 1000*rng.IntN(33)}}
	if rng.IntN(4) > 0 {
		w.Height = 80 + 2*rng.IntN(81)
	}
	if rng.IntN(6) == 0 {
		w.FrameRate = []float64{12.5, 15, 20}[rng.IntN(3)]
	}
	if rng.IntN(3) == 0 {
		w.Noise = 5 + 20*rng.Float64()
	}
	return w
}

// under returns the clip with a part of another's voice behind it, below nepers of power
// down. Where that is louder than the clip's own sound, in a pause, its speech counts as
// speech, as in a scan.
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

// One in so many clips of a large source is worn, which are one person's or alike, and
// of the generated ones.
const (
	degradedLarge     = 3
	degradedGenerated = 2
)

// wear gives the clips that are trained on what they look and sound like after they
// were passed on. Which clips, and how, follows from the seed, the clip and whether its source is large.
func (c *corpus) degrade(ctx context.Context, o *Options) error {
	_, many := c.splitBySize(c.examples)
	large := map[*example]bool{}
	for _, e := range many {
		large[e] = true
	}
	var chosen []*example
	var clips []dataset.Clip
	var ways []dataset.Degradation
	for _, e := range c.examples {
		bits, err := strconv.ParseUint(e.Hash[:16], 16, 64)
		if err != nil {
			return fmt.Errorf("reading the hash of %q: %w", e.Path, err)
		}
		rng := rand.New(rand.NewPCG(o.Seed, bits))
		one := 1
		switch {
		case large[e]:
			one = degradedLarge
		case e.Label == dataset.Fake:
			one = degradedGenerated
		}
		if c.split[e.Source] == HeldOut || e.Label == dataset.Dubbed || rng.IntN(one) > 0 {
			continue
		}
		chosen, clips, ways = append(chosen, e), append(clips, e.Clip), append(ways, drawDegradation(rng))
	}
	o.Log("%d clips also as they are after being passed on", len(chosen))
	cache := filepath.Join(o.Work, "clips")
	samples, err := dataset.LoadAll(ctx, clips, dataset.LoadOptions{Jobs: o.Jobs, Finder: o.OpenFinder, Progress: o.Progress,
		Failed: func(_ dataset.Clip, err error) { o.Log("not degraded: %v", err) },
		Read: func(ctx context.Context, i int, f func() (video.Finder, error)) (*dataset.Sample, error) {
			e := chosen[i]
			return dataset.LoadDegraded(ctx, cache, fmt.Sprintf("-worn%d", o.Seed), e.Path, e.Sample, ways[i], f)
		}})
	if err != nil {
		return err
	}
	for i, s := range samples {
		if s != nil {
			chosen[i].degraded = s.Fitted(chosen[i].Frames)
		}
	}
	return nil
}
