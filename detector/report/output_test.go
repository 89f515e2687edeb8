package report

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseOutput(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Output
		err  string
	}{
		{"json=out.json", Output{FormatJSON, "out.json"}, ""},
		{"csv=-", Output{FormatCSV, "-"}, ""},
		{"text=a=b", Output{FormatText, "a=b"}, ""},
		{"html=out/page.html", Output{FormatHTML, "out/page.html"}, ""},
		{"json", Output{}, `output "json": no path, want json=PATH or json=- for standard output`},
		{"json=", Output{}, `output "json=": no path, want json=PATH or json=- for standard output`},
		{"pdf=x", Output{FormatPDF, "x"}, ""},
		{"edl=x", Output{FormatEDL, "x"}, ""},
		{"srt=x", Output{FormatSRT, "x"}, ""},
		{"otio=x", Output{FormatOTIO, "x"}, ""},
		{"overview=x/index.html", Output{FormatOverview, "x/index.html"}, ""},
		{"jsonl=-", Output{FormatJSONL, "-"}, ""},
		{"summary=x.csv", Output{FormatSummary, "x.csv"}, ""},
		{"overview=-", Output{}, `output "overview=-": reports are written beside it: it must be a file`},
		{"doc=x", Output{}, `output "doc=x": unknown format "doc", want text, html, pdf, overview, json, jsonl, csv, summary, edl, srt or otio`},
		{"", Output{}, `output "": unknown format "", want text, html, pdf, overview, json, jsonl, csv, summary, edl, srt or otio`},
	} {
		got, err := ParseOutput(tt.in)
		if got != tt.want || err == nil && tt.err != "" || err != nil && err.Error() != tt.err {
			t.Errorf("ParseOutput(%q) = %v, %v, want %v, %s", tt.in, got, err, tt.want, tt.err)
		}
		if err == nil && got.String() != tt.in {
			t.Errorf("%q became %q", tt.in, got)
		}
	}
}

func TestCheckOutputs(t *testing.T) {
	if err := CheckOutputs([]Output{{FormatJSON, "a"}, {FormatCSV, "b"}, {FormatHTML, "-"}}); err != nil {
		t.Error(err)
	}
	for _, path := range []string{"-", "x/../a"} {
		if err := CheckOutputs([]Output{{FormatJSON, "-"}, {FormatJSON, "a"}, {FormatCSV, path}}); err == nil {
			t.Errorf("%s twice passes", path)
		}
	}
}

func TestTargetReplacesOnlyWhenWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.json")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.json")
	if err := os.Symlink("out.json", link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	out := Output{FormatJSON, link}

	given := open(t, out)
	if err := given.Close(); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, path); got != "old" {
		t.Errorf("given up, yet the file holds %q", got)
	}

	target := open(t, out)
	if got := contents(t, path); got != "old" {
		t.Errorf("opened only, yet the file holds %q", got)
	}
	if err := target.Write(t.Context(), madeRun()); err != nil {
		t.Fatal(err)
	}
	if err := target.Close(); err != nil {
		t.Errorf("closing after writing: %v", err)
	}
	if got := contents(t, path); got != written(t, JSON, madeRun()) {
		t.Errorf("the file holds %q", got)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the mode became %v, %v", info, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// TestTargetKeepsLinkAndMode checks that a target follows a link to a missing file, and that a
// file keeps its mode regardless of the umask.
func TestTargetKeepsLinkAndMode(t *testing.T) {
	dir := t.TempDir()
	link, path := filepath.Join(dir, "link.json"), filepath.Join(dir, "later.json")
	if err := os.Symlink("later.json", link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for _, mode := range []os.FileMode{0o644, 0o666} {
		if err := open(t, Output{FormatJSON, link}).Write(t.Context(), madeRun()); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("the link became %v, %v", info, err)
		}
		if info, err := os.Stat(path); err != nil || mode == 0o666 && info.Mode().Perm() != mode {
			t.Errorf("mode %v, %v", info, err)
		}
		if err := os.Chmod(path, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRealPath checks that ".." in a link refers to the real folder of the link, and that a pipe
// is written in place.
func TestRealPath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.MkdirAll("real/deep", 0o755); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"d": "real/deep", "real/deep/link": "../out.json", "real/deep/later": "../later.json", "top": "out.json"} {
		if err := os.Symlink(to, link); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	for _, name := range []string{"out.json", "real/out.json"} {
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"d/link": "real/out.json", "d/later": "real/later.json", "top": "out.json", "./out.json": "out.json",
		filepath.Join(dir, "out.json"): "out.json", "none/x": "none/x",
	} {
		if got := RealPath(path); got != filepath.Join(dir, want) {
			t.Errorf("%s leads to %s, want %s", path, got, want)
		}
	}
	if _, err := os.Stat("/dev/fd"); err != nil {
		return
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := open(t, Output{FormatSummary, fmt.Sprint("/dev/fd/", w.Fd())}).Write(t.Context(), madeRun()); err != nil {
		t.Error(err)
	}
	w.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != written(t, Summary, madeRun()) {
		t.Errorf("through the pipe came %q, %v", got, err)
	}
}

func TestOpenFailsEarly(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir:                                    "is a directory",
		filepath.Join(dir, "none", "out.json"): "no such file or directory",
	} {
		_, err := Output{FormatJSON, path}.Open(nil)
		if err == nil || !strings.HasSuffix(err.Error(), want) || strings.Contains(err.Error(), ".tmp") {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

func TestTargetStdout(t *testing.T) {
	var b bytes.Buffer
	target, err := Output{FormatCSV, Stdout}.Open(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := target.Write(t.Context(), madeRun()); err != nil {
		t.Fatal(err)
	}
	if b.String() != written(t, CSV, madeRun()) {
		t.Error("standard output got something else")
	}
}

func TestFullDevice(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skip("no device that is always full here")
	}
	target := open(t, Output{FormatHTML, full})
	err := target.Write(t.Context(), madeRun())
	if err == nil || err.Error() != `writing output "html=/dev/full": no space left on device` {
		t.Errorf("got %v", err)
	}
}

func open(t *testing.T, o Output) *Target {
	t.Helper()
	target, err := o.Open(nil)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func contents(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestMarkersTakeOneFile checks that a run of several files is refused.
func TestMarkersTakeOneFile(t *testing.T) {
	run := madeRun()
	for _, f := range []Format{FormatEDL, FormatSRT, FormatOTIO} {
		if !f.SingleFile() {
			t.Errorf("%s takes several files", f)
		}
		var b bytes.Buffer
		if err := (Output{f, Stdout}).write(t.Context(), &b, run); err == nil || b.Len() > 0 {
			t.Errorf("%s of %d files: %v", f, len(run.Files), err)
		}
		one := &Run{Files: run.Files[:1]}
		if err := (Output{f, Stdout}).write(t.Context(), &b, one); err != nil || strings.Count(b.String(), "suspect, moderate") != 1 || strings.Count(b.String(), "suspect, weak") != 1 {
			t.Errorf("%s: %v\n%s", f, err, b.String())
		}
		b.Reset()
		if err := (Output{f, Stdout}).write(t.Context(), &b, &Run{Files: run.Files[4:5]}); err != nil || strings.Contains(b.String(), "suspect") {
			t.Errorf("%s of a file that could not be read: %v\n%s", f, err, b.String())
		}
	}
}

func TestPDFNeedsABrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Output{FormatPDF, filepath.Join(t.TempDir(), "x.pdf")}.Open(nil)
	if err == nil || !strings.Contains(err.Error(), "install the Debian package chromium") {
		t.Errorf("got %v", err)
	}
}
