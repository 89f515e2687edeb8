package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// A usage is what one run of a program took, its children included.
type usage struct {
	cpu  time.Duration // user and system
	wall time.Duration
	peak int64 // bytes
}

// A round is one run of either kind on the same clip.
type round struct {
	decode, scan usage
}

// ratio is the CPU time of a scan in that of decoding.
func (r round) ratio() float64 { return r.scan.cpu.Seconds() / r.decode.cpu.Seconds() }

// Exit statuses that are no failure: a scan ends with its verdict.
var (
	success    = []int{0}
	scanStatus = []int{0, 1, 3}
)

// scanArgs are those of a scan that does all its work whatever was done before.
func scanArgs(clip string) []string {
	return []string{"scan", "--quiet", "--no-resume", clip}
}

// measureRound decodes a clip to nothing and scans it.
func measureRound(ctx context.Context, tool, clip string) (round, error) {
	decode, err := measure(ctx, success, "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-i", clip, "-vf", "fps=25", "-f", "null", "-")
	if err != nil {
		return round{}, err
	}
	scan, err := measure(ctx, scanStatus, tool, scanArgs(clip)...)
	return round{decode: decode, scan: scan}, err
}

// sampleEvery is how often memory is read: a peak of less than this is missed.
const sampleEvery = 100 * time.Millisecond

// measure runs a program, which must end with one of the statuses.
func measure(ctx context.Context, statuses []int, program string, args ...string) (usage, error) {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = &stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	ended := make(chan struct{})
	peaked := make(chan int64)
	go func() { peaked <- watchMemory(cmd.Process.Pid, ended) }()
	err := cmd.Wait()
	close(ended)
	u := usage{wall: time.Since(start), peak: <-peaked}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return u, ctx.Err()
	case err != nil && !errors.As(err, &exit):
		return u, err
	}
	status := cmd.ProcessState.ExitCode()
	for _, s := range statuses {
		if s == status {
			// wait4 counts in what children took that the program waited for.
			u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			return u, nil
		}
	}
	return u, fmt.Errorf("%s: exit status %d: %s", program, status, bytes.TrimSpace(stderr.Bytes()))
}

// watchMemory returns the most memory that a process and its children have held
// together until ended is closed.
func watchMemory(pid int, ended <-chan struct{}) (most int64) {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return most
		case <-tick.C:
			most = max(most, treeMemory(pid))
		}
	}
}
