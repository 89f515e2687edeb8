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
		t.Error("a source for which keep is true was held out")
	}
	again := NewSplit(reversed(clips), 1, 0, func(s string) bool { return s == "a" || s == "b" })
	for s, p := range all {
		if again[s] != p {
			t.Errorf("source %s is %d or %d, depending on the order of the list", s, p, again[s])
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

// If headShare of the sources holds too few genuine clips, further sources are for the head.
func TestHeadGetsGenuineClips(t *testing.T) {
	// Genuine clips in each of 10 sources; 20 further sources have generated clips only.
	for _, each := range []int{1, 8} {
		var clips []dataset.Clip
		for i := range 30 {
			label, n := dataset.Fake, 3
			if i%3 == 0 {
				label, n = dataset.Real, each
			}
			for range n {
				clips = append(clips, dataset.Clip{Source: string(rune('A' + i)), Label: label})
			}
		}
		for seed := range uint64(40) {
			split := NewSplit(clips, seed, 0, func(string) bool { return false })
			var genuine [3]int
			for _, c := range clips {
				if c.Label == dataset.Real {
					genuine[split[c.Source]]++
				}
			}
			// 15 % of 10 clips is 1, of 80 it is 12.
			if least := 12 * each / 8; genuine[ForHead] < least {
				t.Errorf("seed %d: %d of %d genuine clips for the head, want %d", seed, genuine[ForHead], 10*each, least)
			}
			if genuine[ForTowers] == 0 {
				t.Errorf("seed %d: no genuine clip for the towers", seed)
			}
		}
	}
}

func reversed(clips []dataset.Clip) []dataset.Clip {
	out := slices.Clone(clips)
	slices.Reverse(out)
	return out
}
