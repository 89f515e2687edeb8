package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/statistic"
	avsync "github.com/deepcheck/deepcheck/sync"
)

const (
	motionSure  = 0.95 // how surely a clip is what its list says
	motionFolds = 5
	// motionRidge keeps the judge of lip motion from knowing sources by heart, see
	// network.Params.FitMotion. From .02 to .1 the area on sources left out stays.
	motionRidge = 0.05
)

// A moved is a clip and the signs of its windows.
type moved struct {
	*example
	signs []float32 // (windows, network.Signs)
}

// movedClips describes the genuine, the dubbed and the generated clips of the
// parts that are trained on; of lists before the last only a few of each source,
// and none that was drawn.
//
// How alike the towers find mouths and sound is not asked: they know the clips
// that they were trained on by heart. There sound follows genuine mouths closer
// (mean likeness .68 over 15 sources) than generated ones (.64, 29), and of
// strangers less closely (.46, 4 sources, against .49, 7).
func (c *corpus) movedClips(ctx context.Context, r *network.Runner, rng *rand.Rand) ([]moved, error) {
	var from []*example
	most := map[string]int{}
	all := append(c.of(ForTowers, lips.Window, dataset.Real, dataset.Dubbed, dataset.Fake), c.of(ForHead, lips.Window, dataset.Real, dataset.Dubbed, dataset.Fake)...)
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
		signs, err := e.signs(r)
		if err != nil {
			return nil, err
		}
		if len(signs) > 0 {
			out = append(out, moved{e, signs})
		}
	}
	return out, nil
}

// signs describes one clip; the mouth of a dubbed one is genuine, but its sound
// tells nothing of it.
func (e *example) signs(r *network.Runner) ([]float32, error) {
	if e.Label == dataset.Dubbed {
		return detector.Signs(trace(e.Sample), 0, nil, 0), nil
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
	lag := avsync.Estimate(detector.LagProfile(face, voice)).Whole
	return detector.Signs(trace(e.Sample), 0, voice, lag), nil
}

// drawnSource is the source of the clips that `make drawn` draws: no lips move there.
const drawnSource = "drawn by cmd/sample"

// motionMost is how many clips of a source of an earlier list count.
const motionMost = 100

// trace returns the motion of a sample's mouths.
func trace(s *dataset.Sample) *lips.Trace {
	t := new(lips.Trace)
	for i := range s.Frames {
		if s.Seen[i] {
			t.Add(s.Outline(i), s.Eyes[i], s.Yaw[i])
		} else {
			t.Skip()
		}
	}
	return t
}

// windows is how many windows of the clip are described.
func (m moved) windows() int { return len(m.signs) / network.Signs }

// shares gives every window (windows of all clips) its weight: the genuine and
// the generated sum to 1 each, and within them every source counts alike, however
// many clips it has: clips of a source share camera, codec and faces. Weighed by
// the root of their number, the area on sources left out was .02 smaller.
func shares(clips []moved) []float64 {
	type group struct {
		source string
		fake   bool
	}
	count := map[group]float64{}
	for _, c := range clips {
		count[group{c.Source, c.Label == dataset.Fake}] += float64(c.windows())
	}
	sources := map[bool]float64{}
	for g, n := range count {
		if n > 0 {
			sources[g.fake]++
		}
	}
	var weight []float64
	for _, c := range clips {
		g := group{c.Source, c.Label == dataset.Fake}
		for range c.windows() {
			weight = append(weight, 1/(count[g]*sources[g.fake]))
		}
	}
	return weight
}

// fitMotion fits p's judge of lip motion to clips, both kinds alike.
func fitMotion(p *network.Params, clips []moved) {
	weight := shares(clips)
	var signs []float32
	var truth []float64
	for _, c := range clips {
		y := 1 - motionSure
		if c.Label == dataset.Fake {
			y = motionSure
		}
		for range c.windows() {
			truth = append(truth, y)
		}
		signs = append(signs, c.signs...)
	}
	p.SetSigns(signs, weight)
	p.Standard(signs, signs)
	p.FitMotion(signs, truth, weight, motionRidge)
}

// trainMotion trains the judge of lip motion and returns its likelihood ratio,
// fitted on clips of sources left out, and two figures: how well it tells
// generated from genuine clips of sources left out, and of generators left out too.
func trainMotion(ctx context.Context, o *Options, c *corpus, s *state) (scale detector.LRScale, figures []evaluate.Measure, err error) {
	r, err := network.NewRunner(s.params)
	if err != nil {
		return scale, nil, err
	}
	defer r.Close()
	clips, err := c.movedClips(ctx, r, rand.New(rand.NewPCG(s.Seed, 0x6c697073)))
	if err != nil {
		return scale, nil, err
	}
	obs, err := crossMotion(ctx, clips, s.Seed, false)
	if err != nil {
		return scale, nil, err
	}
	makers, err := crossMotion(ctx, clips, s.Seed, true)
	if err != nil {
		return scale, nil, err
	}
	for _, f := range []struct {
		name string
		obs  []statistic.Observation
	}{{"motion_auc_folds", obs}, {"motion_auc_folds_generators", makers}} {
		figures = append(figures, evaluate.Measure{Name: f.name, N: len(f.obs), Estimate: statistic.Separation(rand.New(rand.NewPCG(s.Seed, 0x617563)), f.obs)})
	}
	yes, no := statistic.Sides(obs)
	scale = detector.FitLR(yes, no)
	o.Log("lip motion: %d clips, AUC %.3f (%.3f to %.3f) on sources left out, five folds, %.3f (%.3f to %.3f) with their generators left out too; likelihood ratio 10^(%.2f·logit %+.2f)",
		len(obs), figures[0].Value, figures[0].Low, figures[0].High, figures[1].Value, figures[1].Low, figures[1].High, scale.Slope/math.Ln10, scale.Offset/math.Ln10)
	fitMotion(s.params, clips)
	return scale, figures, nil
}

// crossMotion judges every genuine and generated clip by what was trained on
// other sources: these are dealt into five folds, and each fold is judged by what
// was trained on the others; with makers, on none of its generators either.
func crossMotion(ctx context.Context, clips []moved, seed uint64, makers bool) ([]statistic.Observation, error) {
	fold := foldSources(clips, rand.New(rand.NewPCG(seed, 0x666f6c64)))
	var obs []statistic.Observation
	for k := range motionFolds {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		in, out := leaveOut(clips, func(c moved) bool { return fold[c.Source] == k }, makers)
		p := network.NewParams(seed + uint64(k) + 1)
		fitMotion(p, in)
		more, err := judgeMoved(p, out)
		if err != nil {
			return nil, err
		}
		obs = append(obs, more...)
	}
	return obs, nil
}

// leaveOut divides clips into those to train on and those to judge, for which
// left is true; dubbed ones are not judged. With makers what has the generator of
// one that is judged is not trained on.
func leaveOut(clips []moved, left func(moved) bool, makers bool) (in, out []moved) {
	made := map[string]bool{}
	for _, c := range clips {
		if !left(c) {
			continue
		}
		if c.Label == dataset.Fake {
			made[c.Generator] = true
		}
		if c.Label != dataset.Dubbed {
			out = append(out, c)
		}
	}
	for _, c := range clips {
		if !left(c) && !(makers && c.Label == dataset.Fake && made[c.Generator]) {
			in = append(in, c)
		}
	}
	return in, out
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
func judgeMoved(p *network.Params, clips []moved) ([]statistic.Observation, error) {
	r, err := network.NewRunner(p)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []statistic.Observation
	for _, c := range clips {
		m, err := detector.JudgeMotion(r, c.signs, detector.LRScale{})
		if err != nil {
			return nil, err
		}
		out = append(out, statistic.Observation{Value: m.Logit, Positive: c.Label == dataset.Fake, Source: c.Source, File: c.File})
	}
	return out, nil
}
