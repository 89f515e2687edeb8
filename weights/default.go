package weights

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// ErrNoWeights is returned if the program was built without weights.
var ErrNoWeights = errors.New("this program was built without weights: make weights with \"deepcheck train\" and pass them with --weights")

// embedded holds default.weights if the file existed at build time. The pattern also matches this
// source file, so that the build succeeds without weights: the program that trains the first
// weights must be built before they exist.
//
//go:embed default.*
var embedded embed.FS

// Default returns the weights built into the program, or ErrNoWeights if there are none.
func Default() (*File, error) {
	r, err := embedded.Open("default.weights")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoWeights
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return nil, err
	}
	f, err := Read(sized{r, int(info.Size())})
	if err != nil {
		return nil, fmt.Errorf("reading the built-in weights: %w", err)
	}
	return f, nil
}

// sized is a reader with a known length.
type sized struct {
	io.Reader
	length int
}

func (s sized) Len() int { return s.length }
