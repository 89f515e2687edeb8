package report

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/deepcheck/deepcheck/detector/report/phrase"
)

// Every text can be filled with arguments of the types that its own type lists.
func TestWords(t *testing.T) {
	for _, fault := range phrase.Check(english()) {
		t.Error(fault)
	}
}

// All words of the pages come from words.
func TestTemplatesHoldNoWords(t *testing.T) {
	for name, text := range map[string]string{"page.html": pageTemplate, "sweep.html": sweepTemplate} {
		if fixed := phrase.FixedWords(text); fixed != nil {
			t.Errorf("%s: %q", name, fixed)
		}
	}
}

// filledByScript are the verbs that page.js and sweep.js know.
var filledByScript = regexp.MustCompile(`^(?:[^%]|%[sd])*$`)

func TestWordsForScripts(t *testing.T) {
	w := english()
	for _, text := range []string{string(w.Page.ThresholdCount), string(w.Sweep.Shown)} {
		if !filledByScript.MatchString(text) {
			t.Errorf("the scripts fill %%s and %%d only: %q", text)
		}
	}
}

// No report shows a verb without its argument.
func TestGoldensAreFilled(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.*")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if at := regexp.MustCompile(`%!.{0,20}`).Find(text); at != nil {
			t.Errorf("%s: %q", path, at)
		}
	}
}
