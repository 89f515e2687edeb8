package train

import (
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/network"
)

// Each source that the towers have not seen is scored by a head that has not seen it either, on
// the same towers; all other sources are scored by the finished head.
func TestCrossFit(t *testing.T) {
	c := madeCorpus() // b and d are for the head
	s := newState(1, c.hash, c.sources())
	x, err := crossFit(t.Context(), c, &Options{Head: 1, Log: t.Logf}, s)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if x.bySource["b"] == nil || x.bySource["d"] == nil || x.bySource["b"] == x.bySource["d"] || len(x.bySource) != 2 {
		t.Errorf("heads by source: %v", x.bySource)
	}
	finished := new(network.Runner)
	if x.headFor("a", finished) != finished || x.headFor("b", finished) == finished {
		t.Error("wrong head")
	}
	for _, g := range c.headPool(rand.New(rand.NewPCG(1, 1)), "b").groups {
		for _, e := range g {
			if e.Source == "b" {
				t.Error("the head is trained on a source that it must not see")
			}
		}
	}
	c.split["d"] = ForTowers
	alone, err := crossFit(t.Context(), c, &Options{Head: 1, Log: t.Logf}, s)
	if err != nil || len(alone.runners) != 0 {
		t.Errorf("one source: %d heads, %v", len(alone.runners), err)
	}
}
