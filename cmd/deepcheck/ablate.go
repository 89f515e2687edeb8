package main

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"

	"github.com/deepcheck/deepcheck/detector/train"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/video/opencv"
)

const ablateUsage = `usage: deepcheck ablate [FLAGS] LIST...

Asks what putting picture and sound together gains, and how best to do it: trains
six heads alike on the towers of finished weights, and prints a table (Markdown) of
how well they tell genuine clips from those with another's voice and those with a
generated mouth, on sources left out: picture only, sound only, early fusion (both
embeddings side by side), late fusion (the mean of two judgements), intermediate
fusion (cross-attention), and the same with a gate, as deepcheck has it. Lists and
division by source are those of deepcheck train.

  --from FILE     weights whose towers are used (default: the built-in ones)
  --head N        steps of training of each head (default: 1500)
  --work FOLDER   keeps what was decoded (default: .cache/train)
  --fold K        which fifth is held out, 1 to 5 (default: 1)
  --seed N        starts all random choices (default: 4)
  --jobs N        clips decoded at a time (default: the processors)

example:

  $ deepcheck ablate genuine.tsv mixed.tsv >ablation.md

EXIT STATUS
  0 done   2 error or usage   130 interrupted
`

func ablateCommand() command {
	return command{
		name:    "ablate",
		summary: "compares ways of putting picture and sound together",
		usage:   ablateUsage,
		run: func(ctx context.Context, c *console, args []string) (int, error) {
			return exitClean, runAblate(ctx, c, args)
		},
	}
}

func runAblate(ctx context.Context, c *console, args []string) error {
	o := train.Options{OpenFinder: func() (video.Finder, error) { return opencv.New() }, Log: c.log}
	fs := newFlags("ablate")
	from := fs.String("from", "", "")
	fold := fs.Int("fold", 1, "")
	fs.IntVar(&o.Head, "head", train.DefaultAblation, "")
	fs.StringVar(&o.Work, "work", filepath.Join(".cache", "train"), "")
	fs.Uint64Var(&o.Seed, "seed", train.DefaultSeed, "")
	fs.IntVar(&o.Jobs, "jobs", runtime.GOMAXPROCS(0), "")
	var err error
	if o.Lists, err = parseFlags(fs, args); err != nil {
		return err
	}
	switch {
	case len(o.Lists) == 0:
		return &usageError{"ablate", "nothing to train on: name a TSV or a folder"}
	case *fold < 1 || *fold > train.Folds:
		return &usageError{"ablate", foldRange}
	case o.Head < 1 || o.Jobs < 1:
		return &usageError{"ablate", "--head and --jobs must be 1 or more"}
	}
	o.Fold = *fold - 1
	o.Progress = c.clips
	if o.From, _, err = loadWeights(*from); err != nil {
		return err
	}
	a, err := train.Ablate(ctx, o)
	if errors.Is(err, context.Canceled) {
		return &stoppedError{"interrupted", err}
	}
	if err != nil {
		return err
	}
	return a.Markdown(c.stdout)
}
