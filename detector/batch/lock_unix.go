//go:build linux || darwin

package batch

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps other processes from opening the journal until f is closed or
// this process is gone, in whatever way.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrJournalBusy
	}
	return err
}
