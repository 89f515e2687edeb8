//go:build !(linux || darwin)

package store

import (
	"errors"
	"os"
)

// Lock returns errors.ErrUnsupported: the system has no flock.
func Lock(*os.File) error { return errors.ErrUnsupported }
