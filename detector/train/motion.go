package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
)

const (
	motionSteps  = 1200
	motionBatch  = 64
	motionRate   = 3e-3
	motionDecay  = 0.1
	motionNoise  = 0.3 // deviations added to every sign
	motionBlank  = 0.2 // share of signs that are taken away
	motionSure   = 0.95
	motionFolds  = 5
	motionExpect = 0.6 // a source weighs its number of windows to the power of 1 less this
)

// A moved is a clip and the signs of its windows.
type moved struct {
	*example
	signs []float32 // (windows, network.Signs)
}

// movedClips describes the genuine and the generated clips of the parts that
// are trained on; of lists before the last only a few of each source, and none
// that was drawn.
func (c *corpus) movedClips(ctx context.Context, r *network.Runner, rng *rand.Rand) ([]moved, error) {
	var from []*example
	most := map[string]int{}
	all := append(c.of(ForTowers, lips.Window, Real, Fake), c.of(ForHead, lips.Window, Real, Fake)...)
	for _, i := range rng.Perm(len(all)) {
		e := all[i]
		if c.fixed[e.Source] {
			if most[e.Source]++; e.Source == drawnSource || most[e.Source] > motionMost {
				continue
			}
		}
		from = append(from, e)
	}
	var out []moved
	for _, e := range from {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m, err := embedMouths(r, e, plainLook(), nil)
		if err != nil {
			return nil, err
		}
		face := &detector.Face{Embeddings: m.mouths, Seen: e.Seen}
		voice, err := detector.Hear(r, e.Mel, e.Level, e.Voiced)
		if err != nil {
			return nil, err
		}
		comparison, err := detector.Compare(r, face, voice, false)
		if err != nil {
			return nil, err
		}
		if s := detector.Signs(e.trace(), face, voice, comparison.Lag.Whole); len(s) > 0 {
			out = append(out, moved{e, s})
		}
	}
	return out, nil
}

// drawnSource is the source of the clips that `make drawn` draws: no lips move there.
const drawnSource = "drawn by cmd/sample"

// motionMost is how many clips of a source of an earlier list count.
const motionMost = 100

// trace returns the motion of a sample's mouths.
func (s *Sample) trace() *lips.Trace {
	t := new(lips.Trace)
	for i := range s.Frames {
		if s.Seen[i] {
			t.Add(s.outline(i), s.Eyes[i], s.Yaw[i])
		} else {
			t.Skip()
		}
	}
	return t
}

// fitMotion trains p's judge of lip motion on clips, both labels alike.
func fitMotion(p *network.Params, clips []moved, seed uint64) error {
	windows := func(c moved) int { return len(c.signs) / network.Signs }
	count, total := map[string]float64{}, map[string]float64{}
	for _, c := range clips {
		count[c.Source+c.Label] += float64(windows(c))
	}
	var signs []float32
	var truth, weight []float64
	for _, c := range clips {
		w := math.Pow(count[c.Source+c.Label], -motionExpect)
		y := 1 - motionSure
		if c.Label == Fake {
			y = motionSure
		}
		for range windows(c) {
			truth, weight = append(truth, y), append(weight, w)
			total[c.Label] += w
		}
		signs = append(signs, c.signs...)
	}
	sum := make([]float64, len(weight))
	at := 0
	for _, c := range clips {
		for range windows(c) {
			weight[at] /= total[c.Label]
			sum[at] = weight[at]
			if at > 0 {
				sum[at] += sum[at-1]
			}
			at++
		}
	}
	p.SetSigns(signs, weight)
	p.Standard(signs, signs)
	m, err := network.NewMotion(p, network.NewAdam(motionDecay), motionBatch)
	if err != nil {
		return err
	}
	defer m.Close()
	rng := rand.New(rand.NewPCG(seed, 0x6d6f74696f6e))
	for step := range motionSteps {
		for b := range motionBatch {
			i := min(sort.SearchFloat64s(sum, rng.Float64()*sum[len(sum)-1]), len(sum)-1)
			m.Truth[b] = float32(truth[i])
			for k, v := range signs[i*network.Signs : (i+1)*network.Signs] {
				if rng.Float64() < motionBlank {
					v = 0
				}
				m.Signs[b*network.Signs+k] = v + float32(motionNoise*rng.NormFloat64())
			}
		}
		if _, err := m.Step(rate(step, motionSteps, motionRate)); err != nil {
			return err
		}
	}
	return nil
}

// trainMotion trains the judge of lip motion and returns its likelihood ratio,
// fitted on clips of sources left out: the sources are dealt into five folds,
// and each fold is judged by what was trained on the others.
func trainMotion(ctx context.Context, o *Options, c *corpus, s *state) (scale detector.LRScale, figure Measure, err error) {
	r, err := network.NewRunner(s.params)
	if err != nil {
		return scale, figure, err
	}
	defer r.Close()
	clips, err := c.movedClips(ctx, r, rand.New(rand.NewPCG(s.Seed, 0x6c697073)))
	if err != nil {
		return scale, figure, err
	}
	fold := foldSources(clips, rand.New(rand.NewPCG(s.Seed, 0x666f6c64)))
	var obs []observation
	for k := range motionFolds {
		if ctx.Err() != nil {
			return scale, figure, ctx.Err()
		}
		var in, out []moved
		for _, c := range clips {
			if fold[c.Source] == k {
				out = append(out, c)
			} else {
				in = append(in, c)
			}
		}
		p := network.NewParams(s.Seed + uint64(k) + 1)
		if err := fitMotion(p, in, s.Seed+uint64(k)); err != nil {
			return scale, figure, err
		}
		more, err := judgeMoved(p, out)
		if err != nil {
			return scale, figure, err
		}
		obs = append(obs, more...)
	}
	yes, no := sides(obs)
	figure = Measure{Name: "motion_auc_folds", N: len(obs), Estimate: separation(rand.New(rand.NewPCG(s.Seed, 0x617563)), obs)}
	scale = detector.FitLR(yes, no)
	o.Log("lip motion: %d clips, AUC %.3f (%.3f to %.3f) on sources left out, five folds; likelihood ratio 10^(%.2f·logit %+.2f)",
		len(obs), figure.Value, figure.Low, figure.High, scale.Slope/math.Ln10, scale.Offset/math.Ln10)
	return scale, figure, fitMotion(s.params, clips, s.Seed)
}

// foldSources deals sources into folds.
func foldSources(clips []moved, rng *rand.Rand) map[string]int {
	var names []string
	for _, c := range clips {
		if !slices.Contains(names, c.Source) {
			names = append(names, c.Source)
		}
	}
	slices.Sort(names)
	fold := map[string]int{}
	for i, j := range rng.Perm(len(names)) {
		fold[names[j]] = i % motionFolds
	}
	return fold
}

// judgeMoved gives every clip its mean logit.
func judgeMoved(p *network.Params, clips []moved) ([]observation, error) {
	r, err := network.NewRunner(p)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []observation
	for _, c := range clips {
		m, err := detector.JudgeMotion(r, c.signs, detector.LRScale{})
		if err != nil {
			return nil, err
		}
		out = append(out, observation{m.Logit, c.Label == Fake, c.Source, c.File})
	}
	return out, nil
}
