package train

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/video"
)

// drawDegradation draws a degradation. The ranges are those of messengers and video platforms and
// slightly wider.
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

// One in degradedLarge clips of large sources is degraded, because they are one speaker's or
// alike, and one in degradedGenerated of the generated clips.
const (
	degradedLarge     = 3
	degradedGenerated = 2
)

// degrade sets the degraded sample of clips used for training. Seed, clip hash and size of the
// source determine which clips are degraded, and how.
func (c *corpus) degrade(ctx context.Context, o *Options) error {
	_, largeClips := c.splitBySize(c.examples)
	large := map[*example]bool{}
	for _, e := range largeClips {
		large[e] = true
	}
	var chosen []*example
	var clips []dataset.Clip
	var degradations []dataset.Degradation
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
		chosen, clips, degradations = append(chosen, e), append(clips, e.Clip), append(degradations, drawDegradation(rng))
	}
	o.Log("%d clips are also used in degraded form", len(chosen))
	cache := filepath.Join(o.Work, "clips")
	samples, err := dataset.LoadAll(ctx, clips, dataset.LoadOptions{Jobs: o.Jobs, Finder: o.OpenFinder, Progress: o.Progress,
		Failed: func(_ dataset.Clip, err error) { o.Log("not degraded: %v", err) },
		Read: func(ctx context.Context, i int, f func() (video.Finder, error)) (*dataset.Sample, error) {
			e := chosen[i]
			return dataset.LoadDegraded(ctx, cache, fmt.Sprintf("-degraded%d", o.Seed), e.Path, e.Sample, degradations[i], f)
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
