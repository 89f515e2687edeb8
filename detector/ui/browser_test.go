package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector/visit"
)

// The page stays responsive while thousands of files are added and sorted.
func TestBrowserThousands(t *testing.T) {
	const n = 3000
	folder := t.TempDir()
	for i := range n {
		text := []string{"consistent", "suspect", "inconclusive", "what"}[i%4]
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("clip %04d of a long day.mp4", i)), []byte(text+strings.Repeat("\n", i)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c := testConfig(t)
	c.History = ""
	s, err := Open(c, 0)
	if err != nil {
		t.Fatal(err)
	}
	link := s.Link()
	v := visit.Open(t, "about:blank", link[:strings.Index(link, "/?")])
	d := serve(t, s, folder)
	defer d.stop()
	began := time.Now()
	v.Go(t, link)
	v.Await(t, fmt.Sprintf(`document.getElementById("summary")?.textContent.startsWith("%d of %d done")`, n, n))
	took := time.Since(began)
	frame := visit.Eval[float64](t, v, `(() => { const s = document.getElementById("order"), t = performance.now(); s.value = "worst"; s.dispatchEvent(new Event("change")); document.body.offsetHeight; return performance.now() - t; })()`)
	if got, want := visit.Eval[string](t, v, `[...document.querySelectorAll("#files .verdict")].map((e) => e.textContent).filter((x, i, all) => x !== all[i - 1]).join("|")`), "suspect, strong|error|inconclusive|consistent"; got != want {
		t.Errorf("worst first: %s, want %s", got, want)
	}
	t.Logf("%d files shown %v after the page was opened, sorted in %.0f ms", n, took.Round(time.Millisecond), frame)
	if frame > 5000 { // ten times the duration on a slow machine
		t.Errorf("sorting takes %.0f ms", frame)
	}
	v.Quiet(t)
}

// The link works from a file that redirects, so that it need not be on a browser's command line.
func TestBrowserOpensLinkFromFile(t *testing.T) {
	s, err := Open(testConfig(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	link := s.Link()
	file := filepath.Join(t.TempDir(), "open.html")
	if err := os.WriteFile(file, []byte(`<meta http-equiv="refresh" content="0;url=`+link+`">`), 0o600); err != nil {
		t.Fatal(err)
	}
	v := visit.Open(t, "about:blank", link[:strings.Index(link, "/?")])
	d := serve(t, s)
	defer d.stop()
	v.Go(t, "file://"+file)
	v.Await(t, `document.getElementById("summary") !== null`)
	v.Quiet(t)
}
