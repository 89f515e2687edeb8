package train

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

// minFrames is the minimum length of a clip used for training.
const minFrames = 26

// minTowerFrames is the minimum length of a clip from which a long window for the towers can be
// drawn.
const minTowerFrames = longFrames + 2*network.Margin

// A corpus holds the decoded clips of all lists, split by source.
type corpus struct {
	examples  []*example
	split     Split
	auxiliary map[string]bool // sources of all lists but the last
	hash      string          // SHA-256 over the hashes, labels and sources of the clips
}

// readCorpus decodes the clips of all lists. Sources of the auxiliary lists (all but the last)
// are used for training only; some of the other sources are held out.
func readCorpus(ctx context.Context, o *Options) (*corpus, error) {
	var clips []dataset.Clip
	fixed := map[string]bool{}
	for i, list := range o.Lists {
		more, err := dataset.ReadList(list)
		if err != nil {
			return nil, err
		}
		if i < len(o.Lists)-1 {
			for _, c := range more {
				fixed[c.Source] = true
			}
		}
		clips = append(clips, more...)
	}
	c := &corpus{auxiliary: fixed, split: NewSplit(clips, o.Seed, o.Fold, func(source string) bool { return fixed[source] })}
	samples, err := dataset.LoadAll(ctx, clips, dataset.LoadOptions{Cache: filepath.Join(o.Work, "clips"), Jobs: o.Jobs, Finder: o.OpenFinder,
		Progress: o.Progress, Failed: func(_ dataset.Clip, err error) {
			o.Log("skipped: %v", err)
		}})
	if err != nil {
		return nil, err
	}
	var lines []string
	for i, s := range samples {
		if s != nil {
			c.examples = append(c.examples, &example{Clip: clips[i], Sample: s})
			lines = append(lines, s.Hash+" "+clips[i].Label+" "+clips[i].Source+"\n")
		}
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, l := range lines {
		h.Write([]byte(l))
	}
	c.hash = hex.EncodeToString(h.Sum(nil))
	if len(c.examplesIn(ForTowers, minTowerFrames, dataset.Real)) == 0 {
		return nil, fmt.Errorf("training: the lists have no genuine clip of at least %d frames for training", minTowerFrames)
	}
	return c, nil
}

// sources returns the sorted names of all sources used for training.
func (c *corpus) sources() []string {
	return slices.Sorted(slices.Values(append(c.split.Names(ForTowers), c.split.Names(ForHead)...)))
}

// examplesIn returns the examples of part p that have one of the labels and at least minLength
// frames.
func (c *corpus) examplesIn(p Part, minLength int, labels ...string) []*example {
	var out []*example
	for _, e := range c.examples {
		if c.split[e.Source] == p && e.Frames >= minLength && slices.Contains(labels, e.Label) {
			out = append(out, e)
		}
	}
	return out
}

// largeSource is the number of clips from which a source is large. Large sources are drawn with a
// share of their own, so that they do not crowd out the speakers of the small ones.
const largeSource = 300

// splitBySize divides examples into those of small and those of large sources.
func (c *corpus) splitBySize(from []*example) (small, large []*example) {
	count := map[string]int{}
	for _, e := range c.examples {
		count[e.Source]++
	}
	for _, e := range from {
		if count[e.Source] >= largeSource {
			large = append(large, e)
		} else {
			small = append(small, e)
		}
	}
	return small, large
}

// towerPools returns the pools of the long and of the short windows for the towers.
func (c *corpus) towerPools() (long, short *pool) {
	long, short = new(pool), new(pool)
	small, large := c.splitBySize(c.examplesIn(ForTowers, minTowerFrames, dataset.Real))
	long.add(0.55, small)
	long.add(0.20, large)
	long.add(0.25, c.examplesIn(ForTowers, minTowerFrames, dataset.Fake))
	minLength := max(minFrames, shortFrames+2*network.Margin)
	small, large = c.splitBySize(c.examplesIn(ForTowers, minLength, dataset.Real))
	short.add(0.20, small)
	short.add(0.70, large)
	short.add(0.10, c.examplesIn(ForTowers, minLength, dataset.Fake))
	return long, short
}
