package batch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Target is one row to be: a file to scan, or a path that gives an error row.
type Target struct {
	Path string
	Err  error // why there is nothing to scan; nil for a file
}

// Files returns what is to be scanned for the inputs, in their order, the
// files of a folder in order of name. A file that is named is always in it,
// even where it does not exist; in a folder, files count by their extension
// (see Extensions). Links to files are followed, links to folders only where
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
		before := w.met
		if err := w.folder(filepath.Clean(in)); err != nil {
			return nil, err
		}
		if w.met == before {
			w.add(in, fmt.Errorf("reading %q: no video files in this folder", in))
		}
	}
	return w.targets, nil
}

// Extensions lists the endings, in lower case, by which files in folders are
// taken for video.
func Extensions() []string {
	return []string{
		".3g2", ".3gp", ".asf", ".avi", ".divx", ".dv", ".f4v", ".flv", ".m2ts", ".m2v", ".m4v", ".mkv", ".mov", ".mp4",
		".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".qt", ".rm", ".rmvb", ".ts", ".vob", ".webm", ".wmv", ".y4m",
	}
}

// A walk collects targets.
type walk struct {
	ctx     context.Context
	targets []Target
	seen    map[string]bool
	met     int // targets met, those seen before included
}

func (w *walk) add(path string, err error) {
	w.met++
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
		case isVideo(path, e.Type()):
			w.add(path, nil)
		}
	}
	if err != nil {
		w.add(dir, fmt.Errorf("reading %q: %w", dir, reason(err)))
	}
	return nil
}

// isVideo tells by name and kind whether a file found in a folder is scanned.
func isVideo(path string, kind fs.FileMode) bool {
	ext := strings.ToLower(filepath.Ext(path))
	for _, e := range Extensions() {
		if e != ext {
			continue
		}
		if kind&fs.ModeSymlink == 0 {
			return kind.IsRegular()
		}
		st, err := os.Stat(path)
		return err != nil || st.Mode().IsRegular() // a dead link gets its error row
	}
	return false
}

// reason strips the path that package os puts into its errors: ours name it.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
