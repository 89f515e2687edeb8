package train

import (
	"math"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// madeMotionClip returns a clip with windows windows, all of whose features are x.
func madeMotionClip(label, source, generator string, windows int, x float32) motionClip {
	e := madeExample(1, source, (windows+1)*lips.Hop)
	e.Clip = dataset.Clip{File: source + label, Label: label, Source: source, Generator: generator}
	m := motionClip{example: e, motion: new(score.MotionWindows)}
	for w := range windows {
		m.motion.First = append(m.motion.First, w*lips.Hop)
		for range network.MotionFeatures {
			m.motion.Features = append(m.motion.Features, x)
		}
	}
	return m
}

func TestSourcesWeighAlike(t *testing.T) {
	var rows []group
	for g, n := range map[group]int{{"a", false}: 9, {"b", false}: 3, {"b", true}: 2, {"c", true}: 8, {"d", true}: 1} {
		rows = append(rows, slices.Repeat([]group{g}, n)...)
	}
	sum := map[group]float64{}
	for i, w := range sourceWeights(rows) {
		sum[rows[i]] += w
	}
	for g, want := range map[group]float64{{"a", false}: 1. / 2, {"b", false}: 1. / 2, {"b", true}: 1. / 3, {"c", true}: 1. / 3, {"d", true}: 1. / 3} {
		if math.Abs(sum[g]-want) > 1e-12 {
			t.Errorf("%v weighs %.3f, want %.3f", g, sum[g], want)
		}
	}
	if g := madeMotionClip(dataset.Dubbed, "b", "swap", 1, 0).group(); g != (group{"b", false}) {
		t.Errorf("group of a dubbed mouth %v, want a genuine one", g)
	}
}

// Scored clips share no source and, with leaveGenerators, no generator with the training clips.
// Dubbed clips are not scored.
func TestLeaveOut(t *testing.T) {
	clips := []motionClip{
		madeMotionClip(dataset.Real, "a", "none", 1, 0), madeMotionClip(dataset.Dubbed, "a", "swap", 1, 0), madeMotionClip(dataset.Fake, "a", "x", 1, 0),
		madeMotionClip(dataset.Real, "b", "none", 1, 0), madeMotionClip(dataset.Dubbed, "b", "swap", 1, 0), madeMotionClip(dataset.Fake, "b", "x", 1, 0), madeMotionClip(dataset.Fake, "b", "y", 1, 0),
	}
	for leaveGenerators, want := range map[bool]int{false: 4, true: 3} {
		in, out := leaveOut(clips, func(m motionClip) bool { return m.Source == "a" }, leaveGenerators)
		if len(in) != want || len(out) != 2 {
			t.Errorf("leaveGenerators %v: %d training clips, want %d; %d scored clips, want 2", leaveGenerators, len(in), want, len(out))
		}
		for _, c := range in {
			if c.Source == "a" || leaveGenerators && c.Generator == "x" {
				t.Errorf("leaveGenerators %v: trained on %s of %s", leaveGenerators, c.Generator, c.Source)
			}
		}
		for _, c := range out {
			if c.Source != "a" || c.Label == dataset.Dubbed {
				t.Errorf("leaveGenerators %v: scored %s of %s", leaveGenerators, c.Label, c.Source)
			}
		}
	}
}

// The features of a dubbed clip do not depend on its sound.
func TestDubbedSoundIsIgnored(t *testing.T) {
	r, err := network.NewRunner(network.NewParams(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	e := madeExample(1, "a", 60)
	for label, used := range map[string]bool{dataset.Real: true, dataset.Dubbed: false, dataset.Fake: true} {
		e.Label = label
		m, err := e.describeMotion(r)
		if err != nil || len(m.Features) != network.MotionFeatures {
			t.Fatalf("%+v, %v", m, err)
		}
		if last := float64(m.Features[network.MotionFeatures-1]); math.IsNaN(last) == used {
			t.Errorf("%s: the last feature is %v", label, last)
		}
	}
}

func TestFitOutlineSeparatesClasses(t *testing.T) {
	clips := []motionClip{madeMotionClip(dataset.Real, "a", "none", 3, -1), madeMotionClip(dataset.Real, "b", "none", 9, -2), madeMotionClip(dataset.Fake, "c", "x", 2, 1), madeMotionClip(dataset.Fake, "d", "y", 5, 2)}
	p := network.NewParams(1)
	fitOutline(p, clips)
	got, err := scoreMotion(p, clips)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range got {
		if fake := clips[i].Label == dataset.Fake; (o.Outline > 0) != fake {
			t.Errorf("%s of %s: logit %.2f", clips[i].Label, clips[i].Source, o.Outline)
		}
	}
}

// The informative detector gets the larger weight.
func TestFitCueWeights(t *testing.T) {
	var all []motionResult
	for i := range 200 {
		label, informative := dataset.Real, -1.
		if i%2 == 0 {
			label, informative = dataset.Fake, 1
		}
		uninformative := float64(i*37%19)/9 - 1
		if i%10 < 2 {
			informative = -informative // 20 % errors
		}
		all = append(all, motionResult{motionClip: madeMotionClip(label, "a", "x", 1, 0), Motion: verdict.Motion{Outline: uninformative, Flicker: informative}})
	}
	if b := fitCueWeights(all); b.flicker < 1 || b.outline > .3 {
		t.Errorf("%+v", b)
	}
	for i := range all { // a detector with inverted scores gets no weight
		all[i].Flicker = -all[i].Flicker
	}
	if b := fitCueWeights(all); b.flicker != 0 {
		t.Errorf("%+v for a detector with inverted scores", b)
	}
	if b := fitCueWeights(all[:1]); b != (cueWeights{1, 1}) {
		t.Errorf("%+v for one class", b)
	}
}
