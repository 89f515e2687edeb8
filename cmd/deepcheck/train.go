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

Trains the network on labelled clips and writes a weights file. A LIST is a TSV with the
columns file, label (real, dubbed or fake), generator and source, or a folder of genuine
clips, whose source is the folder that they are in.

A fifth of the sources of the last list is held out, to measure the weights. All sources
of the other lists are trained on. The five values of --fold hold out each source once.
Training also uses degraded copies of clips: encoded again, smaller, with noise. Decoding
takes some 2.5 s of CPU time for each clip, once.

  --out FILE        weights file to write (default: deepcheck.weights)
  --work FOLDER     keeps decoded clips and the checkpoint (default: .cache/train)
  --resume          go on from the checkpoint that Ctrl-C saved
  --new-clips       with --resume: go on although the clips have changed
  --from FILE       start with the towers of these weights ("built-in": those of this
                    program) and train them to --towers steps in all. If --towers, --head
                    and sources are the same, train only the mouth motion test
  --mean-with FILE  with --from: start with the mean of the towers of both weights, one
                    of which must have been trained from the other
  --calibrate       with --from and the same steps and sources: fit the thresholds again
                    and keep the mouth motion test
  --towers N        steps of the two towers (default: 5000)
  --head N          steps of the attention head (default: 2500)
  --flicker N       steps of the flicker part of the mouth motion test (default: 400)
  --overlap N       steps of the overlapped speech test (default: 5000)
  --speaker N       steps of the speaker embeddings (default: 3000)
  --fold K          which fifth is held out, 1 to 5 (default: 1)
  --seed N          seed of all random choices (default: 4)
  --no-reencode     leave out the figures that need clips to be encoded again
  --jobs N          clips decoded at a time (default: all processors)

example:

  $ deepcheck train genuine.tsv mixed.tsv --out new.weights
  $ deepcheck scan --weights new.weights interview.mp4

EXIT STATUS
  0 done   2 error or usage   130 interrupted
`

func trainCommand() command {
	return command{
		name:    "train",
		summary: "trains the network on labelled clips",
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
		return &usageError{"train", "--calibrate has no checkpoint to resume"}
	}
	if *ancestor != "" && *from == "" {
		return &usageError{"train", "--mean-with requires --from"}
	}
	if o.Calibrate && *from == "" {
		return &usageError{"train", "--calibrate requires --from"}
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
		return &hintedError{&stoppedError{"interrupted", err}, "the checkpoint is saved; to resume: deepcheck train --resume " + commandLine(args, func(path string) string { return path })}
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
