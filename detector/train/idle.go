package train

import (
	"context"
	"math"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/network"
)

// idleShare is the share of the frames of a speaking genuine mouth that may be classified as
// idle. In exchange, a visible listener is not accused when somebody off camera speaks.
const idleShare = 0.02

// fitIdleActivity returns the mouth activity, see [embed.MouthActivity], below which idleShare of
// the frames with speech of the clips lie, original and degraded; 0 without such frames.
func fitIdleActivity(ctx context.Context, r *network.Runner, clips []*example) (float64, error) {
	var activities []float64
	err := eachVersion(ctx, clips, func(e *example, s *dataset.Sample) error {
		m, err := embedSample(r, e, s, noImageChange(), nil)
		if err != nil {
			return err
		}
		for t, p := range embed.MouthActivity(&embed.Mouths{Embeddings: embed.Float32(m.mouths), Seen: s.Seen}) {
			if s.Seen[t] && s.Voiced[t] && !math.IsNaN(float64(p)) {
				activities = append(activities, float64(p))
			}
		}
		return nil
	})
	if err != nil || len(activities) == 0 {
		return 0, err
	}
	return statistic.Quantile(activities, idleShare), nil
}

// eachVersion calls do with the sample of every clip and with its degraded sample, if there is
// one.
func eachVersion(ctx context.Context, clips []*example, do func(*example, *dataset.Sample) error) error {
	for _, e := range clips {
		for _, s := range []*dataset.Sample{e.Sample, e.degraded} {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if s == nil {
				continue
			}
			if err := do(e, s); err != nil {
				return err
			}
		}
	}
	return nil
}
