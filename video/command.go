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

// waitDelay is how long a killed ffmpeg may hold its pipes open through a child
// before they are closed under it. It starts none, so this is a safeguard.
const waitDelay = 5 * time.Second

// command returns a program of ffmpeg's, to be killed when ctx ends. It multiplies no matrices,
// but comes with OpenBLAS, whose threads, where it has any, look for work for some 30 ms of every core.
func command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1")
	cmd.WaitDelay = waitDelay
	apart(cmd)
	return cmd
}

// startError says in one line why a program could not be started.
func startError(err error) error {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, syscall.ENOENT) {
		return ErrNoFFmpeg
	}
	return fmt.Errorf("running ffmpeg: %w", err)
}
