package main

import (
	"context"
	"errors"

	"github.com/deepcheck/deepcheck/detector/train"
)

const ablateUsage = `usage: deepcheck ablate [FLAGS] LIST...

Compares ways to combine picture and sound. Trains heads on the towers of finished
weights, all in the same way, and prints a Markdown table: how well each separates
genuine clips from clips with another voice and from generated mouths, on held-out
sources.

  picture only, sound only
  early fusion           both embeddings side by side
  late fusion            the mean of picture only and sound only
  intermediate fusion    cross-attention
  gated fusion           cross-attention with a gate, the head that deepcheck uses

A last row gives what codec, picture size, loudness and silence reveal alone. Lists and
held-out sources are those of deepcheck train.

  --from FILE     weights with the towers (default: the built-in ones)
  --head N        training steps of each head (default: 1500)
  --work FOLDER   keeps decoded clips (default: .cache/train)
  --fold K        which fifth is held out, 1 to 5 (default: 1)
  --seed N        seed of all random choices (default: 4)
  --jobs N        clips decoded at a time (default: all processors)

example:

  $ deepcheck ablate genuine.tsv mixed.tsv >ablation.md

EXIT STATUS
  0 done   2 error or usage   130 interrupted
`

func ablateCommand() command {
	return command{
		name:    "ablate",
		summary: "compares ways to combine picture and sound",
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
