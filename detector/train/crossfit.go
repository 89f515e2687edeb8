package train

import (
	"context"
	"errors"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/detector/network"
)

const (
	crossFitHeads    = 2    // number of heads, each trained without its share of the sources
	maxCrossFitSteps = 2000 // maximum number of steps per head; the loss levels off before
)

// A crossFitted holds the heads for calibration. Thresholds and likelihood ratios fitted on clips
// that a head has seen are too optimistic for unseen speakers. Each of these heads scores only
// sources on which it was not trained (cross-fitting, as Platt 1999 proposes for calibration).
type crossFitted struct {
	runners  []*network.Runner
	bySource map[string]*network.Runner // source to the head that has not seen it
}

// crossFit divides the sources that the towers have not seen into crossFitHeads parts and trains
// a head without each part. With fewer sources than parts it trains none.
func crossFit(ctx context.Context, c *corpus, o *Options, s *state) (*crossFitted, error) {
	out := &crossFitted{bySource: map[string]*network.Runner{}}
	sources := c.split.Names(ForHead)
	if len(sources) < crossFitHeads {
		return out, nil
	}
	rng := rand.New(rand.NewPCG(s.Seed, 0x63726f73))
	rng.Shuffle(len(sources), func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
	for k := range crossFitHeads {
		var without []string
		for i := k; i < len(sources); i += crossFitHeads {
			without = append(without, sources[i])
		}
		r, err := c.headWithout(ctx, o, s, without)
		if err != nil {
			return nil, errors.Join(err, out.Close())
		}
		out.runners = append(out.runners, r)
		for _, source := range without {
			out.bySource[source] = r
		}
	}
	return out, nil
}

// headWithout trains a head on the finished towers without the sources in without.
func (c *corpus) headWithout(ctx context.Context, o *Options, s *state, without []string) (*network.Runner, error) {
	alone := newState(s.Seed, c.hash, nil)
	alone.params.Take(s.params, func(name string) bool { return isTowerTensor(name) || isVoiceTensor(name) })
	r, err := network.NewRunner(alone.params)
	if err != nil {
		return nil, err
	}
	h := &headTraining{steps: min(o.Head, maxCrossFitSteps), fusion: network.Gated, runner: r, state: alone, onReport: func() error { return nil },
		pool: c.headPool(rand.New(rand.NewPCG(s.Seed, 0x68656164)), without...),
		log:  func(format string, args ...any) { o.Log("calibration, "+format, args...) }}
	h.donors = h.pool.genuine()
	if len(h.donors) == 0 {
		return r, nil
	}
	if err := h.run(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// headFor returns the head that scores a source: finished if no head was trained without the
// source.
func (x *crossFitted) headFor(source string, finished *network.Runner) *network.Runner {
	if r, ok := x.bySource[source]; ok {
		return r
	}
	return finished
}

// Close frees the heads.
func (x *crossFitted) Close() error {
	var errs []error
	for _, r := range x.runners {
		errs = append(errs, r.Close())
	}
	return errors.Join(errs...)
}
