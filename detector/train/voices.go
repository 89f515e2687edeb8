package train

import (
	"context"

	"github.com/deepcheck/deepcheck/detector/network"
)

// trainVoiceModels trains the models that use sound alone, the overlapped-speech detector and the
// speaker embeddings, from scratch.
func trainVoiceModels(ctx context.Context, o *Options, c *corpus, s *state) error {
	s.params.Take(network.NewParams(s.Seed), isVoiceTensor)
	if err := trainOverlap(ctx, o, c, s); err != nil {
		return err
	}
	return trainSpeaker(ctx, o, c, s)
}

// A lossLog logs a loss every 500 steps, as an exponential mean over about 50 steps.
type lossLog struct {
	what  string
	steps int
	o     *Options
	loss  float64
}

func (a *lossLog) add(step int, loss float64) {
	const memory, every = 0.98, 500
	if a.loss = memory*a.loss + (1-memory)*loss; step == 0 {
		a.loss = loss
	}
	if step%every == every-1 || step == a.steps-1 {
		a.o.Log("%s: step %d, loss %.3f", a.what, step+1, a.loss)
	}
}
