//go:build !(linux || darwin)

package batch

import "os"

// lock does nothing where there is no flock.
func lock(*os.File) error { return nil }
