package store

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestHistory(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "history")
	h, err := OpenHistory(folder)
	if err != nil {
		t.Fatal(err)
	}
	first, second := goldenScan(), goldenScan()
	second.Identity.Weights = "other"
	for _, s := range []*Scan{first, second, second} {
		if h.Keep(s); h.Trouble() != nil {
			t.Fatal(h.Trouble())
		}
	}
	again, err := OpenHistory(folder)
	if err != nil {
		t.Fatal(err)
	}
	for name, h := range map[string]*History{"the same": h, "opened again": again} {
		if h.Len() != 2 || len(h.All()) != 2 || !h.HasSize(first.Size) || h.HasSize(1) || h.Old() != 0 {
			t.Errorf("%s: %d scans, want 2", name, h.Len())
		}
		for _, s := range h.All() {
			if s.Result != nil {
				t.Errorf("%s: a listing holds a result", name)
			}
		}
		for _, want := range []*Scan{first, second} {
			if got, err := h.Find(want.Key()); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %+v, %v", name, got, err)
			}
		}
		other := first.Key()
		other.Size++
		if _, err := h.Find(other); !errors.Is(err, ErrNoScan) {
			t.Errorf("%s: another size: got %v, want %v", name, err, ErrNoScan)
		}
		for _, id := range []string{"", "../../etc/passwd", "x"} {
			if _, err := h.Get(id); !errors.Is(err, ErrNoScan) {
				t.Errorf("%s: %q: got %v, want %v", name, id, err, ErrNoScan)
			}
		}
	}
	if info, err := os.Stat(h.path(first.Key().ID())); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of a scan: %v, %v", info, err)
	}

	id := first.Key().ID()
	if err := h.Forget(id); err != nil || h.Len() != 1 {
		t.Errorf("forgetting one: %v, %d scans left", err, h.Len())
	}
	for _, id := range []string{id, "x", "../history"} {
		if err := h.Forget(id); !errors.Is(err, ErrNoScan) {
			t.Errorf("forgetting %q: got %v, want %v", id, err, ErrNoScan)
		}
	}
	if err := h.Forget(""); err != nil || h.Len() != 0 {
		t.Errorf("forgetting all: %v, %d scans left", err, h.Len())
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}

// Files in the older form and damaged files are counted, and forgotten with the others; all else
// stays.
func TestOldHistory(t *testing.T) {
	folder := t.TempDir()
	old := filepath.Join(folder, strings.Repeat("ab", 32)+"-0123456789abcdef"+scanEnding)
	damaged := filepath.Join(folder, strings.Repeat("ef", 32)+"-0123456789abcdef"+scanEnding)
	if err := os.WriteFile(damaged, []byte("deepcheck store 1 history\ncut"), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := []string{strings.Repeat("cd", 32) + "-0123456789abcdef" + scanEnding, "notes" + scanEnding, "notes.txt"}
	if err := os.WriteFile(old, []byte(oldScan), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range foreign {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("my notes"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h, err := OpenHistory(folder)
	if err != nil {
		t.Fatal(err)
	}
	if h.Old() != 2 || h.Len() != 0 {
		t.Errorf("%d old and %d other scans, want 2 and 0", h.Old(), h.Len())
	}
	if err := h.Forget(""); err != nil || h.Old() != 0 {
		t.Errorf("forgetting all: %v, %d left", err, h.Old())
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the old file is still there")
	}
	if _, err := os.Stat(damaged); err == nil {
		t.Error("the damaged file is still there")
	}
	for _, name := range foreign {
		if b, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(b) != "my notes" {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}

// A damaged file is not a past scan.
func TestHistoryDamaged(t *testing.T) {
	h, err := OpenHistory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := goldenScan()
	h.Keep(s)
	path := h.path(s.Key().ID())
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(whole); at += 53 {
		flipped := append([]byte(nil), whole...)
		flipped[at] ^= 4
		for _, b := range [][]byte{whole[:at], flipped} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := h.Get(s.Key().ID()); !errors.Is(err, ErrNoScan) {
				t.Fatalf("%d of %d bytes, byte %d flipped: got %v, want %v", len(b), len(whole), at, err, ErrNoScan)
			}
		}
	}
}

func TestHistoryTrouble(t *testing.T) {
	h, err := OpenHistory("")
	if err != nil {
		t.Fatal(err)
	}
	if h.Keep(goldenScan()); h.Len() != 0 || h.Trouble() != nil {
		t.Errorf("without a folder: %d scans, %v", h.Len(), h.Trouble())
	}
	folder := filepath.Join(t.TempDir(), "h")
	if h, err = OpenHistory(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if h.Keep(goldenScan()); h.Len() != 0 || h.Trouble() == nil {
		t.Errorf("without its folder: %d scans, %v", h.Len(), h.Trouble())
	}
}
