package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/train"
	"github.com/deepcheck/deepcheck/weights"
)

const trainUsage = `usage: deepcheck train [FLAGS] LIST...

Trains the network and writes one weights file. A LIST is a TSV with the columns
file, label (real, dubbed, fake), generator and source, or a folder of genuine
clips. A fifth of the sources of the last list is held out; lists before it are
trained on whole. Five trainings, one a --fold, hold out every source once.

  --out FILE      the weights file to write (default: deepcheck.weights)
  --work FOLDER   keeps what was decoded, and the checkpoint (default: .cache/train)
  --resume        go on from the checkpoint, which Ctrl-C saves
  --new-clips     with --resume: go on though the lists are others than before
  --from FILE     begin with the towers of these weights ("built-in" for those of
                  this program), and go on to --towers steps in all; with its
                  --towers, --head and sources only what judges motion is made anew
  --mean-with FILE  with --from: begin with the mean of both's towers, of which one
                  must have grown from the other
  --towers N      steps of contrastive training of the two towers (default: 5000)
  --head N        steps of training of the cross-attention head (default: 2500)
  --flicker N     steps of training of the judge of flicker (default: 400)
  --overlap N     of that of overlapped speech (default: 5000)
  --speaker N     and of the speaker embeddings (default: 3000)
  --fold K        which fifth is held out, 1 to 5 (default: 1)
  --seed N        starts all random choices (default: 4)
  --calibrate     with --from, and its head kept: fit its thresholds anew instead
  --no-reencode   leave out of the figures what needs clips to be encoded anew
  --jobs N        clips decoded at a time (default: the processors)

Clips are seen as they are and as they are after being passed on: encoded anew,
small, with noise. They are decoded once, some 2.5 s of CPU time each.

example:

  $ deepcheck train genuine.tsv mixed.tsv --out new.weights

EXIT STATUS
  0 done   2 error or usage   130 interrupted
`

func trainCommand() command {
	return command{
		name:    "train",
		summary: "makes a weights file from clips",
		usage:   trainUsage,
		run: func(ctx context.Context, c *console, args []string) (int, error) {
			return exitClean, runTrain(ctx, c, args)
		},
	}
}

func runTrain(ctx context.Context, c *console, args []string) error {
	o := train.Options{Command: "deepcheck train " + commandLine(args, filepath.Base)}
	fs := newFlags("train")
	out := fs.String("out", "deepcheck.weights", "")
	fs.BoolVar(&o.Resume, "resume", false, "")
	fs.BoolVar(&o.NewClips, "new-clips", false, "")
	steps := []struct {
		name     string
		value    *int
		standard int
	}{{"towers", &o.Towers, train.DefaultTowers}, {"flicker", &o.Flicker, train.DefaultFlicker},
		{"overlap", &o.Overlap, train.DefaultOverlap}, {"speaker", &o.Speaker, train.DefaultSpeaker}}
	for _, x := range steps {
		fs.IntVar(x.value, x.name, x.standard, "")
	}
	fs.BoolVar(&o.NoReencode, "no-reencode", false, "")
	fs.BoolVar(&o.Calibrate, "calibrate", false, "")
	ancestor := fs.String("mean-with", "", "")
	from, err := c.trainingFlags(fs, &o, train.DefaultHead, args)
	if err != nil {
		return err
	}
	for _, x := range steps {
		if *x.value < 1 {
			return &usageError{"train", "--" + x.name + " must be 1 or more"}
		}
	}
	if o.Calibrate && o.Resume {
		return &usageError{"train", "--calibrate has no checkpoint to go on from: leave out --resume"}
	}
	if *ancestor != "" && *from == "" {
		return &usageError{"train", "--mean-with asks for --from"}
	}
	if o.Calibrate && *from == "" {
		return &usageError{"train", "--calibrate asks for --from"}
	}
	for _, w := range []struct {
		path string
		file **weights.File
	}{{*from, &o.From}, {*ancestor, &o.MeanWith}} {
		switch {
		case w.path == "":
			continue
		case w.path == builtIn:
			w.path = ""
		}
		if *w.file, _, err = loadWeights(w.path); err != nil {
			return err
		}
	}
	read, err := listedFiles(o.Lists...)
	if err != nil {
		return err
	}
	if err := checkOverwrite(*out, append(read, *from, *ancestor)...); err != nil {
		return err
	}
	w, err := train.Run(ctx, o)
	if errors.Is(err, context.Canceled) && o.Calibrate {
		return &stoppedError{"interrupted", err}
	}
	if errors.Is(err, context.Canceled) {
		return &hintedError{&stoppedError{"interrupted", err}, "what was trained is in the checkpoint; go on with: deepcheck train --resume " + commandLine(args, func(path string) string { return path })}
	}
	if err != nil {
		return err
	}
	if err := w.Save(*out); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s  %s\n", w.Fingerprint(), *out)
	return nil
}

// trainingFlags adds the flags that train and ablate share, parses the arguments and fills in the
// options. head is the default of --head; from points to the value of --from.
func (c *console) trainingFlags(fs *flag.FlagSet, o *train.Options, head int, args []string) (from *string, err error) {
	from = fs.String("from", "", "")
	fold := fs.Int("fold", 1, "")
	fs.IntVar(&o.Head, "head", head, "")
	fs.StringVar(&o.Work, "work", filepath.Join(".cache", "train"), "")
	fs.Uint64Var(&o.Seed, "seed", dataset.DefaultSeed, "")
	fs.IntVar(&o.Jobs, "jobs", runtime.GOMAXPROCS(0), "")
	if o.Lists, err = parseFlags(fs, args); err != nil {
		return nil, err
	}
	switch {
	case len(o.Lists) == 0:
		return nil, &usageError{fs.Name(), "nothing to train on: name a TSV or a folder"}
	case *fold < 1 || *fold > train.Folds:
		return nil, &usageError{fs.Name(), fmt.Sprintf("--fold must be 1 to %d", train.Folds)}
	case o.Head < 1 || o.Jobs < 1:
		return nil, &usageError{fs.Name(), "--head and --jobs must be 1 or more"}
	}
	o.Fold = *fold - 1
	o.OpenFinder = openFinder
	o.Log, o.Progress = c.log, c.logClips
	return from, nil
}

// log writes a line about the progress of a training.
func (c *console) log(format string, args ...any) {
	fmt.Fprintln(c.stderr, oneLine(fmt.Sprintf(format, args...)))
}

// clipsPerLine is the number of clips between two lines of logClips.
const clipsPerLine = 250

// logClips writes a line for every clipsPerLine clips read, and for the last clip.
func (c *console) logClips(done, total int) {
	if done%clipsPerLine == 0 || done == total {
		c.log("read %d of %d clips", done, total)
	}
}

// commandLine returns the arguments as a shell command line without --resume, with each path
// changed by change. The record in a weights file names no folders: its change is filepath.Base.
func commandLine(args []string, change func(path string) string) string {
	var words []string
	for _, a := range args {
		if slices.Contains([]string{"-resume", "--resume", "-resume=true", "--resume=true"}, a) {
			continue
		}
		switch name, value, ok := strings.Cut(a, "="); {
		case !strings.HasPrefix(a, "-"):
			a = change(a)
		case ok:
			a = name + "=" + change(value)
		}
		words = append(words, shellWord(a))
	}
	return strings.Join(words, " ")
}
