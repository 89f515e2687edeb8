//go:build linux || darwin

package store

import (
	"errors"
	"os"
	"syscall"
)

// Lock prevents other processes from locking the same file until f is closed or this process
// ends. The error is ErrBusy if another process holds the lock, and errors.ErrUnsupported on
// systems without such locks.
func Lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrBusy
	}
	return err
}
