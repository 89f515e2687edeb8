package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/internal/lips"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/weights"
)

// A group is the genuine or the generated clips of a source.
type group struct {
	source string
	fake   bool
}

func (c *example) group() group { return group{c.Source, c.Label == dataset.Fake} }

// sourceWeights returns the weight of each row, given its group. The weights of the genuine and
// of the generated rows sum to 1 each, and within each class all sources weigh alike, because
// clips of a source share camera, codec and faces. With weights by the square root of the number
// of clips, the AUC on left-out sources was 0.02 lower.
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

// fitOutline fits the outline detector of p, with the same weight for both classes.
func fitOutline(p *network.Params, clips []motionClip) {
	var features []float32
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
		features = append(features, c.motion.Features...)
	}
	weight := sourceWeights(groups)
	p.SetMotionScale(features, weight)
	p.Standardise(features, features)
	p.SetMotion(statistic.Logistic(features, network.MotionFeatures, truth, weight, motionRidge))
}

// fitMotion fits both motion detectors of p.
func fitMotion(ctx context.Context, p *network.Params, clips []motionClip, steps int, seed uint64) error {
	fitOutline(p, clips)
	return fitFlicker(ctx, p, clips, steps, seed)
}

// A motionFit holds the results of trainMotion other than the parameters: the likelihood ratio,
// fitted on left-out sources, and the AUC of both detectors, alone and combined, on left-out
// sources and on left-out generators.
type motionFit struct {
	scale   verdict.LRScale
	figures []weights.Figure
	stages  []string // descriptions of the stages, one line each
}

// foldsSuffix marks the figures of a motionFit.
const foldsSuffix = "_auc_folds"

// trainMotion trains the motion detectors and scales their logits by the weights of
// fitCueWeights.
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
		fmt.Sprintf("lip motion: logistic regression on windows of %d frames, genuine and generated sources weighted alike", lips.Window),
		fmt.Sprintf("flicker: %d steps of %d windows of %d frames, half of them generated", o.Flicker, flickerBatch, network.FlickerSpan),
	}}
	var measures []evaluate.Measure
	var cues cueWeights
	for _, f := range []struct {
		what, name      string
		leaveGenerators bool
	}{{"left-out sources", "", false}, {"left-out sources and generators", "_generators", true}} {
		all, err := crossValidateMotion(ctx, clips, o.Flicker, s.Seed, f.leaveGenerators)
		if err != nil {
			return nil, err
		}
		asIs := slices.DeleteFunc(slices.Clone(all), func(m motionResult) bool { return m.ofDegraded })
		if !f.leaveGenerators {
			cues = fitCueWeights(all)
			scale := fitLR(statistic.Classes(observations(all, cues.combine)))
			// Degraded copies of a clip do not raise the bound.
			scale.MaxLogLR = fitLR(statistic.Classes(observations(asIs, cues.combine))).MaxLogLR
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
			o.Log("generated mouths by %s: AUC %.3f (%.3f to %.3f), %d clips, five folds, %s", cue.name, m.Value, m.Low, m.High, m.N, f.what)
		}
	}
	if err := fitMotion(ctx, s.params, clips, o.Flicker, s.Seed); err != nil {
		return nil, err
	}
	s.params.ScaleMotion(cues.outline, cues.flicker)
	fit.figures = figures(measures)
	return fit, nil
}

// A motionResult holds the motion scores of a clip.
type motionResult struct {
	motionClip
	verdict.Motion
	ofDegraded bool // the scores are those of the degraded clip
}

// A cueWeights holds the weights of the logits of the two detectors.
type cueWeights struct{ outline, flicker float64 }

// combine returns the weighted sum of both logits.
func (b cueWeights) combine(m *verdict.Motion) float64 {
	return b.outline*m.Outline + b.flicker*m.Flicker
}

// fitCueWeights fits the weights of both detectors on original and degraded clips, all sources
// alike, by logistic regression (stacked generalization, Wolpert 1992). Weights are not negative.
// Without clips of both classes both weights are 1.
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

// observations returns the observations of one score.
func observations(all []motionResult, by func(*verdict.Motion) float64) (out []statistic.Observation) {
	for _, m := range all {
		out = append(out, statistic.Observation{Value: by(&m.Motion), Positive: m.Label == dataset.Fake, Source: m.Source, File: m.File})
	}
	return out
}

// crossValidateMotion scores every genuine and generated clip, original and degraded, with
// detectors trained on other sources. It divides the sources into motionFolds folds and scores
// each fold with detectors trained on the others. With leaveGenerators, the training also
// excludes the generators of the fold.
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

// leaveOut divides clips into those for training (in) and those to be scored (out), for which
// isLeftOut is true. Dubbed clips are not scored. With leaveGenerators, in has no clip of a
// generator of out.
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

// assignFolds assigns sources to folds at random.
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

// scoreMotion returns the motion scores of every clip.
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
