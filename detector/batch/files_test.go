package batch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// makeFiles creates files that contain their names below a new folder, and makes the folder the
// current one.
func makeFiles(t *testing.T, names ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, n := range names {
		if err := os.MkdirAll(filepath.Dir(n), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(n, []byte(n), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

func TestFiles(t *testing.T) {
	makeFiles(t, "a/2.mp4", "a/1.MOV", "a/notes.txt", "a/b/3.webm", "a/c/notes.txt", "empty/notes.txt", "z.bin")
	link(t, "../z.bin", "a/linked.mkv")
	link(t, "../a", "a/loop")
	link(t, "../a", "a/loop.mp4")
	link(t, "nowhere", "a/dead.mp4")
	link(t, "a", "named")
	tests := []struct {
		name   string
		inputs []string
		want   []string // "!" marks those with an error
	}{
		{"nothing", nil, nil},
		{"named files of any kind", []string{"z.bin", "none.mp4"}, []string{"z.bin", "none.mp4"}},
		{"folder", []string{"a"}, []string{"a/1.MOV", "a/2.mp4", "a/b/3.webm", "a/dead.mp4", "a/linked.mkv"}},
		{"folder written otherwise", []string{"./a/"}, []string{"a/1.MOV", "a/2.mp4", "a/b/3.webm", "a/dead.mp4", "a/linked.mkv"}},
		{"order of the inputs", []string{"z.bin", "a/b", "a/2.mp4"}, []string{"z.bin", "a/b/3.webm", "a/2.mp4"}},
		{"twice", []string{"a/b", "a/b/3.webm", "./a/b/3.webm", "a/b"}, []string{"a/b/3.webm"}},
		{"named link to a folder", []string{"named/b"}, []string{"named/b/3.webm"}},
		{"folder without video", []string{"empty", "z.bin"}, []string{"!empty", "z.bin"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			targets, err := Files(context.Background(), tt.inputs)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range targets {
				if x.Err != nil {
					x.Path = "!" + x.Path
				}
				got = append(got, filepath.ToSlash(x.Path))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestFilesUnreadableFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read every folder")
	}
	makeFiles(t, "a/1.mp4", "a/shut/2.mp4", "a/z.mp4")
	if err := os.Chmod("a/shut", 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod("a/shut", 0o755) })
	got, err := Files(context.Background(), []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || !errors.Is(got[1].Err, fs.ErrPermission) || got[1].Path != filepath.Join("a", "shut") {
		t.Errorf("got %v, want an error row for a/shut between two files", got)
	}
}

func TestFilesStops(t *testing.T) {
	makeFiles(t, "a/1.mp4")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Files(ctx, []string{"a"}); !Interrupted(err) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
