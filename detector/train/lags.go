package train

import (
	"context"

	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
)

// surelyFound is the confidence from which a found lag is believed.
const minLagConfidence = 0.2

// measureLags finds, by towers that are trained for the most part, by how many
// frames the sound of genuine clips is late as published, by the hash of the
// file: what is trained on after that is in step, and the ear gets sharper. A
// clip whose lag is not surely found is left out.
func measureLags(ctx context.Context, r *network.Runner, clips []*example) (map[string]int, error) {
	lags := map[string]int{}
	for _, e := range clips {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m, err := embedMouths(r, e, noImageChange(), nil)
		if err != nil {
			return nil, err
		}
		sounds, present, err := embedSounds(r, e.Mel, e.Frames, avsync.Search)
		if err != nil {
			return nil, err
		}
		lag := avsync.Estimate(avsync.Profile(m.mouths, sounds, network.Embed, avsync.Search, m.weight, present))
		if lag.Confidence >= minLagConfidence && lag.Within(evaluate.PublishedLag) {
			lags[e.Hash] = lag.Whole
		}
	}
	return lags, nil
}

// setLags tells the examples their lags, those before unknown being 0.
func (c *corpus) setLags(lags map[string]int) {
	for _, e := range c.examples {
		e.lag = lags[e.Hash]
	}
}
