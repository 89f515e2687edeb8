package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/deepcheck/deepcheck/detector/record"
	"github.com/deepcheck/deepcheck/video"
)

// errBeside: an overview has reports beside it, and so a place of its own.
var errOverviewPath = errors.New("reports are written beside it: it must be a file")

// A reportsError says which reports of an overview could not be written.
type reportsError struct {
	name  string // of the first
	cause error
	more  int
}

func (e *reportsError) Error() string {
	s := fmt.Sprintf("report %q: %v", e.name, video.WithoutPath(e.cause))
	if e.more > 0 {
		s += fmt.Sprintf(" (and %d more reports)", e.more)
	}
	return s
}

func (e *reportsError) Unwrap() error { return e.cause }

// writeOverview writes the page to w and, before it, the report of each file
// into the folder beside it. Where a report fails, its file stays without a link,
// all others are written, and the error says so in the end.
func (o Output) writeOverview(w io.Writer, r *Run) error {
	folder := reportFolder(o.Path)
	names := reportNames(r.Files)
	var failed *reportsError
	for i, name := range names {
		if name == "" {
			continue
		}
		if err := writeReport(filepath.Join(folder, name), r, i); err != nil {
			if failed == nil {
				failed = &reportsError{filepath.Join(filepath.Base(folder), name), err, 0}
			} else {
				failed.more++
			}
			names[i] = ""
		}
	}
	err := Overview(w, r, reportURLs(filepath.Base(folder), names))
	if err == nil && failed != nil {
		err = failed
	}
	return err
}

// writeReport writes the HTML report of file i alone.
func writeReport(path string, r *Run, i int) error {
	one := *r
	one.Files = r.Files[i : i+1]
	t := &Target{output: Output{FormatHTML, path}}
	if err := t.open(); err != nil {
		return err
	}
	t.w = t.file
	return t.writeAndClose(func(w io.Writer) error { return t.output.write(w, &one) }, &one)
}

// openFolder makes the folder for an overview's reports, so that a bad path is
// known before the work starts, and notes whether it was there before.
func (t *Target) openFolder() error {
	folder := reportFolder(t.output.Path)
	err := os.Mkdir(folder, 0o777)
	if err == nil {
		t.folder = folder
		return nil
	}
	if info, stat := os.Stat(folder); stat == nil && info.IsDir() {
		return nil
	}
	return fmt.Errorf("folder %q: %w", filepath.Base(folder), video.WithoutPath(err))
}

// reportName is how reportNames calls the report of a file.
var reportName = regexp.MustCompile(`-[0-9a-f]{8}(-[0-9]+)?\.html$`)

// tidy removes the reports of an earlier run from beside an overview that took the
// place of its page: nothing leads to them any more, and whoever finds one would take
// it for one of this run. What is no report of deepcheck's, by name and by contents,
// stays.
func (t *Target) removeOldReports(r *Run) error {
	folder := reportFolder(t.output.Path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("folder %q: %w", filepath.Base(folder), video.WithoutPath(err))
	}
	ours := map[string]bool{} // in lower case, as in reportNames
	for _, name := range reportNames(r.Files) {
		ours[strings.ToLower(name)] = true
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || ours[strings.ToLower(e.Name())] || !reportName.MatchString(e.Name()) {
			continue
		}
		path := filepath.Join(folder, e.Name())
		if page, err := os.ReadFile(path); err != nil || !isReport(page) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("report %q of an earlier run: %w", filepath.Join(filepath.Base(folder), e.Name()), video.WithoutPath(err))
		}
	}
	return nil
}

// isReport tells whether a page is a report, signed or not, changed or not.
func isReport(page []byte) bool {
	_, err := record.Open(page)
	return err == nil || errors.Is(err, record.ErrUnsigned)
}
