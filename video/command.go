package video

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
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

// A process is a program that runs. Its goroutine holds the thread that started it, see ownGroup.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // of Wait, after done
}

// start starts a program. The caller must wait for the process.
func start(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err == nil {
			limitMemory(cmd.Process.Pid)
		}
		started <- err
		if err == nil {
			p.err = cmd.Wait()
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// wait waits for the end of the process and returns the error of [exec.Cmd.Wait].
func (p *process) wait() error {
	<-p.done
	return p.err
}

// run starts a program and waits for its end.
func run(cmd *exec.Cmd) error {
	p, err := start(cmd)
	if err != nil {
		return err
	}
	return p.wait()
}

// startError describes in one line why a program could not be started.
func startError(err error) error {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, syscall.ENOENT) {
		return ErrNoFFmpeg
	}
	return fmt.Errorf("running ffmpeg: %w", err)
}
