package dataset

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	tests := []struct {
		name, text string
		want       []Clip
		err        string // part of the error message, "" for no error
	}{
		{"columns in any order, further ones ignored", "source\tfile\tx\tgenerator\tlabel\nS\ta.mp4\t1\tnone\treal\n",
			[]Clip{{Path: "dir/a.mp4", File: "a.mp4", Label: Real, Generator: "none", Source: "S"}}, ""},
		{"language", "file\tlabel\tgenerator\tsource\tlanguage\na.mp4\treal\tnone\tS\tar\n",
			[]Clip{{Path: "dir/a.mp4", File: "a.mp4", Label: Real, Generator: "none", Source: "S", Language: "ar"}}, ""},
		{"quotes are text", "file\tlabel\tgenerator\tsource\na \"b.mp4\tfake\tG\tS\n",
			[]Clip{{Path: "dir/a \"b.mp4", File: "a \"b.mp4", Label: Fake, Generator: "G", Source: "S"}}, ""},
		{"byte order mark", "\ufefffile\tlabel\tgenerator\tsource\na.mp4\tdubbed\tG\tS\n",
			[]Clip{{Path: "dir/a.mp4", File: "a.mp4", Label: Dubbed, Generator: "G", Source: "S"}}, ""},
		{"empty", "", nil, "no header"},
		{"no clips", "file\tlabel\tgenerator\tsource\n", nil, "no clips"},
		{"missing column", "file\tlabel\tgenerator\n", nil, `no column "source"`},
		{"unknown label", "file\tlabel\tgenerator\tsource\na.mp4\tgenuine\tnone\tS\n", nil, `line 2: label "genuine"`},
		{"short line", "file\tlabel\tgenerator\tsource\na.mp4\treal\n", nil, "line 2 has 2 columns"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseList(strings.NewReader(test.text), "dir")
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Fatalf("error %v, want %q", err, test.err)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestListFindsFilesInTheFolderOfItsName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"dev/a.mp4", "b.mp4"} {
		os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list := filepath.Join(dir, "dev.tsv")
	os.WriteFile(list, []byte("file\tlabel\tgenerator\tsource\na.mp4\treal\tnone\tS\nb.mp4\treal\tnone\tS\n"), 0o644)
	clips, err := ReadList(list)
	if err != nil {
		t.Fatal(err)
	}
	if clips[0].Path != filepath.Join(dir, "dev", "a.mp4") || clips[1].Path != filepath.Join(dir, "b.mp4") {
		t.Errorf("paths %q, %q", clips[0].Path, clips[1].Path)
	}
}

func TestFolderIsAListOfGenuineClips(t *testing.T) {
	dir := t.TempDir()
	os.MkdirAll(filepath.Join(dir, "x"), 0o755)
	for _, name := range []string{"x/a.mp4", "b.MOV", "notes.txt", ".hidden.mp4"} {
		os.WriteFile(filepath.Join(dir, name), nil, 0o644)
	}
	clips, err := ReadList(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(clips) != 2 || clips[0].Label != Real || clips[0].Source == clips[1].Source {
		t.Errorf("got %+v", clips)
	}
	if _, err := ReadList(t.TempDir()); err == nil {
		t.Error("no error for an empty folder")
	}
}
