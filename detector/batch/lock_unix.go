//go:build linux || darwin

package batch

import (
	"errors"
	"os"
	"syscall"
)

// Lock keeps other processes from locking the same file until f is closed or
// this process is gone, in whatever way. The error is ErrJournalBusy where another
// has it, and errors.ErrUnsupported on systems that know no such lock.
func Lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrJournalBusy
	}
	return err
}
