//go:build !linux

package video

import (
	"math"
	"os"
	"os/exec"
)

// apart leaves a process in the group of ours.
func apart(*exec.Cmd) {}

func openPipe() (r, w *os.File, err error) { return os.Pipe() }

func openStream(int) (r, w *os.File, err error) { return os.Pipe() }

// widen does nothing where pipes cannot be widened.
func widen(*os.File, int) {}

// look says that there is always enough: reading waits for it.
func look(*os.File) (ready bool, n int, err error) { return true, math.MaxInt, nil }
