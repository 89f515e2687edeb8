package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/schollz/progressbar/v3"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/report"
)

const evalUsage = `usage: deepcheck eval [FLAGS] LIST

Measures weights on labelled clips and prints a table of figures with 95 % intervals:
swapped and shifted sound, lag, replaced seconds, generated mouths, dubs and likelihood
ratios, then verdicts by label, generator, source, face size and language. Text below the
table says how each figure is measured.

The LIST is a TSV with the columns file, label (real, dubbed or fake), generator, source
and optionally language, or a folder of genuine clips. The figures use only sources that
the weights were not trained on.

  -o json=PATH    write the figures; json=- writes them to stdout instead of the table
  --weights FILE  use these weights (default: the built-in ones). May be repeated, as for
                  the folds of deepcheck train --fold: each clip is scored by the first
                  weights that were not trained on its source
  --work FOLDER   keeps decoded clips (default: .cache/train)
  --trained       also measure the sources that the weights were trained on, apart
  --no-reencode   leave out figures that need clips to be encoded again, which takes
                  minutes the first time
  --seed N        seed of all random choices (default: 4)
  --jobs N        clips decoded at a time (default: all processors)
  --quiet         no progress

example:

  $ deepcheck eval mixed.tsv --weights new.weights -o json=figures.json

EXIT STATUS
  0 done   2 error or usage   130 interrupted
  A clip that cannot be read or scored is not an error: the table counts and names it.
`

// evalOptions holds the flags and arguments of eval.
type evalOptions struct {
	evaluate.Options
	weights []string      // paths; empty: the built-in weights
	output  report.Output // JSON; empty path: none
	quiet   bool
}

func evalCommand() command {
	return command{
		name:    "eval",
		summary: "measures weights on labelled clips",
		usage:   evalUsage,
		run: func(ctx context.Context, c *console, args []string) (int, error) {
			o, err := parseEval(args)
			if err != nil {
				return exitError, err
			}
			return exitClean, runEval(ctx, c, o)
		},
	}
}

func parseEval(args []string) (*evalOptions, error) {
	o := &evalOptions{Options: evaluate.Options{Tool: identity(thisTool()),
		OpenFinder: openFinder}, output: report.Output{Format: report.FormatJSON}}
	fs := newFlags("eval")
	fs.Func("o", "", func(s string) error {
		out, err := report.ParseOutput(s)
		switch {
		case err != nil:
			return err
		case out.Format != report.FormatJSON:
			return fmt.Errorf("output %q: eval writes json only", s)
		case o.output.Path != "":
			return errors.New("-o may be given once")
		}
		o.output = out
		return nil
	})
	fs.Func("weights", "", func(s string) error { o.weights = append(o.weights, s); return nil })
	fs.StringVar(&o.Work, "work", filepath.Join(".cache", "train"), "")
	fs.BoolVar(&o.Options.Trained, "trained", false, "")
	fs.BoolVar(&o.NoReencode, "no-reencode", false, "")
	fs.Uint64Var(&o.Seed, "seed", dataset.DefaultSeed, "")
	fs.IntVar(&o.Jobs, "jobs", runtime.GOMAXPROCS(0), "")
	fs.BoolVar(&o.quiet, "quiet", false, "")
	rest, err := parseFlags(fs, args)
	if err != nil {
		return nil, err
	}
	switch {
	case len(rest) != 1:
		return nil, &usageError{"eval", "eval takes one list: a TSV or a folder"}
	case o.Jobs < 1:
		return nil, &usageError{"eval", "--jobs must be 1 or more"}
	}
	o.List = rest[0]
	return o, nil
}

func runEval(ctx context.Context, c *console, o *evalOptions) (err error) {
	if len(o.weights) == 0 {
		o.weights = []string{""}
	}
	for _, path := range o.weights {
		w, _, err := loadWeights(path)
		if err != nil {
			return err
		}
		o.Weights = append(o.Weights, w)
	}
	var out *report.Target // opened first, so that a bad path ends the command before the work
	if o.output.Path != "" {
		read, err := listedFiles(o.List)
		if err != nil {
			return err
		}
		if err := checkOverwrite(o.output.Path, append(read, o.weights...)...); err != nil {
			return err
		}
		if out, err = o.output.Open(c.stdout); err != nil {
			return err
		}
		defer out.Close()
	}
	bar := newStageBar(c.stderr, !o.quiet && canDraw(c.stderr))
	o.Progress = bar.update
	e, err := evaluate.Run(ctx, o.Options)
	bar.finish()
	if errors.Is(err, context.Canceled) {
		return &hintedError{&stoppedError{"interrupted", err}, "decoded clips are kept in " + o.Work}
	}
	if err != nil {
		return err
	}
	if out != nil {
		if err := out.WriteWith(e.JSON); err != nil || o.output.Path == report.Stdout {
			return err
		}
	}
	return e.Table(c.stdout)
}

// A stageBar shows the progress of the current stage of an evaluation.
type stageBar struct {
	mu    sync.Mutex
	bar   *progressbar.ProgressBar
	make  func(stage string, total int) *progressbar.ProgressBar
	stage string
}

// newStageBar returns a bar that draws on w, or draws nothing unless show is set.
func newStageBar(w io.Writer, show bool) *stageBar {
	return &stageBar{make: func(stage string, total int) *progressbar.ProgressBar {
		return progressbar.NewOptions(total,
			progressbar.OptionSetWriter(w),
			progressbar.OptionSetVisibility(show),
			progressbar.OptionSetDescription(stage),
			progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(redraw),
			progressbar.OptionUseANSICodes(true),
		)
	}}
}

// update draws done of total steps. A new stage clears the bar of the one before.
func (b *stageBar) update(stage string, done, total int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bar == nil || b.stage != stage {
		if b.bar != nil {
			b.bar.Clear()
		}
		b.bar, b.stage = b.make(stage, total), stage
	}
	b.bar.Set(done)
}

// finish clears the bar.
func (b *stageBar) finish() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bar != nil {
		b.bar.Clear()
	}
}
