package train

import (
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// fitChange fits the likelihood ratio of a voice change on genuine clips of at least 3 s of the
// last list. The changed clips are the same ones with another speaker: in every other clip from
// the middle on, in the rest for an interval. The clips are of speakers from whom the speaker
// embeddings have not learnt; with fewer than minUnseen of these, other clips are added.
func fitChange(ctx context.Context, r *network.Runner, o *Options, c *corpus) (verdict.LRScale, error) {
	type voice struct {
		*example
		sound *audio.Sound
		score float64
	}
	var voices []voice
	clips := c.examplesIn(ForHead, evaluate.LongClip, dataset.Real)
	if len(clips) < minUnseen {
		small, _ := c.splitBySize(c.examplesIn(ForTowers, evaluate.LongClip, dataset.Real))
		clips = append(clips, small...)
	}
	for _, e := range clips {
		if c.auxiliary[e.Source] {
			continue
		}
		s, err := dataset.ClipSound(ctx, filepath.Join(o.Work, "clips"), e.Hash, e.Path)
		if ctx.Err() != nil {
			return verdict.LRScale{}, ctx.Err()
		}
		if err != nil {
			o.Log("voice change: skipped: %v", err)
			continue
		}
		score, err := evaluate.ChangeScore(r, s)
		if err != nil {
			return verdict.LRScale{}, err
		}
		if s.Frames >= evaluate.LongClip && !math.IsNaN(score) {
			voices = append(voices, voice{e, s, score})
		}
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0x766f6963))
	var d voiceDistances
	for i, v := range voices {
		d.add(v.score, false)
		donors := slices.DeleteFunc(slices.Clone(voices), func(o voice) bool { return o.Source == v.Source })
		if len(donors) == 0 {
			continue
		}
		splice := []func(*rand.Rand, *audio.Sound, *audio.Sound) *audio.Sound{evaluate.TakenOver, evaluate.Interrupted}[i%2]
		score, err := evaluate.ChangeScore(r, splice(rng, v.sound, donors[rng.IntN(len(donors))].sound))
		if err != nil {
			return verdict.LRScale{}, err
		}
		d.add(score, true)
	}
	scale := d.fit(len(voices))
	o.Log("likelihood ratio of a voice change, fitted on %d genuine clips and %d with a second voice: median %.2f and %.2f, 10^(%.2f·score %+.2f)",
		len(d.genuine), len(d.impostors), voiceUnit*statistic.Quantile(d.genuine, .5), voiceUnit*statistic.Quantile(d.impostors, .5), scale.Slope/math.Ln10, scale.Offset/math.Ln10)
	return scale, nil
}
