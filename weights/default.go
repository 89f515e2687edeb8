package weights

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

// ErrNoWeights: the program was built before there were any.
var ErrNoWeights = errors.New("no weights were built into this program: make some with \"deepcheck train\" and name them with --weights")

// embedded holds default.weights where it was there at build time. The pattern
// matches this source file as well, so that it always matches something and
// the program that trains the first weights can be built.
//
//go:embed default.*
var embedded embed.FS

// Default returns the weights built into the program, or ErrNoWeights.
func Default() (*File, error) {
	r, err := embedded.Open("default.weights")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoWeights
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := Read(bufio.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("reading the built-in weights: %w", err)
	}
	return f, nil
}
