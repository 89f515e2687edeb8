package train

import (
	"context"

	"github.com/deepcheck/deepcheck/detector/network"
)

// trainListening trains what listens and looks at nothing, whole, whatever it was before.
func trainVoiceModels(ctx context.Context, o *Options, c *corpus, s *state) error {
	s.params.Take(network.NewParams(s.Seed), isVoiceTensor)
	if err := trainOverlap(ctx, o, c, s); err != nil {
		return err
	}
	return trainSpeaker(ctx, o, c, s)
}

// An averaged tells a loss now and then, averaged over some fifty steps.
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
