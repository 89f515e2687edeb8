package report

import (
	"context"
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

// errOverviewPath means that the path of an overview is not a regular file, so that no reports
// can be stored beside it.
var errOverviewPath = errors.New("reports are written beside it: it must be a file")

// A reportsError means that some reports of an overview could not be written.
type reportsError struct {
	name  string // of the first report that failed
	cause error
	more  int // number of further reports that failed
}

func (e *reportsError) Error() string {
	s := fmt.Sprintf("report %q: %v", e.name, video.WithoutPath(e.cause))
	if e.more > 0 {
		s += fmt.Sprintf(" (and %d more reports)", e.more)
	}
	return s
}

func (e *reportsError) Unwrap() error { return e.cause }

// writeOverview writes the report of each file into the folder beside the page, then the page to
// w. If a report fails, the page has no link to it, all other reports are still written, and the
// error is a *reportsError.
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

// writeReport writes the HTML report of file i.
func writeReport(path string, r *Run, i int) error {
	one := *r
	one.Files = r.Files[i : i+1]
	t := &Target{output: Output{FormatHTML, path}}
	if err := t.open(); err != nil {
		return err
	}
	t.w = t.file
	return t.writeAndClose(func(w io.Writer) error { return t.output.write(context.Background(), w, &one) }, &one)
}

// openFolder makes the folder for the reports of an overview, so that a bad path is found before
// the work starts. It sets t.folder if the folder is new.
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

// reportName matches the names that reportNames returns.
var reportName = regexp.MustCompile(`-[0-9a-f]{8}(-[0-9]+)?\.html$`)

// removeOldReports removes the reports of an earlier run from the folder beside the overview.
// The new page has no links to them, and they could be mistaken for reports of this run. Only
// files with the name and the content of a deepcheck report are removed.
func (t *Target) removeOldReports(r *Run) error {
	folder := reportFolder(t.output.Path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("folder %q: %w", filepath.Base(folder), video.WithoutPath(err))
	}
	ours := map[string]bool{} // in lower case, see reportNames
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

// isReport reports whether a page is a deepcheck report, signed or not, unchanged or not.
func isReport(page []byte) bool {
	_, err := record.Open(page)
	return err == nil || errors.Is(err, record.ErrUnsigned)
}
