package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// With an uninformative logit and an informative likeness the fusion uses the likeness and is 0
// halfway between both classes.
func TestFusionFavoursTheInformativeCue(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var b fusionFit
	for i := range 4000 {
		impostor := i%4 == 0
		likeness := 0.5
		if impostor {
			likeness = 0.1
		}
		b.add([]verdict.Score{{Judged: true, Mismatch: network.Probability(float32(rng.NormFloat64())), Likeness: likeness + 0.15*rng.NormFloat64()}}, 1, impostor)
	}
	x := b.fit()
	if want := -0.4 / (0.15 * 0.15); math.Abs(x.Likeness-want) > 0.15*math.Abs(want) || math.Abs(x.Logit) > 0.2 {
		t.Errorf("%+v, want a likeness of %.1f (Gaussians of one variance) and no logit", x, want)
	}
	if got := x.Fuse(0, 0.3); math.Abs(got) > 0.3 {
		t.Errorf("halfway %.2f, want 0 for any ratio of the classes", got)
	}
}

// A logit whose fitted weight would be negative is not used.
func TestFusionHasNoNegativeLogitWeight(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var with, without fusionFit
	for i := range 2000 {
		impostor := i%2 == 0
		likeness, logit := 0.5+0.15*rng.NormFloat64(), rng.NormFloat64()+1
		if impostor {
			likeness, logit = likeness-0.4, logit-2
		}
		with.add([]verdict.Score{{Judged: true, Mismatch: network.Probability(float32(logit)), Likeness: likeness}}, 1, impostor)
		without.add([]verdict.Score{{Judged: true, Mismatch: .5, Likeness: likeness}}, 1, impostor)
	}
	if x, want := with.fit(), without.fit(); math.Abs(x.Logit) > 1e-9 || math.Abs(x.Likeness-want.Likeness) > 1e-6 || math.Abs(x.Offset-want.Offset) > 1e-6 {
		t.Errorf("%+v, want %+v, the fit of the likeness alone", x, want)
	}
}

func TestFusionOfOneClassIsZero(t *testing.T) {
	var b fusionFit
	for range 10 {
		b.add([]verdict.Score{{Judged: true, Mismatch: .5}}, 1, false)
	}
	b.add([]verdict.Score{{Mismatch: .5}}, 1, true) // not judged
	if x := b.fit(); x != (verdict.Fusion{}) {
		t.Errorf("%+v", x)
	}
}
