package train

import (
	"slices"
	"strings"
	"testing"

	"github.com/deepcheck/deepcheck/detector/dataset"
)

func TestSplitKeepsSourcesWhole(t *testing.T) {
	var clips []dataset.Clip
	for _, s := range strings.Split("abcdefghijklmnopqrst", "") {
		clips = append(clips, dataset.Clip{Source: s}, dataset.Clip{Source: s})
	}
	all := NewSplit(clips, 1, 0, func(s string) bool { return s == "a" || s == "b" })
	if n := len(all.Names(HeldOut)); n != 4 {
		t.Errorf("%d of 18 sources held out, want 4", n)
	}
	if all["a"] != ForTowers || all["b"] != ForTowers {
		t.Error("a source that is to be kept was held out")
	}
	again := NewSplit(reversed(clips), 1, 0, func(s string) bool { return s == "a" || s == "b" })
	for s, p := range all {
		if again[s] != p {
			t.Errorf("source %s is %d or %d, by the order of the list", s, p, again[s])
		}
	}
}

func TestFoldsHoldOutEverySourceOnce(t *testing.T) {
	var clips []dataset.Clip
	for i := range 23 {
		clips = append(clips, dataset.Clip{Source: string(rune('a' + i))})
	}
	out := map[string]int{}
	for fold := range Folds {
		split := NewSplit(clips, 1, fold, func(string) bool { return false })
		for _, s := range split.Names(HeldOut) {
			out[s]++
		}
		if n := len(split.Names(ForHead)); n != 3 {
			t.Errorf("fold %d: %d sources for the head, want 3", fold, n)
		}
	}
	for _, c := range clips {
		if out[c.Source] != 1 {
			t.Errorf("source %s is held out %d times, want once", c.Source, out[c.Source])
		}
	}
}

func reversed(clips []dataset.Clip) []dataset.Clip {
	out := slices.Clone(clips)
	slices.Reverse(out)
	return out
}
