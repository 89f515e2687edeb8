package video

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHashFile(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		name, text, sum string
	}{
		{"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"one piece", strings.Repeat("a", hashPiece), "5b6ff2e19d0da0fe323061018fc381393492884e74af8296c81ab9cb2694783a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sum, size, err := HashFile(t.Context(), write(t, dir, tt.name, tt.text))
			if sum != tt.sum || size != int64(len(tt.text)) || err != nil {
				t.Errorf("got %s, %d bytes, error %v; want %s, %d bytes", sum, size, err, tt.sum, len(tt.text))
			}
		})
	}
}

func TestHashFileErrors(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "none")
	for _, tt := range []struct {
		name, path string
		want       error
	}{
		{"missing", missing, fs.ErrNotExist},
		{"folder", dir, ErrNotRegular},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sum, size, err := HashFile(t.Context(), tt.path)
			if sum != "" || size != 0 || !errors.Is(err, tt.want) || !strings.HasPrefix(err.Error(), "reading \""+tt.path+"\": ") {
				t.Errorf("got %q, %d bytes, error %v; want %v, which names the file", sum, size, err, tt.want)
			}
		})
	}
}

// A cancelled hash ends after one piece.
func TestHashCancelled(t *testing.T) {
	path := write(t, t.TempDir(), "large", "")
	if err := os.Truncate(path, 8*hashPiece); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if sum, size, err := Hash(ctx, f); sum != "" || size != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("got %q, %d bytes, error %v; want %v", sum, size, err, context.Canceled)
	}
	if at, err := f.Seek(0, io.SeekCurrent); at != hashPiece || err != nil {
		t.Errorf("%d bytes read, error %v; want %d", at, err, hashPiece)
	}
}

// An error of reading names the file once.
func TestHashReadError(t *testing.T) {
	f, err := os.Open(write(t, t.TempDir(), "a", "abc"))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, _, err := Hash(t.Context(), f); !errors.Is(err, fs.ErrClosed) || strings.Count(err.Error(), f.Name()) != 1 {
		t.Errorf("got error %v, want %v and the file's name once", err, fs.ErrClosed)
	}
}
