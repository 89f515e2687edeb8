package report

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/deepcheck/deepcheck/detector/report/pdf"
	"github.com/deepcheck/deepcheck/video"
)

// A Format is the file format of a report.
type Format string

// The formats.
const (
	FormatText Format = "text"
	FormatJSON Format = "json"
	FormatCSV  Format = "csv"
	FormatHTML Format = "html"
	FormatPDF  Format = "pdf"  // the HTML report printed by a browser
	FormatEDL  Format = "edl"  // suspect segments as a CMX 3600 edit decision list
	FormatSRT  Format = "srt"  // suspect segments as subtitles
	FormatOTIO Format = "otio" // suspect segments as an OpenTimelineIO timeline

	FormatOverview Format = "overview" // a page about all files, with their HTML reports beside it
	FormatJSONL    Format = "jsonl"    // one line of JSON per file
	FormatSummary  Format = "summary"  // CSV with one row per file
)

// Signed reports whether reports of the format hold a signature. The signature in a PDF belongs
// to the HTML page that was printed. Each report beside an overview has its own signature.
func (f Format) Signed() bool {
	return f == FormatJSON || f == FormatHTML || f == FormatPDF || f == FormatOverview
}

// Stdout is the path that means standard output.
const Stdout = "-"

// An Output is a report that the user requested, such as -o json=out.json.
type Output struct {
	Format Format
	Path   string // Stdout for standard output
}

// ParseOutput parses FORMAT=PATH.
func ParseOutput(s string) (Output, error) {
	name, path, ok := strings.Cut(s, "=")
	switch Format(name) {
	case FormatText, FormatJSON, FormatCSV, FormatHTML, FormatPDF, FormatEDL, FormatSRT, FormatOTIO, FormatOverview, FormatJSONL, FormatSummary:
	default:
		return Output{}, fmt.Errorf("output %q: unknown format %q, want text, html, pdf, overview, json, jsonl, csv, summary, edl, srt or otio", s, name)
	}
	if !ok || path == "" {
		return Output{}, fmt.Errorf("output %q: no path, want %s=PATH or %s=- for standard output", s, name, name)
	}
	if Format(name) == FormatOverview && path == Stdout {
		return Output{}, fmt.Errorf("output %q: %w", s, errOverviewPath)
	}
	return Output{Format: Format(name), Path: path}, nil
}

func (o Output) String() string { return string(o.Format) + "=" + o.Path }

// CheckOutputs returns an error if two outputs lead to the same file.
func CheckOutputs(outputs []Output) error {
	taken := make(map[string]Output, len(outputs))
	for _, o := range outputs {
		place := o.Path
		if place != Stdout {
			place = RealPath(place)
		}
		if other, ok := taken[place]; ok {
			return fmt.Errorf("outputs %q and %q have the same path", other, o)
		}
		taken[place] = o
	}
	return nil
}

// write writes the run to w in the format of the output. Text has no colours.
func (o Output) write(ctx context.Context, w io.Writer, r *Run) error {
	switch o.Format {
	case FormatText:
		return Text(w, r, false)
	case FormatJSON:
		return JSON(w, r)
	case FormatCSV:
		return CSV(w, r)
	case FormatHTML:
		placed := *r
		if o.Path != Stdout {
			placed.Page.Folder = filepath.Dir(o.Path)
		}
		return HTML(w, &placed)
	case FormatPDF:
		return PDF(ctx, w, r)
	case FormatOverview:
		return o.writeOverview(w, r)
	case FormatJSONL:
		return JSONL(w, r)
	case FormatSummary:
		return Summary(w, r)
	case FormatEDL, FormatSRT, FormatOTIO:
		return writeMarks(w, r, o.Format)
	}
	return fmt.Errorf("unknown format %q", o.Format)
}

// Write writes the report of r in the format. Text has no colours. It returns an error for
// FormatOverview, which needs a folder for reports; see [Overview]. The end of ctx stops the
// printing of a PDF.
func (f Format) Write(ctx context.Context, w io.Writer, r *Run) error {
	if f == FormatOverview {
		return errOverviewPath
	}
	return Output{f, Stdout}.write(ctx, w, r)
}

// PDF writes the HTML report as printed by a browser, without embedded videos. The errors are
// those of package pdf, such as [pdf.ErrNoBrowser].
func PDF(ctx context.Context, w io.Writer, r *Run) error {
	printer, err := pdf.Find()
	if err != nil {
		return err
	}
	withoutVideo := *r
	withoutVideo.Page.Embed = false
	var page bytes.Buffer
	if err := HTML(&page, &withoutVideo); err != nil {
		return err
	}
	return printer.Print(ctx, w, page.Bytes())
}

// A Target is an open output. The caller must close it, even after an error. It is not safe for
// concurrent use.
type Target struct {
	output Output
	w      io.Writer
	file   *os.File // nil for standard output
	temp   string   // path of file until it is renamed to path; empty if file is written in place
	path   string
	folder string // new folder for the reports of an overview; empty for none
}

// Open opens the output, so that a bad path is found before the work starts. A regular file is
// written under a temporary name in the same folder and renamed by Write: readers see either the
// old report or the complete new one. Devices and pipes are written in place. stdout is used for
// the path "-".
func (o Output) Open(stdout io.Writer) (*Target, error) {
	t := &Target{output: o}
	if o.Format == FormatPDF {
		if _, err := pdf.Find(); err != nil {
			return nil, fmt.Errorf("opening output %q: %w", o, err)
		}
	}
	if o.Path == Stdout {
		t.w = stdout
		return t, nil
	}
	err := t.open()
	if err == nil && o.Format == FormatOverview {
		if err = t.openFolder(); err != nil {
			t.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("opening output %q: %w", o, video.WithoutPath(err))
	}
	t.w = t.file
	return t, nil
}

func (t *Target) open() error {
	t.path = RealPath(t.output.Path) // so that the rename does not replace a symbolic link
	old, err := os.Stat(t.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case old.IsDir():
		return errors.New("is a directory")
	case t.output.Format == FormatOverview && !old.Mode().IsRegular():
		return errOverviewPath
	default:
		// Opening checks the permission to write to the file, which renaming does not.
		f, err := os.OpenFile(t.path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		if !old.Mode().IsRegular() {
			t.file = f
			return nil
		}
		if err := f.Close(); err != nil {
			return err
		}
		if err := t.openTemp(old.Mode().Perm()); err != nil {
			return err
		}
		return t.file.Chmod(old.Mode().Perm()) // regardless of the umask
	}
	return t.openTemp(0o666) // minus the umask
}

// RealPath returns the absolute path of a file with all symbolic links resolved, even if the file
// does not exist yet. The path of anything but a regular file, such as /dev/stdout, is returned
// unchanged.
func RealPath(path string) string {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return path
	}
	const most = 40 // number of links that Linux follows
	for range most {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
			break
		}
		// In the target of a link, ".." refers to the real parent folder.
		if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
			path = filepath.Join(dir, filepath.Base(path))
		}
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			// Not filepath.Join, which would remove "..".
			to = filepath.Dir(path) + string(filepath.Separator) + to
		}
		path = to
	}
	if all, err := filepath.Abs(path); err == nil {
		return all
	}
	return path
}

// openTemp makes a temporary file in the folder of the target. os.CreateTemp would make a file
// that only its owner can read.
func (t *Target) openTemp(perm fs.FileMode) error {
	removeAbandoned(filepath.Dir(t.path))
	const attempts = 100 // in case a random name is taken
	var err error
	for range attempts {
		name := newTempName(filepath.Dir(t.path))
		t.file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if err == nil {
			hold(t.file)
			t.temp = name
			return nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return err
}

// Write writes the report of r and moves it into place. Call it at most once. The end of ctx stops
// the printing of a PDF.
func (t *Target) Write(ctx context.Context, r *Run) error {
	return t.finish(func(w io.Writer) error { return t.output.write(ctx, w, r) }, r)
}

// WriteWith moves the output of write into place instead of a report. Call it at most once,
// instead of Write, and not for an overview.
func (t *Target) WriteWith(write func(io.Writer) error) error { return t.finish(write, nil) }

// finish writes and closes the target and adds the name of the output to errors.
func (t *Target) finish(write func(io.Writer) error, r *Run) error {
	if err := t.writeAndClose(write, r); err != nil {
		return fmt.Errorf("writing output %q: %w", t.output, video.WithoutPath(err))
	}
	return nil
}

func (t *Target) writeAndClose(write func(io.Writer) error, r *Run) error {
	err := t.write(write, r)
	if closing := t.Close(); err == nil {
		err = closing
	}
	return err
}

func (t *Target) write(write func(io.Writer) error, r *Run) error {
	w := bufio.NewWriter(t.w)
	failed := write(w)
	var reports *reportsError
	if failed != nil && !errors.As(failed, &reports) {
		return failed
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if t.temp == "" {
		return nil
	}
	// Without Sync, a power failure could keep the rename and lose the contents.
	if err := t.file.Sync(); err != nil {
		return err
	}
	file, temp := t.file, t.temp
	t.file, t.temp = nil, ""
	err := file.Close()
	if err == nil {
		err = os.Rename(temp, t.path)
	}
	if err == nil {
		syncFolder(filepath.Dir(t.path))
	}
	if err != nil {
		os.Remove(temp) // its error does not matter: err is returned
		return err
	}
	if t.output.Format == FormatOverview {
		err = t.removeOldReports(r)
	}
	if failed != nil { // a report beside the page failed; the page is in place
		return failed
	}
	return err
}

// syncFolder writes a folder to the disk, so that a power failure cannot undo a rename in it after
// the journal was removed. Some systems cannot sync a folder; then it does nothing.
func syncFolder(path string) {
	if f, err := os.Open(path); err == nil {
		_ = f.Sync()
		f.Close()
	}
}

// Close discards a target that was not written and keeps the old file at its path. After Write
// it does nothing.
func (t *Target) Close() error {
	if t.file == nil {
		return nil
	}
	err := t.file.Close()
	t.file = nil
	if t.temp != "" {
		if removing := os.Remove(t.temp); err == nil {
			err = removing
		}
	}
	if t.folder != "" {
		os.Remove(t.folder) // fails if reports were written, as intended
	}
	return err
}
