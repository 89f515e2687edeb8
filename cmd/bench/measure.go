package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// A usage holds the resources that one run of a program and its children used.
type usage struct {
	cpu  time.Duration // user and system
	wall time.Duration
	peak int64 // peak memory, bytes
}

// A round is one decoding and one scan of the same clip.
type round struct {
	decode, scan usage
}

// ratio returns the CPU time of the scan divided by that of decoding.
func (r round) ratio() float64 { return r.scan.cpu.Seconds() / r.decode.cpu.Seconds() }

// Exit statuses that mean success. The exit status of a scan is its verdict.
var (
	success    = []int{0}
	scanStatus = []int{0, 1, 3}
)

// scanArgs returns the arguments of a scan that ignores the results of earlier
// scans.
func scanArgs(clip string) []string {
	return []string{"scan", "--quiet", "--no-resume", clip}
}

// measureRound measures decoding the clip and scanning it.
func measureRound(ctx context.Context, tool, clip string) (round, error) {
	decode, err := measure(ctx, success, "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-i", clip, "-vf", "fps=25", "-f", "null", "-")
	if err != nil {
		return round{}, err
	}
	scan, err := measure(ctx, scanStatus, tool, scanArgs(clip)...)
	return round{decode: decode, scan: scan}, err
}

// sampleEvery is the interval at which memory is read. Shorter peaks may be missed.
const sampleEvery = 100 * time.Millisecond

// measure runs a program. It returns an error unless the program exits with one of
// the statuses.
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
			// The times from wait4 include the children that the program waited for.
			u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			return u, nil
		}
	}
	return u, fmt.Errorf("%s: exit status %d: %s", program, status, bytes.TrimSpace(stderr.Bytes()))
}

// watchMemory samples the memory of a process and its descendants until ended is
// closed and returns the peak, in bytes.
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
