package train

import (
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/statistic"
)

// fitChange fits the likelihood ratio of a voice change to genuine clips of the last
// list, of 3 s or more, as they are, and with a stranger who speaks from the middle
// on in every other one, for a stretch in the rest. Nothing of the measure is
// learnt, so that clips whose source the network has seen count as well.
func fitChange(ctx context.Context, o *Options, c *corpus) (detector.LRScale, error) {
	var clips []*example
	var sounds []*audio.Sound
	few, _ := c.bySize(append(c.of(ForHead, evaluate.LongClip, dataset.Real), c.of(ForTowers, evaluate.LongClip, dataset.Real)...))
	for _, e := range few {
		if c.fixed[e.Source] {
			continue
		}
		s, err := dataset.Hear(ctx, filepath.Join(o.Work, "clips"), e.Hash, e.Path)
		if ctx.Err() != nil {
			return detector.LRScale{}, ctx.Err()
		}
		if err != nil {
			o.Log("left out of the likelihood ratio of a voice change: %v", err)
			continue
		}
		if s.Frames >= evaluate.LongClip && !math.IsNaN(evaluate.ChangeScore(s)) {
			clips, sounds = append(clips, e), append(sounds, s)
		}
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x766f6963))
	var changed, own []float64
	for i, s := range sounds {
		own = append(own, evaluate.ChangeScore(s))
		var strangers []*audio.Sound
		for j, other := range sounds {
			if clips[j].Source != clips[i].Source {
				strangers = append(strangers, other)
			}
		}
		if len(strangers) == 0 {
			continue
		}
		splice := []func(*rand.Rand, *audio.Sound, *audio.Sound) *audio.Sound{evaluate.TakenOver, evaluate.Interrupted}[i%2]
		if x := evaluate.ChangeScore(splice(rng, s, strangers[rng.IntN(len(strangers))])); !math.IsNaN(x) {
			changed = append(changed, x)
		}
	}
	scale := detector.FitLR(changed, own)
	o.Log("likelihood ratio of a voice change, from %d genuine clips and %d with another voice in a part: median %.2f and %.2f, 10^(%.2f·score %+.2f)",
		len(own), len(changed), statistic.Quantile(own, .5), statistic.Quantile(changed, .5), scale.Slope/math.Ln10, scale.Offset/math.Ln10)
	return scale, nil
}
