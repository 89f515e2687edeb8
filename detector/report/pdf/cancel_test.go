package pdf

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A print that is stopped leaves neither a browser nor a folder.
func TestPrintStops(t *testing.T) {
	p, err := Find()
	if err != nil {
		t.Skip(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	page := []byte("<p>" + string(bytes.Repeat([]byte("word "), 1<<20)))
	if err := p.Print(ctx, new(bytes.Buffer), page); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the error of the context", err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "deepcheck-pdf-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
