package train

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/weights"
)

// Options say how a weights file is made. The zero value of the numbers means
// the defaults below.
type Options struct {
	Lists      []string      // TSV files or folders; at least one
	Work       string        // folder for the cache and the checkpoint
	Resume     bool          // go on from the checkpoint
	NewClips   bool          // with Resume: go on with other clips than before
	From       *weights.File // begin with its towers; nil: from nothing. With Resume it counts where there is no checkpoint yet
	Calibrate  bool          // with From, whose head is kept: fit its thresholds, blends and likelihood ratios anew, and keep the judges of how mouths move
	MeanWith   *weights.File // with From: begin with the mean of both's towers; nil: with those of From
	Command    string        // as typed, for the record
	Seed       uint64
	Fold       int  // which of the parts of the sources is held out, 0 to Folds-1
	Towers     int  // steps of contrastive training
	Head       int  // steps of training of the head
	Flicker    int  // steps of training of the judge of flicker, each time that it is trained
	Overlap    int  // steps of training of the judge of overlapped speech, each time that it is trained
	Speaker    int  // and of the speaker embeddings
	Jobs       int  // workers that decode clips
	NoReencode bool // leave out of the figures what needs clips to be encoded anew
	OpenFinder func() (video.Finder, error)
	Log        func(format string, args ...any)
	Progress   func(done, total int) // clips decoded; nil is fine
}

// Defaults of Options.
const (
	DefaultTowers  = 5000
	DefaultHead    = 2500
	DefaultFlicker = 400
	DefaultOverlap = 5000
	DefaultSpeaker = 3000
)

func (o *Options) setDefaults() {
	if o.Seed == 0 {
		o.Seed = dataset.DefaultSeed
	}
	if o.Towers == 0 {
		o.Towers = DefaultTowers
	}
	if o.Head == 0 {
		o.Head = DefaultHead
	}
	if o.Flicker == 0 {
		o.Flicker = DefaultFlicker
	}
	if o.Overlap == 0 {
		o.Overlap = DefaultOverlap
	}
	if o.Speaker == 0 {
		o.Speaker = DefaultSpeaker
	}
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
}

// minFrames is the length of a clip that is worth training on.
const minFrames = 26

// towerFrames is the length of a clip from which a whole stretch for the towers can be drawn.
const minTowerFrames = longFrames + 2*network.Margin

// A corpus is all clips of the lists, read, and divided by source.
type corpus struct {
	examples  []*example
	split     Split
	auxiliary map[string]bool // sources of lists before the last
	hash      string          // over the clips' hashes, labels and sources
	unread    int
}

// readCorpus reads every clip of the lists. Sources of clips that are not all in
// the last list are trained on whole; of the others some are held out.
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
			c.unread++
			o.Log("left out: %v", err)
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
		return nil, fmt.Errorf("training: no genuine clip of %d frames or more to train on in the lists", minTowerFrames)
	}
	return c, nil
}

// sources returns the names of all sources that are trained on, sorted.
func (c *corpus) sources() []string {
	return slices.Sorted(slices.Values(append(c.split.Names(ForTowers), c.split.Names(ForHead)...)))
}

// of returns the examples of a part with one of the labels and at least so many frames.
func (c *corpus) examplesIn(p Part, least int, labels ...string) []*example {
	var out []*example
	for _, e := range c.examples {
		if c.split[e.Source] == p && e.Frames >= least && slices.Contains(labels, e.Label) {
			out = append(out, e)
		}
	}
	return out
}

// largeSource is the number of clips from which a source is drawn from with a
// share of its own, so that it does not crowd out the people of the others.
const largeSource = 300

// bySize divides examples into those of sources that are not large, and those of
// sources that are.
func (c *corpus) splitBySize(from []*example) (few, many []*example) {
	count := map[string]int{}
	for _, e := range c.examples {
		count[e.Source]++
	}
	for _, e := range from {
		if count[e.Source] >= largeSource {
			many = append(many, e)
		} else {
			few = append(few, e)
		}
	}
	return few, many
}

func (c *corpus) towerPools() (long, short *pool) {
	long, short = new(pool), new(pool)
	few, many := c.splitBySize(c.examplesIn(ForTowers, minTowerFrames, dataset.Real))
	long.add(0.55, few)
	long.add(0.20, many)
	long.add(0.25, c.examplesIn(ForTowers, minTowerFrames, dataset.Fake))
	least := max(minFrames, shortFrames+2*network.Margin)
	few, many = c.splitBySize(c.examplesIn(ForTowers, least, dataset.Real))
	short.add(0.20, few)
	short.add(0.70, many)
	short.add(0.10, c.examplesIn(ForTowers, least, dataset.Fake))
	return long, short
}

// prepare completes the options and reads the clips and the checkpoint.
func prepare(ctx context.Context, o *Options) (*corpus, *state, error) {
	o.setDefaults()
	if err := o.makeWork(); err != nil {
		return nil, nil, err
	}
	c, err := readCorpus(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	fresh := newState(o.Seed, c.hash, c.sources())
	if o.From != nil {
		if err := fresh.startFrom(o.From, o.MeanWith, o.Towers, o.Head); err != nil {
			return nil, nil, err
		}
		if o.Calibrate {
			if err := fresh.recalibrate(o.From); err != nil {
				return nil, nil, err
			}
		}
	}
	if !o.Resume || fresh.keptCalibration != nil { // a head that is kept has no steps to go on with
		return c, fresh, nil
	}
	s, err := resume(o.checkpoint(), fresh, o.NewClips)
	if errors.Is(err, fs.ErrNotExist) {
		o.Log("no checkpoint in %s: starting afresh", o.Work)
		return c, fresh, nil
	}
	return c, s, err
}

// setAside renames the checkpoint of an earlier training, if there is one: resumed before the first is saved,
// this training would go on with that.
func (o *Options) setAside() error {
	old := o.checkpoint() + ".old"
	for n := 2; exists(old); n++ {
		old = fmt.Sprintf("%s.old%d", o.checkpoint(), n)
	}
	switch err := os.Rename(o.checkpoint(), old); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("setting aside an earlier checkpoint: %w", err)
	default:
		o.Log("the checkpoint of an earlier training is now %s", old)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (o *Options) checkpoint() string { return filepath.Join(o.Work, "checkpoint.gob") }

// alignAt is the percentage of the steps after which the lags of clips are measured.
const alignPercent = 70

// trainTowers is the first stage.
func trainTowers(ctx context.Context, o *Options, c *corpus, s *state) error {
	r, err := network.NewRunner(s.params)
	if err != nil {
		return err
	}
	defer r.Close()
	unseen := c.examplesIn(ForHead, 2*longFrames, dataset.Real) // what is held out is looked at once, at the end
	long, short := c.towerPools()
	c.setLags(s.Lags)
	align := func(step int) error {
		if s.Lags != nil || step < o.Towers*alignPercent/100 {
			return nil
		}
		genuine := c.examplesIn(ForTowers, minFrames, dataset.Real)
		if s.Lags, err = measureLags(ctx, r, genuine); err != nil {
			s.Lags = nil
			return err
		}
		c.setLags(s.Lags)
		moved := 0
		for _, lag := range s.Lags {
			if lag != 0 {
				moved++
			}
		}
		o.Log("towers: the lag of %d of %d genuine clips is surely found; %d are out of step as published, and put in step", len(s.Lags), len(genuine), moved)
		return nil
	}
	t := towerTraining{steps: o.Towers, long: long, short: short, log: o.Log, state: s, onReport: func(step int) error {
		if step%500 == 0 && len(unseen) > 3 {
			v, err := validate(r, unseen)
			if err != nil {
				return err
			}
			o.Log("towers: on %d unseen genuine clips, lag within 1 frame %.2f, within 2 %.2f, swapped sound AUC %.3f",
				v.clips, v.within1, v.within2, v.swap)
		}
		return errors.Join(align(step), s.save(o.checkpoint()))
	}}
	err = t.run(ctx)
	if ctx.Err() != nil {
		return s.saveAfter(ctx.Err(), o.checkpoint())
	}
	return errors.Join(err, align(s.TowerSteps)) // of towers that were there already
}

// makeWork makes the folder of the cache and the checkpoint.
func (o *Options) makeWork() error {
	if err := os.MkdirAll(o.Work, 0o755); err != nil {
		return fmt.Errorf("making the work folder: %w", err)
	}
	return nil
}
