package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/weights"
)

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
func sourceWeights(rows []group) []float64 {
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
func fitOutline(p *network.Params, clips []motionClip) {
	var signs []float32
	var truth []float64
	var groups []group
	for _, c := range clips {
		y := 1 - motionTarget
		if c.Label == dataset.Fake {
			y = motionTarget
		}
		for range c.windows() {
			truth, groups = append(truth, y), append(groups, c.group())
		}
		signs = append(signs, c.motion.Signs...)
	}
	weight := sourceWeights(groups)
	p.SetMotionScale(signs, weight)
	p.Standardise(signs, signs)
	p.SetMotion(statistic.Logistic(signs, network.MotionFeatures, truth, weight, motionRidge))
}

// fitMotion trains both of p's judges of how mouths move.
func fitMotion(ctx context.Context, p *network.Params, clips []motionClip, steps int, seed uint64) error {
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
const foldsSuffix = "_auc_folds"

// trainMotion trains the judges of how mouths move. What each says is scaled by how far it is to be
// believed.
func trainMotion(ctx context.Context, o *Options, c *corpus, s *state) (*motionFit, error) {
	r, err := network.NewRunner(s.params)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	clips, err := c.motionClips(ctx, r, rand.New(rand.NewPCG(s.Seed, 0x6c697073)))
	if err != nil {
		return nil, err
	}
	fit := &motionFit{stages: []string{
		fmt.Sprintf("lip motion: logistic regression on windows of %d frames, genuine and generated sources alike", lips.Window),
		fmt.Sprintf("flicker: %d steps of %d stretches of %d frames, half of them generated", o.Flicker, flickerBatch, network.FlickerSpan),
	}}
	var measures []evaluate.Measure
	var cues cueWeights
	for _, f := range []struct {
		what, name      string
		leaveGenerators bool
	}{{"sources left out", "", false}, {"sources and their generators left out", "_generators", true}} {
		all, err := crossValidateMotion(ctx, clips, o.Flicker, s.Seed, f.leaveGenerators)
		if err != nil {
			return nil, err
		}
		asIs := slices.DeleteFunc(slices.Clone(all), func(m motionResult) bool { return m.ofDegraded })
		if !f.leaveGenerators {
			cues = fitCueWeights(all)
			scale := fitLR(statistic.Classes(observations(all, cues.combine)))
			scale.Most = fitLR(statistic.Classes(observations(asIs, cues.combine))).Most // copies of a clip bear out no more than it does
			fit.scale = scale
			o.Log("generated mouths: %.2f·outline + %.2f·flicker, likelihood ratio 10^(%.2f·logit %+.2f)", cues.outline, cues.flicker, scale.Slope/math.Ln10, scale.Offset/math.Ln10)
		}
		for _, cue := range []struct {
			name string
			obs  []statistic.Observation
		}{
			{"motion", observations(asIs, cues.combine)},
			{"outline", observations(asIs, func(m *verdict.Motion) float64 { return m.Outline })},
			{"flicker", observations(asIs, func(m *verdict.Motion) float64 { return m.Flicker })},
		} {
			m := evaluate.Measure{Name: cue.name + foldsSuffix + f.name, N: len(cue.obs), Estimate: statistic.ROCArea(rand.New(rand.NewPCG(s.Seed, 0x617563)), cue.obs)}
			measures = append(measures, m)
			o.Log("generated mouths by %s: AUC %.3f (%.3f to %.3f) of %d clips, five folds, %s", cue.name, m.Value, m.Low, m.High, m.N, f.what)
		}
	}
	if err := fitMotion(ctx, s.params, clips, o.Flicker, s.Seed); err != nil {
		return nil, err
	}
	s.params.ScaleMotion(cues.outline, cues.flicker)
	fit.figures = figures(measures)
	return fit, nil
}

// A movedResult is what was said of a clip.
type motionResult struct {
	motionClip
	verdict.Motion
	ofDegraded bool // the clip is as it was passed on
}

// beliefs are what the logits of the two judges are multiplied by before they are added.
type cueWeights struct{ outline, flicker float64 }

// of returns what both say together.
func (b cueWeights) combine(m *verdict.Motion) float64 {
	return b.outline*m.Outline + b.flicker*m.Flicker
}

// believe fits how far each of the judges is to be believed, on clips as they are and as
// they were passed on, every source alike, by a logistic regression of both (stacked
// generalization, Wolpert 1992); none against what it says. Without clips of both kinds they
// are added as they are.
func fitCueWeights(all []motionResult) cueWeights {
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
		return cueWeights{1, 1}
	}
	x := statistic.Logistic(rows, 2, truth, sourceWeights(groups), fusionRidge)
	return cueWeights{max(x[0], 0), max(x[1], 0)}
}

// observed are the observations of one of the things that were said.
func observations(all []motionResult, by func(*verdict.Motion) float64) (out []statistic.Observation) {
	for _, m := range all {
		out = append(out, statistic.Observation{Value: by(&m.Motion), Positive: m.Label == dataset.Fake, Source: m.Source, File: m.File})
	}
	return out
}

// crossMotion judges every genuine and generated clip by what was trained on
// other sources: these are dealt into five folds, and each fold is judged by what
// was trained on the others; with makers, on none of its generators either.
func crossValidateMotion(ctx context.Context, clips []motionClip, steps int, seed uint64, leaveGenerators bool) ([]motionResult, error) {
	fold := assignFolds(clips, rand.New(rand.NewPCG(seed, 0x666f6c64)))
	var all []motionResult
	for k := range motionFolds {
		in, out := leaveOut(clips, func(c motionClip) bool { return fold[c.Source] == k }, leaveGenerators)
		p := network.NewParams(seed + uint64(k) + 1)
		if err := fitMotion(ctx, p, in, steps, seed+uint64(k)+1); err != nil {
			return nil, err
		}
		var degraded []motionClip
		for _, m := range out {
			if m.degraded != nil {
				degraded = append(degraded, *m.degraded)
			}
		}
		more, err := scoreMotion(p, slices.Concat(out, degraded))
		if err != nil {
			return nil, err
		}
		for i, m := range more {
			m.ofDegraded = i >= len(out)
			all = append(all, m)
		}
	}
	return all, nil
}

// leaveOut divides clips into those to train on and those to judge, for which
// left is true; dubbed ones are not judged. With makers what has the generator of
// one that is judged is not trained on.
func leaveOut(clips []motionClip, isLeftOut func(motionClip) bool, leaveGenerators bool) (in, out []motionClip) {
	generators := map[string]bool{}
	for _, c := range clips {
		if !isLeftOut(c) {
			continue
		}
		if c.Label == dataset.Fake {
			generators[c.Generator] = true
		}
		if c.Label != dataset.Dubbed {
			out = append(out, c)
		}
	}
	for _, c := range clips {
		if !isLeftOut(c) && !(leaveGenerators && c.Label == dataset.Fake && generators[c.Generator]) {
			in = append(in, c)
		}
	}
	return in, out
}

// foldSources deals sources into folds.
func assignFolds(clips []motionClip, rng *rand.Rand) map[string]int {
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
func scoreMotion(p *network.Params, clips []motionClip) ([]motionResult, error) {
	r, err := network.NewRunner(p)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []motionResult
	for _, c := range clips {
		changes, err := flickerScores(r, c.Sample)
		if err != nil {
			return nil, err
		}
		moves := *c.motion
		moves.SetFlicker(changes)
		m, err := score.ScoreMotion(r, &moves, verdict.LRScale{})
		if err != nil {
			return nil, err
		}
		out = append(out, motionResult{motionClip: c, Motion: m})
	}
	return out, nil
}
