package train

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/network"
)

// newAblationRun returns a run over synthetic clips, some of them held out.
func newAblationRun(t *testing.T) *ablationRun {
	t.Helper()
	c := &corpus{split: Split{}, hash: "made"}
	for i := range uint64(12) {
		e := madeExample(i, string(rune('a'+i)), 80)
		if i%3 == 2 {
			e.Label = dataset.Fake
		}
		c.examples = append(c.examples, e)
		c.split[e.Source] = []Part{ForTowers, ForHead, ForTowers, HeldOut, HeldOut, HeldOut}[i%6]
	}
	s := newState(1, c.hash, c.sources())
	r, err := network.NewRunner(s.params)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return &ablationRun{Options: &Options{Head: 2, Seed: 1, Log: t.Logf}, runner: r, corpus: c}
}

func TestAblationArms(t *testing.T) {
	a := newAblationRun(t)
	if err := a.selectClips(nil); err != nil {
		t.Fatal(err)
	}
	if len(a.genuine) != 4 || len(a.generated) != 2 {
		t.Fatalf("%d genuine and %d generated test clips", len(a.genuine), len(a.generated))
	}
	for i, e := range a.genuine {
		if a.impostors[i].Source == e.Source {
			t.Errorf("%s is its own impostor", e.Source)
		}
	}
	for _, f := range []network.FusionKind{network.PictureOnly, network.Gated} {
		all, params, err := a.runArm(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		var kinds [3]int
		for i, x := range all {
			kinds[x.Kind]++
			if math.IsNaN(x.Together) || x.Forged != (x.Kind > 0) {
				t.Errorf("%s, clip %d: %+v", f, i, x)
			}
		}
		if kinds != [3]int{4, 4, 2} || params == 0 {
			t.Errorf("%s: %v clips, %d parameters", f, kinds, params)
		}
	}
	if err := a.selectClips([]string{"d", "e", "j", "k"}); err == nil {
		t.Error("the test includes sources that the towers have seen")
	}
}

func TestAblationArm(t *testing.T) {
	a := &ablationRun{Options: &Options{Seed: 1, Log: t.Logf}}
	var picture, sound []evaluate.Tested
	for i := range 30 {
		kind := i % 3
		p := evaluate.Tested{Kind: kind, Forged: kind > 0, Together: -1}
		s := p
		if kind == 2 {
			p.Together = 1 + float64(i)/100 // the picture reveals generated mouths only
		}
		if kind == 1 {
			s.Together = 4 // the sound reveals impostor voices only
		}
		picture, sound = append(picture, p), append(sound, s)
	}
	picture = append(picture, evaluate.Tested{Together: math.NaN()})
	sound = append(sound, evaluate.Tested{Together: 1})
	p, late := a.newArm("picture only", 1, picture), a.newArm(lateFusionName, 2, meanOf(picture, sound))
	if p.Accuracy.Value != .75 || p.Swapped.Value != .5 || p.Generated.Value != 1 || p.AUC.Value != .75 {
		t.Errorf("picture: %+v", p)
	}
	if late.Swapped.Value != 1 || late.Generated.Value != 1 || late.Accuracy.Low > late.Accuracy.Value {
		t.Errorf("late: %+v", late)
	}
	var b strings.Builder
	if err := (&Ablation{Arms: []Arm{p, late}, Fingerprint: "abc", Tested: [3]int{10, 10, 10}}).Markdown(&b); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("| picture only | 1 | 0.750 (%.3f to %.3f) | 0.750", p.Accuracy.Low, p.Accuracy.High); !strings.Contains(b.String(), want) {
		t.Errorf("no %q in\n%s", want, &b)
	}
}
