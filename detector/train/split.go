package train

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
)

// A Part says what the clips of a source are used for.
type Part int

// The parts.
const (
	ForTowers Part = iota // the towers and the head are trained on it
	ForHead               // only the head is trained on it: the towers have not seen these people
	HeldOut               // nothing is trained on it
)

// Folds is how many parts the sources of a list are dealt into, one of which is
// held out.
const Folds = 5

// headShare is the share of the sources that only the head is trained on.
const headShare = 0.15

// leastStrangers is how many genuine clips these hold at least, where the list has enough: of
// fewer nothing can be said about people whom the towers have not seen.
const minUnseenClips = 20

// A Split says for every source what it is used for.
type Split map[string]Part

// NewSplit divides the sources of a list at random, by a hash of seed and name,
// in that order: fold 0 holds out the first fifth, fold 1 the second, and the head
// gets what follows, and where that holds too few genuine clips (leastStrangers, or
// headShare of those of the list) of what follows then the sources that have such. Over
// all folds every source is held out once. Sources for which keep is true are all for the towers.
func NewSplit(clips []dataset.Clip, seed uint64, fold int, keep func(source string) bool) Split {
	var names []string
	split, genuine, all := Split{}, map[string]int{}, 0
	for _, c := range clips {
		if keep(c.Source) {
			split[c.Source] = ForTowers
			continue
		}
		if _, ok := split[c.Source]; !ok {
			split[c.Source] = ForTowers
			names = append(names, c.Source)
		}
		if c.Label == dataset.Real {
			genuine[c.Source]++
			all++
		}
	}
	rank := func(name string) uint64 {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, name))
		return binary.BigEndian.Uint64(sum[:])
	}
	slices.SortFunc(names, func(a, b string) int {
		if rank(a) < rank(b) {
			return -1
		}
		return 1
	})
	bound := func(k int) int { return int(float64(k*len(names))/Folds + .5) }
	out := bound(fold+1) - bound(fold)
	head := int(headShare*float64(len(names)) + .5)
	wanted := min(minUnseenClips, int(headShare*float64(all)))
	for i := range names {
		n := names[(bound(fold)+i)%len(names)]
		switch {
		case i < out:
			split[n] = HeldOut
		case i < out+head, wanted > 0 && genuine[n] > 0:
			split[n] = ForHead
			wanted -= genuine[n]
		}
	}
	return split
}

// Names returns the sources of one part, sorted.
func (s Split) Names(p Part) []string {
	var names []string
	for n, q := range s {
		if q == p {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}
