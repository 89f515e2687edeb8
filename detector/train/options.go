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

// Options configures a training. Zero numbers select the defaults below.
type Options struct {
	Lists    []string // TSV files or folders; at least one
	Work     string   // folder of the cache and the checkpoint
	Resume   bool     // resume from the checkpoint
	NewClips bool     // with Resume: allow clips other than those of the checkpoint
	// From is the file whose towers the training starts with; nil: start from random weights.
	// With Resume: used only without a checkpoint.
	From *weights.File
	// Calibrate, with From, if the head of From is kept: refit its thresholds, fusions and
	// likelihood ratios, keep its motion detector.
	Calibrate bool
	// MeanWith, with From: start with the mean of the towers of both; nil: with those of From.
	MeanWith   *weights.File
	Command    string // command line, recorded in the weights file
	Seed       uint64
	Fold       int  // fold of the sources that is held out, 0 to Folds-1
	Towers     int  // steps of contrastive training of the towers
	Head       int  // steps of training of the head
	Flicker    int  // steps of each training of the flicker detector
	Overlap    int  // steps of training of the overlapped-speech detector
	Speaker    int  // steps of training of the speaker embeddings
	Jobs       int  // number of workers that decode clips
	NoReencode bool // omit the figures that need clips to be re-encoded
	OpenFinder func() (video.Finder, error)
	Log        func(format string, args ...any)
	Progress   func(done, total int) // called with the number of decoded clips; may be nil
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

// setAside renames the checkpoint of an earlier training, if there is one. Otherwise resuming
// this training before its first checkpoint would resume the earlier one.
func (o *Options) setAside() error {
	old := o.checkpoint() + ".old"
	for n := 2; exists(old); n++ {
		old = fmt.Sprintf("%s.old%d", o.checkpoint(), n)
	}
	switch err := os.Rename(o.checkpoint(), old); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("renaming the earlier checkpoint: %w", err)
	default:
		o.Log("the checkpoint of the earlier training was renamed to %s", old)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (o *Options) checkpoint() string { return filepath.Join(o.Work, "checkpoint.gob") }

// makeWork creates the folder of the cache and the checkpoint.
func (o *Options) makeWork() error {
	if err := os.MkdirAll(o.Work, 0o755); err != nil {
		return fmt.Errorf("creating the work folder: %w", err)
	}
	return nil
}
