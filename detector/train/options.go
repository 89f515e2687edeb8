package train

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/deepcheck/deepcheck/detector/dataset"
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

// makeWork makes the folder of the cache and the checkpoint.
func (o *Options) makeWork() error {
	if err := os.MkdirAll(o.Work, 0o755); err != nil {
		return fmt.Errorf("making the work folder: %w", err)
	}
	return nil
}
