package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestMeasureCountsChildren(t *testing.T) {
	// The shell itself uses almost no CPU time; its children use it.
	u, err := measure(t.Context(), success, "sh", "-c",
		"for i in 1 2 3; do sh -c 'i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done'; done")
	if err != nil {
		t.Fatal(err)
	}
	if u.cpu < 10*time.Millisecond {
		t.Errorf("got %v of CPU time, want at least that of the loops", u.cpu)
	}
	if u.wall < u.cpu/4 {
		t.Errorf("got %v of wall-clock time for %v of CPU time", u.wall, u.cpu)
	}
}

func TestMeasureStatus(t *testing.T) {
	for _, test := range []struct {
		name   string
		script string
		fails  bool
	}{
		{"verdict", "exit 1", false},
		{"error", "echo no such clip >&2; exit 2", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := measure(t.Context(), scanStatus, "sh", "-c", test.script)
			if test.fails != (err != nil) {
				t.Fatalf("got error %v, want one: %v", err, test.fails)
			}
			if test.fails && !strings.Contains(err.Error(), "exit status 2: no such clip") {
				t.Errorf("got error %q without status and message", err)
			}
		})
	}
}

func TestTreeMemory(t *testing.T) {
	if treeMemory(os.Getpid()) < 1<<20 {
		t.Skip("no /proc with smaps_rollup here")
	}
	// cat runs until the test closes the pipe to it.
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	own := treeMemory(os.Getpid())
	cmd := exec.CommandContext(ctx, "sh", "-c", "cat; :")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// sh and cat are both running once cat has answered.
	if _, err := in.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	shell, cat := proportional(cmd.Process.Pid), treeMemory(cmd.Process.Pid)-proportional(cmd.Process.Pid)
	if shell <= 0 || cat <= 0 {
		t.Errorf("got %d bytes for sh and %d for cat, want both above 0 (test process: %d)", shell, cat, own)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestParsePss(t *testing.T) {
	const rollup = "55d0-7ffd ---p 00000000 00:00 0 [rollup]\nRss:  4000 kB\nPss:  1234 kB\nPss_Dirty:  99 kB\n"
	if got, want := parsePss(rollup), int64(1234*1024); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
	if got := parsePss("Pss: many kB\n"); got != 0 {
		t.Errorf("got %d for a malformed line, want 0", got)
	}
}

func TestWriteTables(t *testing.T) {
	at := func(decode, scan time.Duration) round {
		return round{decode: usage{cpu: decode, wall: decode}, scan: usage{cpu: scan, wall: scan, peak: 300e6}}
	}
	speed := []round{at(time.Second, 2*time.Second), at(2*time.Second, 8*time.Second), at(3*time.Second, 9*time.Second)}
	var b strings.Builder
	err := writeTables(&b, "a clip", speed, []peak{{time.Minute, peakOf(speed)}, {20 * time.Minute, 310e6}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CPU, median 2.00 s 8.00 s 3.00", "clock, median 2.00 s 8.00 s", "1m0s 300 MB", "20m0s 310 MB"} {
		if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
