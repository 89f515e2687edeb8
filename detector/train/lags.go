package train

import (
	"context"

	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
)

// minLagConfidence is the confidence from which a measured lag is used.
const minLagConfidence = 0.2

// measureLags measures, with partly trained towers, by how many frames the sound of genuine clips
// is late, by file hash. Later steps compensate these lags, so that the towers train on
// synchronous clips. Clips whose lag is uncertain or above evaluate.PublishedLag are omitted.
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

// setLags sets the lags of all examples, 0 for those without a measured lag.
func (c *corpus) setLags(lags map[string]int) {
	for _, e := range c.examples {
		e.lag = lags[e.Hash]
	}
}
