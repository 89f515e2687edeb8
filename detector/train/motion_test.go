package train

import (
	"math"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// madeMoved is a clip of so many windows whose signs are all x.
func madeMoved(label, source, generator string, windows int, x float32) moved {
	e := madeExample(1, source, (windows+1)*lips.Hop)
	e.Clip = dataset.Clip{File: source + label, Label: label, Source: source, Generator: generator}
	m := moved{example: e, moves: new(score.MotionWindows)}
	for w := range windows {
		m.moves.First = append(m.moves.First, w*lips.Hop)
		for range network.MotionFeatures {
			m.moves.Features = append(m.moves.Features, x)
		}
	}
	return m
}

func TestSharesOfSourcesAreAlike(t *testing.T) {
	var rows []group
	for g, n := range map[group]int{{"a", false}: 9, {"b", false}: 3, {"b", true}: 2, {"c", true}: 8, {"d", true}: 1} {
		rows = append(rows, slices.Repeat([]group{g}, n)...)
	}
	sum := map[group]float64{}
	for i, w := range shares(rows) {
		sum[rows[i]] += w
	}
	for g, want := range map[group]float64{{"a", false}: 1. / 2, {"b", false}: 1. / 2, {"b", true}: 1. / 3, {"c", true}: 1. / 3, {"d", true}: 1. / 3} {
		if math.Abs(sum[g]-want) > 1e-12 {
			t.Errorf("%v weighs %.3f, want %.3f", g, sum[g], want)
		}
	}
	if g := madeMoved(dataset.Dubbed, "b", "swap", 1, 0).group(); g != (group{"b", false}) {
		t.Errorf("a dubbed mouth is of %v, want a genuine one", g)
	}
}

// What is judged shares neither source nor, where asked for, generator with what
// is trained on, and no dubbed clip is judged.
func TestLeaveOutLeavesOut(t *testing.T) {
	clips := []moved{
		madeMoved(dataset.Real, "a", "none", 1, 0), madeMoved(dataset.Dubbed, "a", "swap", 1, 0), madeMoved(dataset.Fake, "a", "x", 1, 0),
		madeMoved(dataset.Real, "b", "none", 1, 0), madeMoved(dataset.Dubbed, "b", "swap", 1, 0), madeMoved(dataset.Fake, "b", "x", 1, 0), madeMoved(dataset.Fake, "b", "y", 1, 0),
	}
	for makers, want := range map[bool]int{false: 4, true: 3} {
		in, out := leaveOut(clips, func(m moved) bool { return m.Source == "a" }, makers)
		if len(in) != want || len(out) != 2 {
			t.Errorf("makers %v: %d clips to train on, want %d; %d to judge, want 2", makers, len(in), want, len(out))
		}
		for _, c := range in {
			if c.Source == "a" || makers && c.Generator == "x" {
				t.Errorf("makers %v: trained on %s of %s", makers, c.Generator, c.Source)
			}
		}
		for _, c := range out {
			if c.Source != "a" || c.Label == dataset.Dubbed {
				t.Errorf("makers %v: judged %s of %s", makers, c.Label, c.Source)
			}
		}
	}
}

// The sound of a dubbed clip tells nothing of its mouth.
func TestDubbedSoundIsNotAsked(t *testing.T) {
	r, err := network.NewRunner(network.NewParams(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	e := madeExample(1, "a", 60)
	for label, asked := range map[string]bool{dataset.Real: true, dataset.Dubbed: false, dataset.Fake: true} {
		e.Label = label
		m, err := e.moves(r)
		if err != nil || len(m.Features) != network.MotionFeatures {
			t.Fatalf("%+v, %v", m, err)
		}
		if last := float64(m.Features[network.MotionFeatures-1]); math.IsNaN(last) == asked {
			t.Errorf("%s: the last sign is %v", label, last)
		}
	}
}

func TestFitOutlineTellsKindsApart(t *testing.T) {
	clips := []moved{madeMoved(dataset.Real, "a", "none", 3, -1), madeMoved(dataset.Real, "b", "none", 9, -2), madeMoved(dataset.Fake, "c", "x", 2, 1), madeMoved(dataset.Fake, "d", "y", 5, 2)}
	p := network.NewParams(1)
	fitOutline(p, clips)
	got, err := judgeMoved(p, clips)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range got {
		if fake := clips[i].Label == dataset.Fake; (o.Outline > 0) != fake {
			t.Errorf("%s of %s: logit %.2f", clips[i].Label, clips[i].Source, o.Outline)
		}
	}
}

// Where one of the judges knows and the other guesses, the one is believed.
func TestBelieveWhoKnows(t *testing.T) {
	var all []movedResult
	for i := range 200 {
		label, sure := dataset.Real, -1.
		if i%2 == 0 {
			label, sure = dataset.Fake, 1
		}
		chance := float64(i*37%19)/9 - 1
		if i%10 < 2 {
			sure = -sure // now and then it is wrong
		}
		all = append(all, movedResult{moved: madeMoved(label, "a", "x", 1, 0), Motion: verdict.Motion{Outline: chance, Flicker: sure}})
	}
	if b := believe(all); b.flicker < 1 || b.outline > .3 {
		t.Errorf("%+v", b)
	}
	for i := range all { // what is said against the truth is not turned round
		all[i].Flicker = -all[i].Flicker
	}
	if b := believe(all); b.flicker != 0 {
		t.Errorf("%+v of a judge that is wrong", b)
	}
	if b := believe(all[:1]); b != (beliefs{1, 1}) {
		t.Errorf("%+v of one kind", b)
	}
}
