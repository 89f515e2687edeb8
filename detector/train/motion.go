package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/weights"
)

const (
	motionSure  = 0.95 // how surely a clip is what its list says
	motionFolds = 5
	// motionRidge keeps the judge of lip motion from knowing sources by heart, see
	// statistic.Logistic. From .02 to .1 the area on sources left out stays.
	motionRidge = 0.05
)

// A moved is a clip and the windows of its mouth that are judged.
type moved struct {
	*example
	moves *score.MotionWindows // how the pictures change is not judged yet
	worn  *moved               // the same clip after it was passed on; nil where there is none
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
		m, err := e.moved(r)
		if err != nil {
			return nil, err
		}
		if m != nil {
			out = append(out, *m)
		}
	}
	return out, nil
}

// moved is the clip with its windows, and as it was passed on; nil where it has none.
func (e *example) moved(r *network.Runner) (*moved, error) {
	moves, err := e.moves(r)
	if err != nil || len(moves.First) == 0 {
		return nil, err
	}
	m := &moved{example: e, moves: moves}
	if e.worn != nil {
		m.worn, err = (&example{Clip: e.Clip, Sample: e.worn, lag: e.lag}).moved(r)
	}
	return m, err
}

// moves describes one clip; the mouth of a dubbed one is genuine, but its sound
// tells nothing of it.
func (e *example) moves(r *network.Runner) (*score.MotionWindows, error) {
	if e.Label == dataset.Dubbed {
		return score.DescribeMotion(trace(e.Sample), new(embed.Mouths), nil, score.ConstantLag(0)), nil
	}
	m, err := embedMouths(r, e, plainLook(), nil)
	if err != nil {
		return nil, err
	}
	face := &embed.Mouths{Embeddings: embed.Float32(m.mouths), Seen: e.Seen}
	voice, err := embed.EmbedMel(r, e.Mel, e.Level, e.Voiced)
	if err != nil {
		return nil, err
	}
	lag := avsync.Estimate(avsync.LagProfile(face, voice)).Whole
	return score.DescribeMotion(trace(e.Sample), face, voice, score.ConstantLag(lag)), nil
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
func (m moved) windows() int { return len(m.moves.First) }

// A group is the genuine or the generated clips of a source.
type group struct {
	source string
	fake   bool
}

func (c *example) group() group { return group{c.Source, c.Label == dataset.Fake} }

// shares gives every row, of which the group is told, its weight: the genuine and
// the generated sum to 1 each, and within them every source counts alike, however
// many clips it has: clips of a source share camera, codec and faces. Weighed by
// the root of their number, the area on sources left out was .02 smaller.
func shares(rows []group) []float64 {
	count := map[group]float64{}
	for _, g := range rows {
		count[g]++
	}
	sources := map[bool]float64{}
	for g := range count {
		sources[g.fake]++
	}
	weight := make([]float64, len(rows))
	for i, g := range rows {
		weight[i] = 1 / (count[g] * sources[g.fake])
	}
	return weight
}

// fitOutline fits p's judge of how the outline of mouths moves to clips, both kinds alike.
func fitOutline(p *network.Params, clips []moved) {
	var signs []float32
	var truth []float64
	var groups []group
	for _, c := range clips {
		y := 1 - motionSure
		if c.Label == dataset.Fake {
			y = motionSure
		}
		for range c.windows() {
			truth, groups = append(truth, y), append(groups, c.group())
		}
		signs = append(signs, c.moves.Features...)
	}
	weight := shares(groups)
	p.SetMotionScale(signs, weight)
	p.Standardise(signs, signs)
	p.SetMotion(statistic.Logistic(signs, network.MotionFeatures, truth, weight, motionRidge))
}

// fitMotion trains both of p's judges of how mouths move.
func fitMotion(ctx context.Context, p *network.Params, clips []moved, steps int, seed uint64) error {
	fitOutline(p, clips)
	return fitFlicker(ctx, p, clips, steps, seed)
}

// A motionFit is what goes with the judges of how mouths move: their likelihood ratio, fitted on
// clips of sources left out, and figures: how well they tell generated from genuine clips of sources
// left out, and of generators left out too, together and each for itself.
type motionFit struct {
	scale   verdict.LRScale
	figures []weights.Figure
	stages  []string // of this training, a line each
}

// ofFolds tells the figures of a motionFit from others.
const ofFolds = "_auc_folds"

// trainMotion trains the judges of how mouths move. What each says is scaled by how far it is to be
// believed.
func trainMotion(ctx context.Context, o *Options, c *corpus, s *state) (*motionFit, error) {
	r, err := network.NewRunner(s.params)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	clips, err := c.movedClips(ctx, r, rand.New(rand.NewPCG(s.Seed, 0x6c697073)))
	if err != nil {
		return nil, err
	}
	fit := &motionFit{stages: []string{
		fmt.Sprintf("lip motion: logistic regression on windows of %d frames, genuine and generated sources alike", lips.Window),
		fmt.Sprintf("flicker: %d steps of %d stretches of %d frames, half of them generated", o.Flicker, flickerBatch, network.FlickerSpan),
	}}
	var measures []evaluate.Measure
	var belief beliefs
	for _, f := range []struct {
		what, name string
		makers     bool
	}{{"sources left out", "", false}, {"sources and their generators left out", "_generators", true}} {
		all, err := crossMotion(ctx, clips, o.Flicker, s.Seed, f.makers)
		if err != nil {
			return nil, err
		}
		asIs := slices.DeleteFunc(slices.Clone(all), func(m movedResult) bool { return m.passedOn })
		if !f.makers {
			belief = believe(all)
			scale := fitLR(statistic.Classes(observed(all, belief.of)))
			scale.Most = fitLR(statistic.Classes(observed(asIs, belief.of))).Most // copies of a clip bear out no more than it does
			fit.scale = scale
			o.Log("generated mouths: %.2f·outline + %.2f·flicker, likelihood ratio 10^(%.2f·logit %+.2f)", belief.outline, belief.flicker, scale.Slope/math.Ln10, scale.Offset/math.Ln10)
		}
		for _, cue := range []struct {
			name string
			obs  []statistic.Observation
		}{
			{"motion", observed(asIs, belief.of)},
			{"outline", observed(asIs, func(m *verdict.Motion) float64 { return m.Outline })},
			{"flicker", observed(asIs, func(m *verdict.Motion) float64 { return m.Flicker })},
		} {
			m := evaluate.Measure{Name: cue.name + ofFolds + f.name, N: len(cue.obs), Estimate: statistic.ROCArea(rand.New(rand.NewPCG(s.Seed, 0x617563)), cue.obs)}
			measures = append(measures, m)
			o.Log("generated mouths by %s: AUC %.3f (%.3f to %.3f) of %d clips, five folds, %s", cue.name, m.Value, m.Low, m.High, m.N, f.what)
		}
	}
	if err := fitMotion(ctx, s.params, clips, o.Flicker, s.Seed); err != nil {
		return nil, err
	}
	s.params.ScaleMotion(belief.outline, belief.flicker)
	fit.figures = figures(measures)
	return fit, nil
}

// A movedResult is what was said of a clip.
type movedResult struct {
	moved
	verdict.Motion
	passedOn bool // the clip is as it was passed on
}

// beliefs are what the logits of the two judges are multiplied by before they are added.
type beliefs struct{ outline, flicker float64 }

// of returns what both say together.
func (b beliefs) of(m *verdict.Motion) float64 { return b.outline*m.Outline + b.flicker*m.Flicker }

// believe fits how far each of the judges is to be believed, on clips as they are and as
// they were passed on, every source alike, by a logistic regression of both (stacked
// generalization, Wolpert 1992); none against what it says. Without clips of both kinds they
// are added as they are.
func believe(all []movedResult) beliefs {
	var rows []float32
	var truth []float64
	var groups []group
	for _, m := range all {
		g, y := m.group(), 0.
		if g.fake {
			y = 1
		}
		rows, truth, groups = append(rows, float32(m.Outline), float32(m.Flicker)), append(truth, y), append(groups, g)
	}
	if !slices.Contains(truth, 0) || !slices.Contains(truth, 1) {
		return beliefs{1, 1}
	}
	x := statistic.Logistic(rows, 2, truth, shares(groups), blendRidge)
	return beliefs{max(x[0], 0), max(x[1], 0)}
}

// observed are the observations of one of the things that were said.
func observed(all []movedResult, by func(*verdict.Motion) float64) (out []statistic.Observation) {
	for _, m := range all {
		out = append(out, statistic.Observation{Value: by(&m.Motion), Positive: m.Label == dataset.Fake, Source: m.Source, File: m.File})
	}
	return out
}

// crossMotion judges every genuine and generated clip by what was trained on
// other sources: these are dealt into five folds, and each fold is judged by what
// was trained on the others; with makers, on none of its generators either.
func crossMotion(ctx context.Context, clips []moved, steps int, seed uint64, makers bool) ([]movedResult, error) {
	fold := foldSources(clips, rand.New(rand.NewPCG(seed, 0x666f6c64)))
	var all []movedResult
	for k := range motionFolds {
		in, out := leaveOut(clips, func(c moved) bool { return fold[c.Source] == k }, makers)
		p := network.NewParams(seed + uint64(k) + 1)
		if err := fitMotion(ctx, p, in, steps, seed+uint64(k)+1); err != nil {
			return nil, err
		}
		var worn []moved
		for _, m := range out {
			if m.worn != nil {
				worn = append(worn, *m.worn)
			}
		}
		more, err := judgeMoved(p, slices.Concat(out, worn))
		if err != nil {
			return nil, err
		}
		for i, m := range more {
			m.passedOn = i >= len(out)
			all = append(all, m)
		}
	}
	return all, nil
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

// judgeMoved judges how the mouth of every clip moves.
func judgeMoved(p *network.Params, clips []moved) ([]movedResult, error) {
	r, err := network.NewRunner(p)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []movedResult
	for _, c := range clips {
		changes, err := flicker(r, c.Sample)
		if err != nil {
			return nil, err
		}
		moves := *c.moves
		moves.SetFlicker(changes)
		m, err := score.ScoreMotion(r, &moves, verdict.LRScale{})
		if err != nil {
			return nil, err
		}
		out = append(out, movedResult{moved: c, Motion: m})
	}
	return out, nil
}
