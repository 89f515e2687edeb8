package evaluate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/video"
)

// evalBatch is the number of clips whose pictures are in memory at a time.
const evalBatch = 16

// A dealing reads clips, scores each with its own sound and assigns it to the clips of unseen
// sources or to those of sources trained on.
type dealing struct {
	*Options
	panel           []*examiner
	evaluation      *Evaluation
	unseen, trained *measuring
	coverage        coverages
}

func (d *dealing) run(ctx context.Context, clips []dataset.Clip) error {
	finder := &firstFailure{open: d.OpenFinder}
	for from := 0; from < len(clips); from += evalBatch {
		batch := clips[from:min(from+evalBatch, len(clips))]
		failed := map[string]error{}
		l := dataset.LoadOptions{Cache: filepath.Join(d.Work, "clips"), Jobs: d.Jobs, Finder: finder.finder,
			Progress: func(done, _ int) { d.Progress("reading clips", from+done, len(clips)) },
			Failed:   func(c dataset.Clip, err error) { failed[c.Path] = err }}
		samples, err := dataset.LoadAll(ctx, batch, l)
		if err := cmp.Or(err, finder.err); err != nil {
			return err
		}
		for i, c := range batch {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			why := failed[c.Path]
			if errors.Is(why, dataset.ErrUnusable) { // its frames count in the coverage
				if samples[i], err = dataset.Load(ctx, l.Cache, c, l.Finder); err != nil {
					return err
				}
			}
			if err := d.deal(c, samples[i], why); err != nil {
				return fmt.Errorf("scoring %q: %w", c.Path, err)
			}
			samples[i] = nil
		}
	}
	d.evaluation.Coverage = d.coverage.list()
	return nil
}

// deal assigns one clip. why is the reason if the clip cannot be used; s is then nil or has no
// mouths or no sound.
func (d *dealing) deal(c dataset.Clip, s *dataset.Sample, why error) error {
	m, by := d.trained, d.panel[0]
	i := slices.IndexFunc(d.panel, func(x *examiner) bool { return !slices.Contains(x.trainedOn, c.Source) })
	trained := i < 0
	if !trained {
		m, by = d.unseen, d.panel[i]
		d.evaluation.Unseen++
	}
	d.coverage.add(c.Source, s)
	left := LeftOut{Clip: c, Trained: trained}
	switch {
	case errors.Is(why, dataset.ErrUnusable):
		left.Reason, left.frames = dataset.ErrUnusable.Error(), s.Frames
	case why != nil:
		left.Reason = strings.ReplaceAll(why.Error(), c.Path, c.File)
	default:
		subject, err := by.subject(c, s)
		if err != nil {
			return err
		}
		m.subjects = append(m.subjects, subject)
		if subject.own.scored() {
			return nil
		}
		left.Reason = subject.own.reasons[0].String()
	}
	if why != nil {
		m.left = append(m.left, left)
	}
	d.evaluation.Inconclusive = append(d.evaluation.Inconclusive, left)
	d.Log("inconclusive: %s: %s", left.File, left.Reason)
	return nil
}

// A firstFailure keeps the first error of opening a finder. Such an error is not the fault of a
// clip and ends the evaluation.
type firstFailure struct {
	open func() (video.Finder, error)
	mu   sync.Mutex
	err  error
}

func (f *firstFailure) finder() (video.Finder, error) {
	opened, err := f.open()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = cmp.Or(f.err, err)
	return opened, err
}
