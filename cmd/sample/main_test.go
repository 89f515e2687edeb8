package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deepcheck/deepcheck/cmd/sample/clip"
)

func TestBadCommandLines(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want string // part of the one line on standard error
	}{
		{"nothing", nil, "nothing to make"},
		{"unknown flag", []string{"-nose"}, "-nose"},
		{"stray argument", []string{"-out", "a.mp4", "b.mp4"}, `unexpected argument "b.mp4"`},
		{"interval without end", []string{"-out", "a.mp4", "-replace", "3"}, "want FROM-TO in seconds"},
		{"interval backwards", []string{"-out", "a.mp4", "-replace", "3-2"}, "want 0 <= FROM < TO <= 600"},
		{"size of one number", []string{"-out", "a.mp4", "-size", "640"}, "want WxH in pixels"},
		{"odd size", []string{"-out", "a.mp4", "-size", "641x480"}, "must be even"},
		{"huge size", []string{"-out", "a.mp4", "-size", "64000x480"}, "64 to 4096"},
		{"no length", []string{"-out", "a.mp4", "-seconds", "-2"}, "length of -2 s"},
		{"length that is no number", []string{"-out", "a.mp4", "-seconds", "NaN"}, "length of NaN s"},
		{"lag", []string{"-out", "a.mp4", "-lag", "1h"}, "lag of 1h0m0s"},
		{"two forgeries", []string{"-out", "a.mp4", "-swap", "-replace", "1-2"}, "not both"},
		{"no voice to replace", []string{"-out", "a.mp4", "-silent", "-swap"}, "no voice to replace"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if got := run(context.Background(), c.args, &stdout, &stderr); got != exitError {
				t.Errorf("exit status %d, want %d", got, exitError)
			}
			line := stderr.String()
			if !strings.HasPrefix(line, "error: ") || strings.Count(line, "\n") != 1 || !strings.Contains(line, c.want) {
				t.Errorf("standard error is %q, want one line with %q", line, c.want)
			}
		})
	}
}

func TestMissingPrograms(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a.mp4")
	espeak, err := exec.LookPath("espeak-ng")
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	check := func(want string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if got := run(context.Background(), []string{"-out", out, "-seconds", "1"}, &stdout, &stderr); got != exitError {
			t.Errorf("exit status %d, want %d", got, exitError)
		}
		if got := stderr.String(); got != "error: "+want+"\n" {
			t.Errorf("standard error is %q, want %q", got, want)
		}
	}
	check("espeak-ng not found: install it with: sudo apt-get install espeak-ng")
	if err != nil {
		t.Skip("espeak-ng is not installed")
	}
	if err := os.Symlink(espeak, filepath.Join(dir, "espeak-ng")); err != nil {
		t.Fatal(err)
	}
	check("ffmpeg not found: install it with: sudo apt-get install ffmpeg")
}

// TestUnwritable checks that a path that cannot be written is reported in one line and
// that the truth of a failed clip is removed.
func TestUnwritable(t *testing.T) {
	needPrograms(t)
	dir := t.TempDir()
	truth := filepath.Join(dir, "a.json")
	var stdout, stderr bytes.Buffer
	args := []string{"-out", filepath.Join(dir, "none", "a.mp4"), "-truth", truth, "-seconds", "1", "-size", "160x120"}
	if got := run(context.Background(), args, &stdout, &stderr); got != exitError {
		t.Errorf("exit status %d, want %d", got, exitError)
	}
	if line := stderr.String(); !strings.Contains(line, "No such file") || strings.Count(line, "\n") != 1 {
		t.Errorf("standard error is %q", line)
	}
	if _, err := os.Stat(truth); err == nil {
		t.Error("the truth of the failed clip is left")
	}
}

func TestClipAndTruth(t *testing.T) {
	needPrograms(t)
	dir := t.TempDir()
	out, truth := filepath.Join(dir, "a.mp4"), filepath.Join(dir, "a.json")
	var stdout, stderr bytes.Buffer
	args := []string{"-out", out, "-truth", truth, "-seed", "3", "-seconds", "2", "-size", "320x240", "-replace", "0.5-1.5", "-lag", "120ms"}
	if got := run(context.Background(), args, &stdout, &stderr); got != exitOK {
		t.Fatalf("exit status %d: %s", got, stderr.String())
	}
	b, err := os.ReadFile(truth)
	if err != nil {
		t.Fatal(err)
	}
	var got clip.Truth
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got.Genuine || got.LagMS != 120 || got.Replaced == nil || *got.Replaced != (clip.Interval{Start: .5, End: 1.5}) || len(got.Frames) != 50 {
		t.Errorf("truth is %+v", got)
	}
	if info, err := os.Stat(out); err != nil || info.Size() < 10000 {
		t.Errorf("video: %v, %v", info, err)
	}
}

func needPrograms(t *testing.T) {
	t.Helper()
	for _, name := range []string{"espeak-ng", "ffmpeg"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
		}
	}
}
