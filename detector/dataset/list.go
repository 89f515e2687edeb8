package dataset

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deepcheck/deepcheck/video"
)

// A Clip is one line of a list.
type Clip struct {
	Path      string // path of the file
	File      string // name of the file in the list
	Label     string // "real", "dubbed" or "fake"
	Generator string // generator of the clip, "none" if genuine
	Source    string // where the clip was published; parts of the data share no source
	Language  string // spoken language, "" if the list does not give it
}

// Labels of a Clip.
const (
	Real   = "real"
	Dubbed = "dubbed"
	Fake   = "fake"
)

// DefaultSeed is the default seed of all random choices.
const DefaultSeed = 4

// ReadList reads a list of clips from a TSV file or a folder.
//
// The header of a TSV names at least the columns file, label, generator and source, optionally
// language; other columns are ignored. File names are relative to the folder of the TSV or to
// the folder beside it with the TSV's name (dev/ for dev.tsv). In a folder, every video file at
// any depth is a genuine clip whose source is its parent folder.
//
// ReadList returns an error if the list has more than maxList bytes, cannot be read, is malformed
// or has no clips.
func ReadList(path string) ([]Clip, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return readFolder(path)
	}
	f, err := video.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > maxList {
		return nil, fmt.Errorf("reading list %q: not a list: it has %d bytes, more than %d", path, info.Size(), maxList)
	}
	clips, err := parseList(f, filepath.Dir(path), strings.TrimSuffix(path, filepath.Ext(path)))
	if err != nil {
		return nil, fmt.Errorf("reading list %q: %w", path, err)
	}
	return clips, nil
}

// maxList is the size of the largest list that is read, in bytes: some hundred thousand clips.
const maxList = 64 << 20

// parseList reads a TSV whose files are in one of the folders dirs. A file that is in neither
// gets a path in the first; opening it will return the error.
func parseList(r io.Reader, dirs ...string) ([]Clip, error) {
	table := csv.NewReader(r)
	table.Comma = '\t'
	table.LazyQuotes = true
	table.FieldsPerRecord = -1
	header, err := table.Read()
	if err != nil {
		return nil, errors.New("no header line")
	}
	column := map[string]int{}
	for i, name := range header {
		column[strings.TrimPrefix(name, "\ufeff")] = i
	}
	for _, name := range []string{"file", "label", "generator", "source"} {
		if _, ok := column[name]; !ok {
			return nil, fmt.Errorf("no column %q in the header", name)
		}
	}
	var clips []Clip
	for {
		row, err := table.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := table.FieldPos(0)
		for _, i := range column {
			if i >= len(row) && i <= max(column["file"], column["label"], column["generator"], column["source"]) {
				return nil, fmt.Errorf("line %d has %d columns, want %d", line, len(row), len(header))
			}
		}
		c := Clip{File: row[column["file"]], Label: row[column["label"]], Generator: row[column["generator"]], Source: row[column["source"]]}
		if i, ok := column["language"]; ok && i < len(row) {
			c.Language = row[i]
		}
		c.Path = locate(c.File, dirs)
		if !slices.Contains([]string{Real, Dubbed, Fake}, c.Label) {
			return nil, fmt.Errorf("line %d: label %q, want real, dubbed or fake", line, c.Label)
		}
		clips = append(clips, c)
	}
	if len(clips) == 0 {
		return nil, errors.New("no clips")
	}
	return clips, nil
}

func locate(file string, dirs []string) string {
	if filepath.IsAbs(file) {
		return file
	}
	for _, dir := range dirs {
		path := filepath.Join(dir, file)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return filepath.Join(dirs[0], file)
}

func readFolder(dir string) ([]Clip, error) {
	var clips []Clip
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || strings.HasPrefix(d.Name(), ".") || !video.IsVideoName(path, d.Type()) {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		clips = append(clips, Clip{Path: path, File: name, Label: Real, Generator: "none", Source: filepath.Dir(path)})
		return nil
	})
	var at *fs.PathError
	switch {
	case errors.As(err, &at):
		return nil, fmt.Errorf("reading %q: %w", at.Path, at.Err)
	case err != nil:
		return nil, fmt.Errorf("reading %q: %w", dir, err)
	case len(clips) == 0:
		return nil, fmt.Errorf("reading %q: no video files in this folder", dir)
	}
	return clips, nil
}
