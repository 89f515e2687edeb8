package video

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// waitDelay is how long a killed ffmpeg may keep its pipes open through a child process before
// they are closed. ffmpeg starts no child process, so this is only a safeguard.
const waitDelay = 5 * time.Second

// command returns a command that runs ffmpeg or ffprobe and kills it when ctx ends. Both load
// OpenBLAS but multiply no matrices; with more than one thread, the idle workers of OpenBLAS
// would spin for about 30 ms on every core.
func command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1")
	cmd.WaitDelay = waitDelay
	ownGroup(cmd)
	return cmd
}

// startError describes in one line why a program could not be started.
func startError(err error) error {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, syscall.ENOENT) {
		return ErrNoFFmpeg
	}
	return fmt.Errorf("running ffmpeg: %w", err)
}
