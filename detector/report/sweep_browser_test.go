package report

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/detector/visit"
)

// manyFiles returns a sweep of n files of all kinds. Their properties follow from their numbers.
func manyFiles(n int) *Run {
	run := madeRun()
	run.Files = nil
	for i := range n {
		f := File{Path: fmt.Sprintf("archive/day %d/clip %d of a talk.mp4", i%31, i)}
		if i%11 == 0 {
			f.Err = fmt.Sprintf("reading %q: the file ends in the middle", f.Path)
			run.Files = append(run.Files, f)
			continue
		}
		res := madeFits()
		res.SHA256 = fmt.Sprintf("%064x", i*7919)
		res.Frames = 100 + 25*(i%120)
		t := &res.Tracks[0]
		t.Score = float64(i*37%1000) / 1000
		t.Lag.Frames = float64(i%300-150) / 40
		t.Scores = madeScores(0, res.Frames, func(f int) float64 { return .5 + .4*math.Sin(float64(f)/float64(10+i%13)) })
		switch i % 7 {
		case 0:
			res.Verdict, res.Reasons = verdict.Inconclusive, []verdict.Reason{verdict.FaceTooSmall}
			t.Verdict = res.Verdict
		case 1:
			res.Verdict, res.Band = verdict.Suspect, []verdict.Band{verdict.Weak, verdict.Moderate, verdict.Strong}[i%3]
			t.Verdict = res.Verdict
			res.Segments = madePart().Segments[:1]
		}
		f.Result = res
		run.Files = append(run.Files, f)
	}
	return run
}

// visitOverview writes a signed overview with links to reports, but without the reports, and
// opens it.
func visitOverview(t *testing.T, run *Run) *visit.Page {
	t.Helper()
	run.Signer = signedRun(t).Signer
	path := filepath.Join(t.TempDir(), "index.html")
	if err := os.WriteFile(path, []byte(written(t, formats["overview"], run)), 0o666); err != nil {
		t.Fatal(err)
	}
	return visit.Open(t, "file://"+path, "")
}

// cells returns the text of the first n cells of a class in visible rows.
func cells(t *testing.T, v *visit.Page, class string, n int) string {
	t.Helper()
	return strings.Join(visit.Eval[[]string](t, v, fmt.Sprintf(`[...document.querySelectorAll(".body .row:not([hidden]) .%s")].slice(0, %d).map((e) => e.textContent.trim())`, class, n)), "|")
}

func TestBrowserSortsTheOverview(t *testing.T) {
	run := madeRun()
	run.Files[3].Path = "talk/odd.avi"
	v := visitOverview(t, run)
	sort := func(key string) string {
		return visit.Eval[string](t, v, fmt.Sprintf(`document.querySelector("[data-key=%s]").getAttribute("aria-sort")`, key))
	}
	if got, want := cells(t, v, "v", 9), "suspect, strong|suspect, moderate|error|error|inconclusive|consistent"; got != want || sort("v") != "ascending" {
		t.Errorf("at first: %s, want %s, the worst first", got, want)
	}
	for _, tt := range []struct {
		key, want, state string // class of the column, its cells and sort state after a click
	}{
		{"m", "1.00|0.88|0.13|-|-|-", "descending"},
		{"m", "0.13|0.88|1.00|-|-|-", "ascending"}, // unknown values stay last
		{"d", "3.0|2.0|0.4|0.2|-|-", "descending"},
		{"g", "80|40|-200|-|-|-", "descending"},
		{"f", "talk/cut.mp4|talk/dub.mkv|talk/fits.mp4|talk/notes.mp4|talk/odd.avi|talk/part.mp4", "ascending"},
		{"f", "talk/part.mp4|talk/odd.avi|talk/notes.mp4|talk/fits.mp4|talk/dub.mkv|talk/cut.mp4", "descending"},
		{"v", "suspect, strong|suspect, moderate|error|error|inconclusive|consistent", "ascending"},
	} {
		v.Do(t, visit.Click(`[data-key=`+tt.key+`] button`))
		if got := cells(t, v, tt.key, 9); got != tt.want || sort(tt.key) != tt.state {
			t.Errorf("by %s: %s, %s; want %s, %s", tt.key, got, sort(tt.key), tt.want, tt.state)
		}
	}
	if got := visit.Eval[int](t, v, `document.querySelectorAll("[aria-sort]:not([aria-sort=none])").length`); got != 1 {
		t.Errorf("%d columns say that they are sorted", got)
	}

	// The keyboard works as well as the mouse.
	v.Do(t, chromedp.Focus(chromedp.CSS(`[data-key=c] button`)), chromedp.KeyEvent(kb.Enter))
	if got, want := cells(t, v, "f", 2), "talk/part.mp4|talk/dub.mkv"; got != want {
		t.Errorf("by suspect seconds: %s, want %s", got, want)
	}
	v.Do(t, chromedp.KeyEvent(" "))
	if got, want := sort("c"), "ascending"; got != want {
		t.Errorf("after a second key: %s, want %s", got, want)
	}
	v.Quiet(t)
}

// TestBrowserOverviewRestoresState checks that order and filters are kept in the address and
// restored when the user comes back.
func TestBrowserOverviewRestoresState(t *testing.T) {
	folder := t.TempDir()
	path, err := writeOverviewFiles(t, madeRun(), folder)
	if err != nil {
		t.Fatal(err)
	}
	v := visit.Open(t, "file://"+path, "")
	v.Do(t, visit.Click(`[data-key=f] button`), visit.Click(`input[value=error]`), visit.Click(`input[value=inconclusive]`))
	v.Do(t, chromedp.SendKeys(chromedp.CSS("#find"), "TALK"))
	const want = "talk/dub.mkv|talk/fits.mp4|talk/part.mp4"
	state := func() string {
		return cells(t, v, "f", 9) + " " + visit.Eval[string](t, v, `location.hash + " " + document.getElementById("shown").textContent`)
	}
	before := state()
	if before != want+" #sort=f&show=strong,moderate,consistent&name=TALK 3 of 6 files shown." {
		t.Errorf("got %s", before)
	}
	v.Do(t, visit.Click(`.body .row:not([hidden]) a`))
	v.Do(t, chromedp.WaitReady(chromedp.CSS("section.file")))
	if got := visit.Eval[string](t, v, `document.querySelector("h2").textContent`); got != "talk/dub.mkv" {
		t.Errorf("the link leads to the report of %s", got)
	}
	v.Do(t, chromedp.NavigateBack())
	v.Do(t, chromedp.WaitReady(chromedp.CSS(".table")))
	if got := state(); got != before {
		t.Errorf("back again: %s\nbefore: %s", got, before)
	}
	v.Do(t, chromedp.Reload())
	if got := state(); got != before {
		t.Errorf("loaded again: %s\nbefore: %s", got, before)
	}
	v.Do(t, visit.Click(`button[type=reset]`))
	v.Await(t, `document.getElementById("shown").textContent === "6 of 6 files shown." && location.hash === "#sort=f"`)
	for _, hash := range []string{"#sort=nonsense&show=&name=%", "#=&&sort", "#show=strong"} {
		visit.Eval[bool](t, v, fmt.Sprintf(`(location.hash = %q, true)`, hash))
	}
	v.Await(t, `document.getElementById("shown").textContent === "1 of 6 files shown."`)
	visit.Eval[bool](t, v, `(location.hash = "#name=nowhere", true)`)
	v.Await(t, `!document.getElementById("none").hidden`)
	v.Pardon("ERR_FILE_NOT_FOUND") // of the videos
	v.Quiet(t)
}

// TestBrowserOverviewOfThousands limits the time to load, sort, filter and scroll the overview of
// 5000 files.
func TestBrowserOverviewOfThousands(t *testing.T) {
	run := manyFiles(5000)
	page := written(t, formats["overview"], run)
	path := filepath.Join(t.TempDir(), "index.html")
	if err := os.WriteFile(path, []byte(page), 0o666); err != nil {
		t.Fatal(err)
	}
	v := visit.Open(t, "file://"+path, "")
	load := visit.Eval[float64](t, v, `performance.getEntriesByType("navigation")[0].domComplete`)
	took := func(what string) float64 {
		return visit.Eval[float64](t, v, `(() => { const t = performance.now(); `+what+`; document.body.offsetHeight; return performance.now() - t; })()`)
	}
	sorting := took(`document.querySelector("[data-key=m] button").click()`)
	if got := visit.Eval[bool](t, v, `(() => { const s = [...document.querySelectorAll(".body .m")].map((e) => Number(e.textContent)).filter((x) => !isNaN(x)); return s.length > 4000 && s.every((x, i) => i === 0 || s[i - 1] >= x); })()`); !got {
		t.Error("not in order of score")
	}
	byName := took(`document.querySelector("[data-key=f] button").click()`)
	filtering := took(`document.querySelector("#find").value = "clip 77"; document.querySelector("#find").dispatchEvent(new Event("input"))`)
	if got, want := visit.Eval[string](t, v, `document.getElementById("shown").textContent`), fmt.Sprintf("%d of 5000 files shown.", len(regexp.MustCompile(`>clip 77\d* of`).FindAllString(page, -1))); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	took(`document.querySelector("button[type=reset]").click()`)
	v.Await(t, `document.getElementById("shown").textContent.startsWith("5000")`)
	scroll := v.Scrolled(t)
	t.Logf("%.1f MB, loaded in %.0f ms, sorted by score in %.0f ms, by name in %.0f ms, filtered in %.0f ms, longest frame while scrolling %.0f ms",
		float64(len(page))/1e6, load, sorting, byName, filtering, scroll)
	// The limits are ten times the values of a slow machine.
	if len(page) > 15e6 || load > 20_000 || sorting > 5000 || byName > 5000 || filtering > 5000 || scroll > 2000 {
		t.Error("too large or too slow")
	}
	v.Quiet(t)
}

func TestBrowserWidthsOfOverview(t *testing.T) {
	run := manyFiles(60)
	run.Files = append(run.Files, madeRun().Files...)
	v := visitOverview(t, run)
	for _, width := range []int64{360, 1024, 1920} {
		for _, scheme := range []string{"light", "dark"} {
			v.Look(t, width, scheme)
			for _, fault := range append(v.Cut(t), v.Faults(t)...) {
				t.Errorf("%d px, %s: %s", width, scheme, fault)
			}
			if *shots != "" {
				v.Shoot(t, filepath.Join(*shots, fmt.Sprintf("overview-%d-%s.png", width, scheme)), false)
			}
		}
	}
	if _, faults := v.Tabbed(t, 30); len(faults) > 0 {
		t.Errorf("by keys: %s", strings.Join(faults, "\n"))
	}
	if *shots != "" {
		v.Look(t, 794, "print")
		v.Shoot(t, filepath.Join(*shots, "overview-print.png"), true)
	}
	v.Quiet(t)
}
