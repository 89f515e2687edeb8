package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

func TestParseFlags(t *testing.T) {
	tests := []struct {
		name string
		args string // separated by spaces; "_" is an empty argument
		rest []string
		jobs int
		err  string
	}{
		{"nothing", "", nil, 7, ""},
		{"before", "--jobs 2 a b", []string{"a", "b"}, 2, ""},
		{"after", "a b --jobs 2", []string{"a", "b"}, 2, ""},
		{"between", "a --jobs=2 b", []string{"a", "b"}, 2, ""},
		{"last one counts", "--jobs 2 a --jobs 3", []string{"a"}, 3, ""},
		{"none after two dashes", "a -- --jobs 2", []string{"a", "--jobs", "2"}, 7, ""},
		{"two dashes first", "-- -odd.mp4", []string{"-odd.mp4"}, 7, ""},
		{"only two dashes", "--", nil, 7, ""},
		{"one dash is an argument", "- a", []string{"-", "a"}, 7, ""},
		{"empty name", "_ a", []string{"", "a"}, 7, ""},
		{"unknown", "a --speed", nil, 7, "unknown flag --speed"},
		{"unknown short", "-z", nil, 7, "unknown flag -z"},
		{"without value", "a --jobs", nil, 7, "--jobs needs a value"},
		{"no number", "--jobs two", nil, 7, "--jobs two: not a number, or too large"},
		{"too large", "--jobs 99999999999999999999", nil, 7, "--jobs 99999999999999999999: not a number, or too large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fs := newFlags("scan")
			jobs := fs.Int("jobs", 7, "")
			args := strings.Fields(tt.args)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "_", "")
			}
			rest, err := parseFlags(fs, args)
			var usage *usageError
			switch {
			case tt.err == "" && err != nil:
				t.Fatal(err)
			case tt.err != "" && (!errors.As(err, &usage) || usage.message != tt.err):
				t.Fatalf("got %v, want the usage error %q", err, tt.err)
			case tt.err == "" && (!slices.Equal(rest, tt.rest) || *jobs != tt.jobs):
				t.Errorf("got %q and %d jobs, want %q and %d", rest, *jobs, tt.rest, tt.jobs)
			}
		})
	}
}

func TestScanStatus(t *testing.T) {
	file := func(v verdict.Verdict) report.File { return report.File{Result: &verdict.Result{Verdict: v}} }
	good, bad, unclear := file(verdict.Consistent), file(verdict.Suspect), file(verdict.Inconclusive)
	failed, lost := report.File{Err: "no"}, report.File{}
	tests := []struct {
		name  string
		files []report.File
		want  int
	}{
		{"none", nil, exitClean},
		{"consistent", []report.File{good, good}, exitClean},
		{"inconclusive", []report.File{good, unclear}, exitInconclusive},
		{"suspect before inconclusive", []report.File{unclear, bad, unclear}, exitSuspect},
		{"error before suspect", []report.File{bad, failed, good}, exitError},
		{"nothing known", []report.File{good, lost}, exitError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := scanStatus(tt.files); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestErrorStatus(t *testing.T) {
	stopped := &hintedError{&stoppedError{"interrupted", context.Canceled}, "go on"}
	if got := errorStatus(stopped); got != exitInterrupted {
		t.Errorf("interrupted: got %d, want %d", got, exitInterrupted)
	}
	if got := errorStatus(errors.New("no")); got != exitError {
		t.Errorf("error: got %d, want %d", got, exitError)
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"a/b-1.mp4": "a/b-1.mp4",
		"":          "''",
		"a b":       "'a b'",
		"it's":      `'it'\''s'`,
		"$HOME":     "'$HOME'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	if got, want := oneLine(" a\nb\tc\x1b[2J\u009bd\r "), "a b c?[2J?d"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Every usage text is short, shows an example and lists the exit statuses.
func TestUsage(t *testing.T) {
	for _, c := range commands(openEngine) {
		t.Run(c.name, func(t *testing.T) {
			for _, want := range []string{"usage: deepcheck " + c.name, "\nexample:\n", "\n  $ deepcheck " + c.name, "\nEXIT STATUS\n"} {
				if !strings.Contains(c.usage, want) {
					t.Errorf("no %q in the usage", want)
				}
			}
			lines := strings.Split(strings.TrimSuffix(c.usage, "\n"), "\n")
			if len(lines) > 42 {
				t.Errorf("%d lines, want at most 42", len(lines))
			}
			for _, l := range lines {
				if len(l) > 90 {
					t.Errorf("%d characters in %q, want at most 90", len(l), l)
				}
			}
		})
	}
}

// A countedScanner returns an error or panics, and counts how many scanners are closed.
type countedScanner struct{ made, closed *int }

func (s countedScanner) Scan(_ context.Context, path string, _ func(done, total time.Duration)) (*verdict.Result, error) {
	if path == "panic" {
		panic("lost my head")
	}
	if path == "caught" {
		return nil, fmt.Errorf("reading %q: %w: lost my head", path, detector.ErrInternal)
	}
	return nil, fmt.Errorf("reading %q: no", path)
}

func (s countedScanner) Close() error { *s.closed++; return nil }

// After a panic the pool closes the scanner and opens another.
func TestPoolReplacesScanners(t *testing.T) {
	var made, closed int
	c, err := newScannerPool(2, func() (scanner, error) {
		made++
		return countedScanner{&made, &closed}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	scan := func(path string) (panicked bool) {
		defer func() { panicked = recover() != nil }()
		c.scan(context.Background(), 1, path, nil)
		return false
	}
	if scan("a") || !scan("panic") || scan("b") || scan("c") || scan("caught") || scan("d") {
		t.Error("only the second scan should have panicked")
	}
	if err := c.Close(); err != nil || made != 4 || closed != 4 {
		t.Errorf("%d scanners made and %d closed (%v), want all closed", made, closed, err)
	}
}

func TestPoolClosesScannersAfterError(t *testing.T) {
	var made, closed int
	_, err := newScannerPool(4, func() (scanner, error) {
		if made++; made == 3 {
			return nil, errors.New("no more")
		}
		return countedScanner{&made, &closed}, nil
	})
	if err == nil || closed != 2 {
		t.Errorf("%d scanners closed and %v, want 2 and an error", closed, err)
	}
}

// The command line in a record names no folder, and a repeat command is complete.
func TestCommandLine(t *testing.T) {
	got := commandLine([]string{"/home/a/resume", "--resume", "-resume=true", "--out=/home/a/x.weights", "--towers=3", "--from", "/b/y.weights"}, filepath.Base)
	if want := "resume --out=x.weights --towers=3 --from y.weights"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	o, err := parseScan([]string{"--", "a.mp4", "-b.mp4"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := o.repeatCommand(), "deepcheck scan -- a.mp4 -b.mp4"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestKeyInCapitals(t *testing.T) {
	o, err := parseVerify([]string{"--key", strings.Repeat("AB", 32), "r.json", "a.mp4"})
	if err != nil || o.key != strings.Repeat("ab", 32) {
		t.Errorf("key %q, %v", o.key, err)
	}
}
