package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
)

// DefaultAblation is the default number of training steps of each head of an ablation.
const DefaultAblation = 1500

// lateFusionName is the name of the arm without training: the mean of the logits of the two heads
// with one modality.
const lateFusionName = "late"

// An Arm is one row of an ablation: how well one way of fusing picture and sound separates
// genuine clips from clips with an impostor voice and from clips with a generated mouth, on
// held-out sources.
type Arm struct {
	Name   string
	Params int
	// Mean of the shares of correctly classified genuine and forged clips.
	Accuracy  statistic.Estimate
	AUC       statistic.Estimate // mean of Swapped and Generated
	Swapped   statistic.Estimate // genuine against impostor voice
	Generated statistic.Estimate // genuine against generated mouth
}

// An Ablation compares heads that were trained in the same way on the embeddings of the same
// towers.
type Ablation struct {
	Fingerprint      string // fingerprint of the weights with the towers
	Seed             uint64
	Steps            int
	Trained          int    // number of training clips
	Tested           [3]int // number of test clips: genuine, impostor voice, generated mouth
	Sources, LeftOut int
	Arms             []Arm
	// AUC of nuisances alone, genuine clips against forgeries that training makes from them.
	Manipulated statistic.Estimate
}

// ErrNoTowers is the error of Ablate without Options.From.
var ErrNoTowers = errors.New("an ablation needs the towers of finished weights")

// Ablate trains a head for every fusion on the genuine and generated clips of the sources for
// training, and tests the heads on the held-out sources. Each head is trained for Options.Head
// steps, with the same clips in the same order.
func Ablate(ctx context.Context, o Options) (*Ablation, error) {
	if o.From == nil {
		return nil, ErrNoTowers
	}
	if o.Head == 0 {
		o.Head = DefaultAblation
	}
	c, s, err := prepare(ctx, &o)
	if err != nil {
		return nil, err
	}
	if err := c.degrade(ctx, &o); err != nil {
		return nil, err
	}
	r, err := network.NewRunner(s.params)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	a := &ablationRun{Options: &o, runner: r, corpus: c}
	if err := a.selectClips(s.Sources); err != nil {
		return nil, err
	}
	out := &Ablation{Fingerprint: o.From.Fingerprint(), Seed: o.Seed, Steps: o.Head, Tested: [3]int{len(a.genuine), len(a.genuine), len(a.generated)}}
	for _, g := range a.pool.groups {
		out.Trained += len(g)
	}
	var names []string
	for _, e := range append(slices.Clone(a.genuine), a.generated...) {
		names = append(names, e.Source)
	}
	slices.Sort(names)
	out.LeftOut, out.Sources = len(slices.Compact(names)), len(c.sources())
	scores := map[string][]evaluate.Tested{}
	for _, f := range []network.FusionKind{network.PictureOnly, network.SoundOnly, network.Early, network.Intermediate, network.Gated} {
		all, params, err := a.runArm(ctx, f)
		if err != nil {
			return nil, err
		}
		scores[string(f)] = all
		out.Arms = append(out.Arms, a.newArm(string(f), params, all))
		if f == network.SoundOnly {
			late := meanOf(scores[string(network.PictureOnly)], all)
			out.Arms = append(out.Arms, a.newArm(lateFusionName, out.Arms[0].Params+params, late))
		}
	}
	order := []string{string(network.PictureOnly), string(network.SoundOnly), string(network.Early), lateFusionName, string(network.Intermediate), string(network.Gated)}
	slices.SortFunc(out.Arms, func(x, y Arm) int {
		return cmp.Compare(slices.Index(order, x.Name), slices.Index(order, y.Name))
	})
	all, manipulated, err := a.nuisanceArm()
	if err != nil {
		return nil, err
	}
	out.Arms = append(out.Arms, a.newArm(nuisanceArmName, nuisanceFeatures+1, all))
	out.Manipulated = a.newArm(nuisanceArmName+", training forgeries", nuisanceFeatures+1, manipulated).Swapped
	return out, nil
}

// An ablationRun holds what all arms share.
type ablationRun struct {
	*Options
	runner             *network.Runner
	corpus             *corpus
	pool               *pool
	bank               map[*example][]*embed.Mouths
	genuine, generated []*example // test clips
	impostors          []*example // donors of the impostor voices, one per genuine clip
}

// generatedShare is the share of generated clips in training.
const generatedShare = 0.5

// selectClips selects the training and test clips. It excludes the sources in seen, which the
// towers have seen, from the test.
func (a *ablationRun) selectClips(seen []string) error {
	c := a.corpus
	a.pool = c.headPool(rand.New(rand.NewPCG(a.Seed, 0x68656164)))
	a.pool.add(generatedShare, append(c.examplesIn(ForTowers, minFrames, dataset.Fake), c.examplesIn(ForHead, minFrames, dataset.Fake)...))
	of := func(label string) []*example {
		return slices.DeleteFunc(c.examplesIn(HeldOut, evaluate.LongClip, label), func(e *example) bool { return slices.Contains(seen, e.Source) })
	}
	a.genuine, a.generated = of(dataset.Real), of(dataset.Fake)
	if len(a.pool.groups) < 2 || len(a.genuine) < 2 || len(a.generated) == 0 {
		return fmt.Errorf("ablation: the lists need genuine and generated clips for training, and for the test some of at least 3 s from sources that the towers have not seen")
	}
	rng := rand.New(rand.NewPCG(a.Seed, 0x737472))
	for _, e := range a.genuine {
		a.impostors = append(a.impostors, a.drawImpostor(e, rng))
	}
	return nil
}

// drawImpostor draws the clip whose voice replaces that of e: of another source, and no shorter
// than e, because silence at the end would reveal the replacement. It drops conditions that no
// clip meets.
func (a *ablationRun) drawImpostor(e *example, rng *rand.Rand) *example {
	others := slices.DeleteFunc(slices.Clone(a.genuine), func(o *example) bool { return o == e })
	for _, unfit := range []func(*example) bool{
		func(o *example) bool { return o.Source == e.Source },
		func(o *example) bool { return o.Frames < e.Frames },
	} {
		if fit := slices.DeleteFunc(slices.Clone(others), unfit); len(fit) > 0 {
			others = fit
		}
	}
	return others[rng.IntN(len(others))]
}

// runArm trains one head and returns the scores of the test clips and the number of parameters.
func (a *ablationRun) runArm(ctx context.Context, f network.FusionKind) ([]evaluate.Tested, int, error) {
	params := network.NewFusionParams(f, a.Seed)
	h := &headTraining{steps: a.Head, fusion: f, runner: a.runner, pool: a.pool, bank: a.bank, onReport: func() error { return nil },
		log:    func(format string, args ...any) { a.Log(string(f)+": "+format, args...) },
		donors: a.pool.genuine(), state: &state{Seed: a.Seed, Head: network.NewAdam(decay), params: params}}
	if err := h.run(ctx); err != nil {
		return nil, 0, err
	}
	a.bank = h.bank
	j, err := network.NewHeadTrainer(f, params, network.NewAdam(decay), headBatch, network.Chunk)
	if err != nil {
		return nil, 0, err
	}
	var all []evaluate.Tested
	err = a.eachTest(func(kind int, e *example, s *tampered) error {
		score, err := a.score(j, e, s)
		all = append(all, evaluate.Tested{Forged: kind > 0, Kind: kind, Together: score})
		return err
	})
	return all, j.Count(), err
}

// eachTest calls do for every test clip: genuine (kind 0), with an impostor voice (1), generated
// (2).
func (a *ablationRun) eachTest(do func(kind int, e *example, s *tampered) error) error {
	err := a.eachPair(func(i int, e *example) *tampered {
		s := untampered(e.Sample)
		s.replaceAll(a.impostors[i].Sample)
		return s
	}, do)
	if err != nil {
		return err
	}
	for _, e := range a.generated {
		if err := do(2, e, untampered(e.Sample)); err != nil {
			return err
		}
	}
	return nil
}

// eachPair calls do for every genuine test clip, with its own sound (kind 0) and with the sound
// that forge returns (1).
func (a *ablationRun) eachPair(forge func(i int, e *example) *tampered, do func(kind int, e *example, s *tampered) error) error {
	for i, e := range a.genuine {
		for kind, s := range []*tampered{untampered(e.Sample), forge(i, e)} {
			if err := do(kind, e, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// score returns the mean logit of the judged frames of a clip; NaN without judged frames.
func (a *ablationRun) score(j *network.HeadTrainer, e *example, s *tampered) (float64, error) {
	m, err := embedMouths(a.runner, e, noImageChange(), nil)
	if err != nil {
		return 0, err
	}
	face := &embed.Mouths{Embeddings: embed.Float32(m.mouths), Seen: e.Seen}
	voice, err := embed.EmbedMel(a.runner, s.mel, s.level, s.voiced)
	if err != nil {
		return 0, err
	}
	lag := avsync.Estimate(avsync.LagProfile(face, voice)).Whole
	var sum, n float64
	for from := 0; from < e.Frames; from += j.Batch * j.Frames {
		clear(j.Weight)
		for b := 0; b < j.Batch && from+b*j.Frames < e.Frames; b++ {
			putExample(j, b, e, face, voice, s, from+b*j.Frames, lag)
		}
		logits, err := j.Logits()
		if err != nil {
			return 0, err
		}
		for i, w := range j.Weight {
			sum, n = sum+float64(w*logits[i]), n+float64(w)
		}
	}
	return sum / n, nil
}

// meanOf returns the mean of two lists of scores of the same clips.
func meanOf(a, b []evaluate.Tested) []evaluate.Tested {
	out := slices.Clone(a)
	for i := range out {
		out[i].Together = (a[i].Together + b[i].Together) / 2
	}
	return out
}

// newArm returns the arm of a list of scores, with 95 % intervals by bootstrap over clips.
func (a *ablationRun) newArm(name string, params int, all []evaluate.Tested) Arm {
	all = slices.DeleteFunc(slices.Clone(all), func(t evaluate.Tested) bool { return math.IsNaN(t.Together) })
	rng := rand.New(rand.NewPCG(a.Seed, 0x61626c))
	found := statistic.BootstrapClips(rng, len(all), func(drawn []int) []float64 {
		var by [3][]float64
		for _, i := range drawn {
			by[all[i].Kind] = append(by[all[i].Kind], all[i].Together)
		}
		swapped, generated := statistic.AUC(by[1], by[0]), statistic.AUC(by[2], by[0])
		return []float64{evaluate.Accuracy(all, func(t evaluate.Tested) float64 { return t.Together }, drawn), (swapped + generated) / 2, swapped, generated}
	})
	a.Log("%s: accuracy %.3f, AUC swapped %.3f, generated %.3f", name, found[0].Value, found[2].Value, found[3].Value)
	return Arm{name, params, found[0], found[1], found[2], found[3]}
}

// Markdown writes the ablation as a table with a description of the method.
func (a *Ablation) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "| fusion | parameters | accuracy | AUC | AUC, impostor voice | AUC, generated mouth |\n|---|---|---|---|---|---|\n")
	cell := func(e statistic.Estimate) string { return fmt.Sprintf("%.3f (%.3f to %.3f)", e.Value, e.Low, e.High) }
	for _, arm := range a.Arms {
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s |\n", arm.Name, arm.Params, cell(arm.Accuracy), cell(arm.AUC), cell(arm.Swapped), cell(arm.Generated))
	}
	fmt.Fprintf(&b, `
Each head was trained for %d steps on the same %d clips of %d sources in the same order (seed %d), on the embeddings
of the frozen towers of weights %.12s. The clips are genuine (some with replaced or displaced sound) or generated.
The test clips last at least 3 s and come from %d sources that neither the towers nor the heads have seen:
%d genuine clips, the same clips with the voice of another source, and %d clips with a generated mouth. The score
of a clip is the mean logit of its frames after compensation of the lag; a score above 0 means forged. Accuracy: mean
of the shares of correctly classified genuine and forged clips; both kinds of forgery weigh alike. AUC: mean of the
two columns after it. In brackets: 95 %% intervals, bootstrap over clips. Late: mean of the logits of the two heads
with one modality. Nuisance only: a logistic regression on face size, bytes per frame, sharpness, change and
repetition of the pictures, speech level, its variation, and silence. Its AUC is %s for the forgeries that training
makes of the genuine test clips (sound replaced or displaced, wholly or in an interval) against these clips: an AUC
far from 0.5 means that the heads could learn nuisances instead of the match of voice and mouth.
`, a.Steps, a.Trained, a.Sources, a.Seed, a.Fingerprint, a.LeftOut, a.Tested[0], a.Tested[2], cell(a.Manipulated))
	_, err := io.WriteString(w, b.String())
	return err
}
