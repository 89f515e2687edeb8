package report

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The next run removes what a killed run left, and nothing else.
func TestAbandonedTemporaryFiles(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a[b]*")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	make := func(name string, age time.Duration) *os.File {
		f, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(f.Name(), at, at); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	make(".deepcheck-00000001.tmp", time.Hour)
	hold(make(".deepcheck-00000002.tmp", time.Hour))
	make(".deepcheck-00000003.tmp", 0)
	make("deepcheck-00000004.tmp", time.Hour)
	removeAbandoned(folder)
	for name, want := range map[string]bool{".deepcheck-00000001.tmp": false, ".deepcheck-00000002.tmp": true, ".deepcheck-00000003.tmp": true, "deepcheck-00000004.tmp": true} {
		if _, err := os.Stat(filepath.Join(folder, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
}
