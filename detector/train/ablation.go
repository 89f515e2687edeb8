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
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/statistic"
	avsync "github.com/deepcheck/deepcheck/sync"
)

// DefaultAblation is how many steps each head of an ablation is trained.
const DefaultAblation = 1500

// lateFusion is the name of the arm that is not trained: the mean of the logits of
// the two heads that have one modality each.
const lateFusionName = "late"

// An Arm is one row of an ablation: how well one way of putting picture and sound
// together tells genuine clips from those with another's voice and those with a
// generated mouth, on sources left out.
type Arm struct {
	Name      string
	Params    int
	Accuracy  statistic.Estimate // mean of the shares of genuine and of forged clips told rightly, both kinds of forgery alike
	AUC       statistic.Estimate // mean of the next two
	Swapped   statistic.Estimate // genuine against another's voice
	Generated statistic.Estimate // genuine against a generated mouth
}

// An Ablation compares heads that were trained alike on the embeddings of the same
// towers.
type Ablation struct {
	Fingerprint      string // of the weights whose towers they are
	Seed             uint64
	Steps            int
	Trained          int    // clips
	Tested           [3]int // clips: genuine, with another's voice, with a generated mouth
	Sources, LeftOut int
	Arms             []Arm
	Manipulated      statistic.Estimate // AUC of nuisances alone, genuine clips against the forgeries that training makes of them
}

// ErrNoTowers: an ablation needs towers that have learnt, see Options.From.
var ErrNoTowers = errors.New("an ablation needs the towers of finished weights")

// Ablate trains a head for every fusion on the genuine and generated clips of the
// sources that are trained on, Options.Head steps each, with the same clips in the
// same order, and measures them on the others.
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
	out.Manipulated = a.newArm(nuisanceArmName+", what training makes", nuisanceFeatures+1, manipulated).Swapped
	return out, nil
}

// ablating is what all arms share.
type ablationRun struct {
	*Options
	runner             *network.Runner
	corpus             *corpus
	pool               *pool
	bank               map[*example][]*embed.Mouths
	genuine, generated []*example // of sources left out
	impostors          []*example // whose voice each genuine one is given
}

// ablationFakes is the share of generated clips among those trained on.
const generatedShare = 0.5

// gather divides the clips: sources that towers have seen are not tested on.
func (a *ablationRun) selectClips(seen []string) error {
	c := a.corpus
	a.pool = c.headPool(rand.New(rand.NewPCG(a.Seed, 0x68656164)))
	a.pool.add(generatedShare, append(c.examplesIn(ForTowers, minFrames, dataset.Fake), c.examplesIn(ForHead, minFrames, dataset.Fake)...))
	of := func(label string) []*example {
		return slices.DeleteFunc(c.examplesIn(HeldOut, evaluate.LongClip, label), func(e *example) bool { return slices.Contains(seen, e.Source) })
	}
	a.genuine, a.generated = of(dataset.Real), of(dataset.Fake)
	if len(a.pool.groups) < 2 || len(a.genuine) < 2 || len(a.generated) == 0 {
		return fmt.Errorf("ablation: genuine and generated clips are needed, to train on and, of 3 s or more and of sources that the towers have not seen, to test on")
	}
	rng := rand.New(rand.NewPCG(a.Seed, 0x737472))
	for _, e := range a.genuine {
		a.impostors = append(a.impostors, a.drawImpostor(e, rng))
	}
	return nil
}

// stranger draws whose voice a clip is given: of another source and no shorter than the
// clip, since silence at the end would tell; where there are none such, whatever is left.
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

// arm trains one head and returns the scores of the clips it is tested on.
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

// each calls do for every clip that is tested on: genuine ones (kind 0), the same with
// a stranger's voice (1), generated ones (2).
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

// pairs calls do for every genuine clip that is tested on, with its own sound (kind 0)
// and with what forge makes of it (1).
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

// score returns the mean logit of a clip's judged frames; NaN where there are none.
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

// meanOf returns the mean of the scores of the same clips.
func meanOf(a, b []evaluate.Tested) []evaluate.Tested {
	out := slices.Clone(a)
	for i := range out {
		out[i].Together = (a[i].Together + b[i].Together) / 2
	}
	return out
}

// row makes a row of the scores, with intervals by bootstrap over clips.
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

// Markdown writes the ablation as a table and says how it was come by.
func (a *Ablation) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "| fusion | learnt numbers | accuracy | AUC | AUC, another's voice | AUC, generated mouth |\n|---|---|---|---|---|---|\n")
	cell := func(e statistic.Estimate) string { return fmt.Sprintf("%.3f (%.3f to %.3f)", e.Value, e.Low, e.High) }
	for _, arm := range a.Arms {
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s |\n", arm.Name, arm.Params, cell(arm.Accuracy), cell(arm.AUC), cell(arm.Swapped), cell(arm.Generated))
	}
	fmt.Fprintf(&b, `
Heads trained for %d steps each, on the same %d clips of %d sources in the same order (seed %d), on embeddings
of the towers of weights %.12s, which stay as they are; genuine clips, the same with sound replaced or
displaced, and generated ones. Tested on clips of 3 s or more of %d sources that neither towers nor heads have
seen: %d genuine ones, the same with the voice of another source, and %d with a generated mouth. A clip's score
is the mean logit of its frames, after the lag was taken out; it is called forged above 0. Accuracy: mean of the
shares of genuine and of forged clips told rightly, both kinds of forgery alike. AUC: mean of the two behind it.
In brackets: 95 %% intervals, bootstrap over clips. Late: mean of the logits of the two heads with one modality.
Nuisance only: a logistic regression on size of the face, bits a frame, sharpness, change and repetition of the
pictures, level of the speech, its spread and silence. It tells the forgeries that training makes of the genuine clips
tested on (sound replaced or displaced, whole or for a stretch) from those with an AUC of %s: what
is far from .5 there could be learnt in place of the fit of voice and mouth.
`, a.Steps, a.Trained, a.Sources, a.Seed, a.Fingerprint, a.LeftOut, a.Tested[0], a.Tested[2], cell(a.Manipulated))
	_, err := io.WriteString(w, b.String())
	return err
}
