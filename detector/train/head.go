package train

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
)

const (
	headBatch    = 12
	headRate     = 1e-3
	maxHeadClips = 600 // clips of large sources in the head's pool
	headChanges  = 4   // image changes under which each clip is embedded
	edgeFrames   = 1   // frames next to a splice that are not weighted
)

// A headTraining is the training of the cross-attention head, the second stage, on embeddings of
// the frozen towers. As in a scan, the lag is estimated and compensated first.
type headTraining struct {
	steps    int
	fusion   network.FusionKind
	runner   *network.Runner
	pool     *pool
	donors   []*example // clips whose sound replaces that of others
	bank     map[*example][]*embed.Mouths
	babble   batchFiller
	log      func(format string, args ...any)
	onReport func() error
	state    *state
}

// embedBank embeds the mouths of all examples of the pool.
func (h *headTraining) embedBank(ctx context.Context) error {
	h.bank = map[*example][]*embed.Mouths{}
	rng := rand.New(rand.NewPCG(h.state.Seed, 0x62616e6b))
	for _, group := range h.pool.groups {
		for _, e := range group {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			for k := range headChanges {
				l, from := noImageChange(), e.Sample
				if k > 0 {
					l = drawImageChange(rng)
				}
				if k%2 == 1 && e.degraded != nil {
					from = e.degraded
				}
				m, err := embedSample(h.runner, e, from, l, rng)
				if err != nil {
					return err
				}
				h.bank[e] = append(h.bank[e], &embed.Mouths{Embeddings: embed.Float32(m.mouths), Seen: from.Seen})
			}
		}
	}
	return nil
}

func (h *headTraining) run(ctx context.Context) error {
	if h.state.HeadSteps >= h.steps {
		return nil
	}
	if h.bank == nil {
		if err := h.embedBank(ctx); err != nil {
			return err
		}
	}
	j, err := network.NewHeadTrainer(h.fusion, h.state.params, h.state.Head, headBatch, network.Chunk)
	if err != nil {
		return err
	}
	var sum float64
	began, first := time.Now(), h.state.HeadSteps
	for h.state.HeadSteps < h.steps {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rng := rand.New(rand.NewPCG(h.state.Seed+1, uint64(h.state.HeadSteps)))
		for b, e := range h.pool.draw(rng, headBatch) {
			if err := h.fill(j, b, e, rng); err != nil {
				return err
			}
		}
		loss, err := j.Step(learningRate(h.state.HeadSteps, h.steps, headRate))
		if err != nil {
			return err
		}
		sum += loss
		h.state.HeadSteps++
		if done := h.state.HeadSteps; done%reportEvery == 0 || done == h.steps {
			each := time.Since(began) / time.Duration(done-first)
			h.log("head: step %d of %d, loss %.3f, %.2f s a step, %s to go", done, h.steps, sum/reportEvery,
				each.Seconds(), (each * time.Duration(h.steps-done)).Round(time.Second))
			sum = 0
			if err := h.onReport(); err != nil {
				return err
			}
		}
	}
	return nil
}

// fill writes example b of the batch: a clip whose sound may be tampered with, with the lag
// compensated.
func (h *headTraining) fill(j *network.HeadTrainer, b int, e *example, rng *rand.Rand) error {
	other := h.donors[rng.IntN(len(h.donors))]
	for tries := 0; (other == e || other.Source == e.Source && rng.IntN(2) == 0) && tries < 20; tries++ {
		other = h.donors[rng.IntN(len(h.donors))]
	}
	own, donated := e.Sample, other.Sample
	// A shared file is degraded as a whole.
	if e.degraded != nil && other.degraded != nil && rng.Float64() < degradedShare {
		own, donated = e.degraded, other.degraded
	}
	s := tamper(rng, own, donated)
	// All frames of a generated mouth count as spliced; its sound is unchanged.
	if e.Label == dataset.Fake {
		s = untampered(own)
		for t := range s.spliced {
			s.spliced[t] = true
		}
	}
	// A background voice does not make the mouth's own voice an impostor voice.
	h.babble.rng = rng
	h.babble.addBabble(s.mel, h.donors[rng.IntN(len(h.donors))])
	drawSoundChange(rng).apply(s.mel, rng)
	faces := h.bank[e]
	face := faces[rng.IntN(len(faces))]
	voice, err := embed.EmbedMel(h.runner, s.mel, s.level, s.voiced)
	if err != nil {
		return err
	}
	lag := avsync.Estimate(avsync.LagProfile(face, voice)).Whole
	first := 0
	if room := e.Frames - j.Frames; room > 0 {
		first = rng.IntN(room + 1)
	}
	putExample(j, b, e, face, voice, s, first, lag)
	return nil
}

// putExample writes the frames of a clip from first on as example b of the batch. Frames beyond
// the end of the clip have weight 0.
func putExample(j *network.HeadTrainer, b int, e *example, face *embed.Mouths, voice *embed.Voice, s *tampered, first, lag int) {
	n := min(j.Frames, e.Frames-first)
	mouths := j.Mouths[b*j.Frames*network.Embed : (b+1)*j.Frames*network.Embed]
	clear(mouths)
	copy(mouths, face.Rows(first, first+n))
	seen := make([]bool, j.Frames)
	copy(seen, face.Seen[first:first+n])
	wide := j.Frames + 2*network.Reach
	sounds, sound, speech := voice.Cut(first+lag-network.Reach, wide)
	copy(j.Sounds[b*wide*network.Embed:], sounds)
	j.Set(b, seen, sound, speech)
	for t := range j.Frames {
		at := b*j.Frames + t
		u := first + t + lag
		j.Truth[at], j.Weight[at] = 0, 0
		if u < 0 || u >= e.Frames || !seen[t] || !speech[t+network.Reach] {
			continue
		}
		if s.spliced[u] {
			j.Truth[at] = 1
		}
		if !s.nearEdge(u) {
			j.Weight[at] = 1
		}
	}
}

// headPool returns a pool that draws half of its clips from speakers whom the towers have not
// seen, so that the head learns what embeddings of unseen speakers look like. The sources in
// without are excluded.
func (c *corpus) headPool(rng *rand.Rand, without ...string) *pool {
	small, large := c.splitBySize(c.examplesIn(ForTowers, minFrames, dataset.Real))
	rng.Shuffle(len(large), func(i, j int) { large[i], large[j] = large[j], large[i] })
	p := new(pool)
	p.add(0.5, slices.DeleteFunc(c.examplesIn(ForHead, minFrames, dataset.Real), func(e *example) bool { return slices.Contains(without, e.Source) }))
	p.add(0.3, small)
	p.add(0.2, large[:min(len(large), maxHeadClips)])
	return p
}

// trainHead runs the second stage.
func trainHead(ctx context.Context, o *Options, c *corpus, s *state) error {
	r, err := network.NewRunner(s.params)
	if err != nil {
		return err
	}
	defer r.Close()
	h := &headTraining{steps: o.Head, fusion: network.Gated, runner: r, pool: c.headPool(rand.New(rand.NewPCG(s.Seed, 0x68656164))), log: o.Log, state: s,
		onReport: func() error { return s.save(o.checkpoint()) }}
	h.donors = h.pool.genuine()
	err = h.run(ctx)
	if ctx.Err() != nil {
		return s.saveAfter(ctx.Err(), o.checkpoint())
	}
	return err
}
