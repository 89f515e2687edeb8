package report

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// tempName is the name of a temporary file; %s is a random number, or "*" to find them.
const tempName = ".deepcheck-%s.tmp"

// newTempName returns the path of a new temporary file in a folder.
func newTempName(folder string) string {
	return filepath.Join(folder, fmt.Sprintf(tempName, fmt.Sprintf("%08x", rand.Uint32())))
}

// minAbandoned is the age from which a temporary file that nobody holds was left by a killed run: a
// new one is held a moment after it was made.
const minAbandoned = time.Minute

// removeAbandoned removes the temporary files that killed runs left in a folder. Errors do not
// matter: the files stay.
func removeAbandoned(folder string) {
	names, _ := filepath.Glob(filepath.Join(escapeGlob(folder), fmt.Sprintf(tempName, "*")))
	for _, name := range names {
		info, err := os.Lstat(name)
		if err != nil || !info.Mode().IsRegular() || time.Since(info.ModTime()) < minAbandoned {
			continue
		}
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			continue
		}
		if !isHeld(f) {
			os.Remove(name)
		}
		f.Close()
	}
}

// escapeGlob returns a pattern that matches a path only.
func escapeGlob(path string) string {
	var out []byte
	for i := range len(path) {
		switch path[i] {
		case '*', '?', '[', '\\':
			out = append(out, '\\')
		}
		out = append(out, path[i])
	}
	return string(out)
}
