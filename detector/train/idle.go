package train

import (
	"context"
	"math"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/statistic"
)

// restShare is the share of the frames in which a genuine mouth speaks that may be taken
// for lips at rest: in exchange for it nobody is accused because another speaks whom the
// camera does not show.
const idleShare = 0.02

// fitRest returns the pace, see [detector.Pace], below which so few frames lie in which
// clips hold speech, as they are and as they were passed on; 0 of no frame.
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

// asIsAndWorn calls do with every clip as it is and, where there is such a one, as it was passed on.
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
