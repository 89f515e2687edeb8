package train

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
)

// A Part is the use of the clips of a source.
type Part int

// The parts.
const (
	ForTowers Part = iota // for training of the towers and the head
	ForHead               // for training of the head alone; the towers have not seen these speakers
	HeldOut               // for no training
)

// Folds is the number of folds of sources; one of them is held out.
const Folds = 5

// headShare is the share of the sources in ForHead.
const headShare = 0.15

// minUnseenClips is the minimum number of genuine clips in ForHead, if the list has enough: fewer
// do not support any statement on unseen speakers.
const minUnseenClips = 20

// A Split maps each source to its part.
type Split map[string]Part

// NewSplit divides the sources of a list at random, in the order of a hash of seed and name. Fold
// 0 holds out the first fifth, fold 1 the second, and so on, so that over all folds each source
// is held out once. The next headShare of the sources are for the head. If they hold fewer
// genuine clips than min(minUnseenClips, headShare of the genuine clips), the next sources with
// genuine clips are for the head as well. Sources for which keep is true are all for the towers.
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

// Names returns the sorted sources of part p.
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
