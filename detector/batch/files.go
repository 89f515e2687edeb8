package batch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

// A Target is a file to scan, or a path whose row is an error.
type Target struct {
	Path string
	Err  error // why the path cannot be scanned; nil for a file
}

// Files returns the targets of the inputs, in the order of the inputs; the files of a folder are
// in order of name. A file that is an input is always a target, even if it does not exist; of a
// folder, the files with the extension of a video are (see [video.IsVideoName]). Links to files
// are followed; links to folders only if they are inputs. A folder that cannot be read, and an
// input folder without videos, is one Target with an error. Each path is returned once. The
// error is that of ctx.
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
	found   int // number of targets, duplicates included
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

// systemFolders are folders in which systems keep deleted files and indices.
var systemFolders = []string{".Trashes", ".Spotlight-V100", ".fseventsd", "$RECYCLE.BIN", "System Volume Information"}

func (w *walk) folder(dir string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir) // with an error, the entries read before it
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir() && slices.Contains(systemFolders, e.Name()):
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
