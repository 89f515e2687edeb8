package train

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
)

const (
	flickerBatch = 32 // half of them generated
	flickerRate  = 2e-3
	// flickerDegraded is the probability of taking a window from the degraded clip, if there
	// is one.
	flickerDegraded = 0.5
)

// fitFlicker trains the flicker detector of p, from its current weights, on windows of clips.
// Without clips of both classes the detector is muted.
func fitFlicker(ctx context.Context, p *network.Params, clips []motionClip, steps int, seed uint64) error {
	pools := flickerPools(clips)
	if pools[0].empty() || pools[1].empty() {
		p.Mute("flicker.5")
		return nil
	}
	j, err := network.NewFlickerTrainer(p, network.NewAdam(decay), flickerBatch)
	if err != nil {
		return err
	}
	defer j.Close()
	size := len(j.Changes) / j.Batch
	mouths := make([]float32, network.FlickerSpan*side)
	for step := range steps {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rng := rand.New(rand.NewPCG(seed, uint64(step)))
		for kind, truth := range []float32{1 - motionTarget, motionTarget} {
			from := kind * flickerBatch / 2
			for i, e := range pools[kind].draw(rng, flickerBatch/2) {
				drawMouths(mouths, e, rng)
				network.FlickerInput(j.Changes[(from+i)*size:(from+i+1)*size], mouths)
				j.Truth[from+i] = truth
			}
		}
		if _, err := j.Step(learningRate(step, steps, flickerRate)); err != nil {
			return fmt.Errorf("training the flicker detector: %w", err)
		}
	}
	return nil
}

// flickerPools returns the pools of the genuine mouths, which include those of dubbed clips, and
// of the generated ones.
func flickerPools(clips []motionClip) (pools [2]*pool) {
	var kinds [2][]*example
	for _, c := range clips {
		kind := 0
		if c.group().fake {
			kind = 1
		}
		kinds[kind] = append(kinds[kind], c.example)
	}
	return [2]*pool{poolBySource(kinds[0]), poolBySource(kinds[1])}
}

// drawMouths writes a window of consecutive mouths (FlickerSpan, Side, Side) of a clip to dst,
// with the same random image change for all of them.
func drawMouths(dst []float32, e *example, rng *rand.Rand) {
	s, all := e.Sample, []int(nil)
	if e.degraded != nil && rng.Float64() < flickerDegraded {
		s, all = e.degraded, seenWindows(e.degraded)
	}
	if len(all) == 0 {
		s, all = e.Sample, seenWindows(e.Sample)
	}
	first := all[rng.IntN(len(all))]
	l := drawImageChange(rng)
	for i := range network.FlickerSpan {
		l.apply(dst[i*side:(i+1)*side], s.Crops[(first+i)*dataset.MouthSize:(first+i+1)*dataset.MouthSize], rng)
	}
}

// seenWindows returns the first frames of all windows of FlickerSpan frames in which the mouth is
// seen throughout.
func seenWindows(s *dataset.Sample) (first []int) {
	run := 0
	for t := range s.Frames {
		if run++; !s.Seen[t] {
			run = 0
		}
		if run >= network.FlickerSpan {
			first = append(first, t+1-network.FlickerSpan)
		}
	}
	return first
}

// flickerScores returns the flicker scores of consecutive windows of a sample, from its first
// frame on.
func flickerScores(r *network.Runner, s *dataset.Sample) ([]float32, error) {
	n := s.Frames / network.FlickerSpan * network.FlickerSpan
	mouths := make([]float32, n*side)
	for t := range n {
		embed.Halve(mouths[t*side:(t+1)*side], s.Crops[t*dataset.MouthSize:(t+1)*dataset.MouthSize])
	}
	return r.Flicker(mouths)
}
