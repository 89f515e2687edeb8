//go:build !(linux || darwin)

package batch

import (
	"errors"
	"os"
)

// Lock returns errors.ErrUnsupported: there is no flock.
func Lock(*os.File) error { return errors.ErrUnsupported }
