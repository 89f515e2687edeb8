//go:build linux || darwin

package report

import (
	"os"
	"syscall"
)

// hold marks a temporary file as in use until it is closed or this process ends.
func hold(f *os.File) { _ = tryLock(f) }

// isHeld reports whether a process uses a temporary file.
func isHeld(f *os.File) bool { return tryLock(f) != nil }

func tryLock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
