package video

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRate(t *testing.T) {
	for fraction, want := range map[string]float64{"25/1": 25, "30000/1001": 30000. / 1001, "0/0": 0, "": 0, "x/1": 0} {
		if got := (&Info{FrameRate: fraction}).Rate(); got != want {
			t.Errorf("%q is %v pictures a second, want %v", fraction, got, want)
		}
	}
}

func TestWithoutPath(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none")
	_, open := os.Open(missing)
	rename := os.Rename(missing, missing+"2")
	other := errors.New("disk on fire")
	for _, tt := range []struct {
		name      string
		err, want error
	}{
		{"open", open, fs.ErrNotExist},
		{"wrapped", fmt.Errorf("reading: %w", open), fs.ErrNotExist},
		{"rename", rename, fs.ErrNotExist},
		{"other", other, other},
		{"none", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := WithoutPath(tt.err)
			if !errors.Is(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if got != nil && strings.Contains(got.Error(), missing) {
				t.Errorf("got %q, want no path in it", got)
			}
		})
	}
}
