package main

import (
	"slices"
	"strings"
	"testing"
)

// TestNotices is the check itself, so that `go test ./...` shows a breach too.
func TestNotices(t *testing.T) {
	breaches, err := checkLinked("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breaches {
		t.Error(b)
	}
	if linked, err := linkedModules("../.."); err != nil || !slices.Contains(linked, "gocv.io/x/gocv") || slices.Contains(linked, "github.com/chromedp/chromedp") {
		t.Errorf("linked modules are %v, %v, want gocv among them but no module of tests", linked, err)
	}
}

func TestCheckNotices(t *testing.T) {
	linked := []string{"example.com/a", "example.com/b/v2"}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"all listed", "| module | licence |\n|---|---|\n| `example.com/a` | MIT |\n| `example.com/b/v2` | ISC |\n| `ffmpeg` | GPL |\n", nil},
		{"one missing", "| `example.com/a` | MIT |\n| `example.com/b` | ISC |\n", []string{
			"THIRD_PARTY.md:2: example.com/b is not linked",
			"THIRD_PARTY.md: example.com/b/v2 is linked but not listed"}},
		{"no licence", "| `example.com/a` | |\n| `example.com/b/v2` |\n", []string{
			"THIRD_PARTY.md:1: example.com/a has no licence",
			"THIRD_PARTY.md:2: example.com/b/v2 has no licence"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, b := range checkNotices(linked, test.text) {
				got = append(got, b.String())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(test.want, "\n\t"))
			}
		})
	}
}

func TestLinkedModulesErrors(t *testing.T) {
	if _, err := linkedModules(t.TempDir()); err == nil || !strings.HasPrefix(err.Error(), "listing the packages of ./cmd/deepcheck with tags customenv: ") {
		t.Errorf("got error %v in a folder without a module", err)
	}
}
