package batch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/deepcheck/deepcheck/video"
)

// A Target is one row to be: a file to scan, or a path that gives an error row.
type Target struct {
	Path string
	Err  error // why there is nothing to scan; nil for a file
}

// Files returns what is to be scanned for the inputs, in their order, the
// files of a folder in order of name. A file that is named is always in it,
// even where it does not exist; in a folder, files count by their extension
// (see [video.IsVideo]). Links to files are followed, links to folders only where
// they are named themselves. A folder that cannot be read, or that is named and
// holds no video, is one Target with an error. What comes twice is taken once.
// The error is that of ctx.
func Files(ctx context.Context, inputs []string) ([]Target, error) {
	w := walk{ctx: ctx, seen: map[string]bool{}}
	for _, in := range inputs {
		st, err := os.Stat(in)
		if err != nil || !st.IsDir() {
			w.add(in, nil)
			continue
		}
		before := w.found
		if err := w.folder(filepath.Clean(in)); err != nil {
			return nil, err
		}
		if w.found == before {
			w.add(in, fmt.Errorf("reading %q: no video files in this folder", in))
		}
	}
	return w.targets, nil
}

// A walk collects targets.
type walk struct {
	ctx     context.Context
	targets []Target
	seen    map[string]bool
	found   int // targets met, those seen before included
}

func (w *walk) add(path string, err error) {
	w.found++
	key := filepath.Clean(path)
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	w.targets = append(w.targets, Target{Path: path, Err: err})
}

func (w *walk) folder(dir string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir) // what could be read, even with an error
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir():
			if err := w.folder(path); err != nil {
				return err
			}
		case video.IsVideoName(path, e.Type()):
			w.add(path, nil)
		}
	}
	if err != nil {
		w.add(dir, fmt.Errorf("reading %q: %w", dir, video.WithoutPath(err)))
	}
	return nil
}
