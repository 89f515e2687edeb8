package main

import (
	"context"
	"errors"

	"github.com/deepcheck/deepcheck/detector/train"
)

const ablateUsage = `usage: deepcheck ablate [FLAGS] LIST...

Asks what putting picture and sound together gains, and how best to do it: trains
six heads alike on the towers of finished weights, and prints a table (Markdown) of
how well they tell genuine clips from those with another's voice and those with a
generated mouth, on sources left out: picture only, sound only, early fusion (both
embeddings side by side), late fusion (the mean of two judgements), intermediate
fusion (cross-attention), and the same with a gate, as deepcheck has it. Beside them
stands what codec, size, level and silence give away by themselves. Lists and
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
	var o train.Options
	from, err := c.trainingFlags(newFlags("ablate"), &o, train.DefaultAblation, args)
	if err != nil {
		return err
	}
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
