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

// readBatch is the number of clips whose pictures are in memory at a time.
const readBatch = 16

// A clipReader reads clips, scores each with its own sound and assigns it to the measurement of
// unseen sources or to that of sources trained on.
type clipReader struct {
	*Options
	models          []*model
	evaluation      *Evaluation
	unseen, trained *measurement
	coverage        coverages
}

func (r *clipReader) run(ctx context.Context, clips []dataset.Clip) error {
	finder := &finderOpener{open: r.OpenFinder}
	for from := 0; from < len(clips); from += readBatch {
		batch := clips[from:min(from+readBatch, len(clips))]
		failed := map[string]error{}
		l := dataset.LoadOptions{Cache: filepath.Join(r.Work, "clips"), Jobs: r.Jobs, Finder: finder.finder,
			Progress: func(done, _ int) { r.Progress("reading clips", from+done, len(clips)) },
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
			if err := r.assign(c, samples[i], why); err != nil {
				return fmt.Errorf("scoring %q: %w", c.Path, err)
			}
			samples[i] = nil
		}
	}
	r.evaluation.Coverage = r.coverage.list()
	return nil
}

// assign takes one clip. why is the reason if the clip cannot be used; s is then nil or has no
// mouths or no sound.
func (r *clipReader) assign(c dataset.Clip, s *dataset.Sample, why error) error {
	m, by := r.trained, r.models[0]
	i := slices.IndexFunc(r.models, func(x *model) bool { return !slices.Contains(x.trainedOn, c.Source) })
	trained := i < 0
	if !trained {
		m, by = r.unseen, r.models[i]
		r.evaluation.Unseen++
	}
	r.coverage.add(c.Source, s)
	clip := InconclusiveClip{Clip: c, Trained: trained}
	switch {
	case errors.Is(why, dataset.ErrUnusable):
		clip.Reason, clip.frames = dataset.ErrUnusable.Error(), s.Frames
	case why != nil:
		clip.Reason = strings.ReplaceAll(why.Error(), c.Path, c.File)
	default:
		subject, err := by.subject(c, s)
		if err != nil {
			return err
		}
		m.subjects = append(m.subjects, subject)
		if subject.own.scored() {
			return nil
		}
		clip.Reason = subject.own.reasons[0].String()
	}
	if why != nil {
		m.unusable = append(m.unusable, clip)
	}
	r.evaluation.Inconclusive = append(r.evaluation.Inconclusive, clip)
	r.Log("inconclusive: %s: %s", clip.File, clip.Reason)
	return nil
}

// A finderOpener opens finders and keeps the first error. Such an error is not the fault of a
// clip and ends the evaluation.
type finderOpener struct {
	open func() (video.Finder, error)
	mu   sync.Mutex
	err  error
}

func (f *finderOpener) finder() (video.Finder, error) {
	opened, err := f.open()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = cmp.Or(f.err, err)
	return opened, err
}
