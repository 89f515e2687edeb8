package report

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/deepcheck/deepcheck/detector/report/pdf"
	"github.com/deepcheck/deepcheck/video"
)

// A Format is one of the forms of a report.
type Format string

// The formats.
const (
	FormatText Format = "text"
	FormatJSON Format = "json"
	FormatCSV  Format = "csv"
	FormatHTML Format = "html"
	FormatPDF  Format = "pdf"  // the HTML as a browser prints it
	FormatEDL  Format = "edl"  // suspect segments for editing programs: CMX 3600
	FormatSRT  Format = "srt"  // as subtitles
	FormatOTIO Format = "otio" // as OpenTimelineIO

	FormatOverview Format = "overview" // a page over all files, with the HTML report of each beside it
	FormatJSONL    Format = "jsonl"    // a line of JSON a file
	FormatSummary  Format = "summary"  // CSV, a row a file
)

// Signed tells whether reports of the format carry a signature. That of a PDF is
// of the page that was printed; beside an overview the reports have one each.
func (f Format) Signed() bool {
	return f == FormatJSON || f == FormatHTML || f == FormatPDF || f == FormatOverview
}

// Stdout is the path that stands for standard output.
const Stdout = "-"

// An Output is a report that a user asked for: -o json=out.json.
type Output struct {
	Format Format
	Path   string // Stdout for standard output
}

// ParseOutput reads FORMAT=PATH.
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

// CheckOutputs returns an error where two outputs would be written to the same
// place.
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

// write writes the run to w in the output's format, text without colour.
func (o Output) write(w io.Writer, r *Run) error {
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
		return PDF(w, r)
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

// Write writes the report of r in the format, text without colour. An overview
// has reports beside it and cannot be written so; see [Overview].
func (f Format) Write(w io.Writer, r *Run) error {
	if f == FormatOverview {
		return errOverviewPath
	}
	return Output{f, Stdout}.write(w, r)
}

// PDF writes the HTML report as a browser prints it, which takes one: see package
// pdf. The page carries no video.
func PDF(w io.Writer, r *Run) error {
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
	return printer.Print(context.Background(), w, page.Bytes())
}

// A Target is an opened output, to be closed in every case. It is not safe for
// concurrent use.
type Target struct {
	output Output
	w      io.Writer
	file   *os.File // nil for standard output
	temp   string   // path of file where it is renamed to path in the end, else empty
	path   string
	folder string // that was made for an overview's reports; empty for none
}

// Open readies the output, so that a bad path is known before the work starts.
// A regular file is written under another name in the same folder and put in
// place only by Write: whoever looks sees the old report or the whole new one.
// Devices and pipes are written as they are. stdout is for the path "-".
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
	t.path = RealPath(t.output.Path) // the rename must not replace a link
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
		// Opening tells whether the file may be written, which the rename
		// would not ask.
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
		return t.file.Chmod(old.Mode().Perm()) // whatever the umask is
	}
	return t.openTemp(0o666) // less the umask
}

// Place returns the absolute path of the file that a path leads to, whatever links are in it, and also where that is not
// there yet. Of what is no regular file, such as /dev/stdout, it is the path as it is.
func RealPath(path string) string {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return path
	}
	const most = 40 // links, as Linux follows at most
	for range most {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
			break
		}
		// What ".." is beside a link depends on where the folder really is.
		if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
			path = filepath.Join(dir, filepath.Base(path))
		}
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Dir(path) + string(filepath.Separator) + to // not cleaned, for the same reason
		}
		path = to
	}
	if all, err := filepath.Abs(path); err == nil {
		return all
	}
	return path
}

// openTemp makes a new file beside the target. os.CreateTemp would make one
// that nobody else may read.
func (t *Target) openTemp(perm fs.FileMode) error {
	const attempts = 100 // names that are taken by chance
	var err error
	for range attempts {
		name := filepath.Join(filepath.Dir(t.path), fmt.Sprintf(".deepcheck-%08x.tmp", rand.Uint32()))
		t.file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if err == nil {
			t.temp = name
			return nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return err
}

// Write writes the report of r and puts it in place. It is called once at most.
func (t *Target) Write(r *Run) error {
	return t.finish(func(w io.Writer) error { return t.output.write(w, r) }, r)
}

// WriteWith puts in place what write writes, which is no report of a scan. It is called once at most, instead of Write,
// and not of an overview.
func (t *Target) WriteWith(write func(io.Writer) error) error { return t.finish(write, nil) }

// finish writes, closes and says of which output an error is.
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
	// Synced, since after a power cut a rename may be there before the bytes.
	if err := t.file.Sync(); err != nil {
		return err
	}
	file, temp := t.file, t.temp
	t.file, t.temp = nil, ""
	err := file.Close()
	if err == nil {
		err = os.Rename(temp, t.path)
	}
	if err != nil {
		os.Remove(temp) // the first error counts
		return err
	}
	if t.output.Format == FormatOverview {
		err = t.removeOldReports(r)
	}
	if failed != nil { // what failed beside the page, which itself is in place
		return failed
	}
	return err
}

// Close gives up a target that was not written and leaves what was at its path
// before. After Write it does nothing.
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
		os.Remove(t.folder) // empty, unless reports were written
	}
	return err
}
