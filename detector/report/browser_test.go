package report

import (
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/detector/visit"
)

// Flags for screenshots of the page.
var (
	shots  = flag.String("shots", "", "write pictures of the page to this folder")
	shotOf = flag.String("shot-of", "", "take them of this report and not of a made one")
)

// writePage writes the HTML report of res beside a playable video of 3 s and returns the path of
// the report.
func writePage(t *testing.T, embed bool, res *verdict.Result) string {
	t.Helper()
	dir := t.TempDir()
	clip := filepath.Join(dir, "a clip.mp4")
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("no ffmpeg to make a video with")
	}
	out, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=160x120:r=25:d=3", "-f", "lavfi", "-i", "sine=300:d=3",
		"-pix_fmt", "yuv420p", "-g", "5", "-shortest", clip).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	run := madeRun()
	run.Files = run.Files[:1]
	run.Files[0].Path, run.Files[0].Result = clip, res
	res.SHA256 = sumOf(t, clip)
	run.Page = Page{Folder: dir, Embed: embed}
	path := filepath.Join(dir, "report.html")
	if err := os.WriteFile(path, []byte(written(t, HTML, run)), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBrowserPlaysAndSeeks(t *testing.T) {
	for _, embed := range []bool{false, true} {
		t.Run(fmt.Sprint("embedded ", embed), func(t *testing.T) {
			v := visit.Open(t, "file://"+writePage(t, embed, madePart()), "")
			v.Await(t, `document.querySelector("video").readyState >= 1`)
			if got := visit.Eval[float64](t, v, `document.querySelector("video").duration`); math.Abs(got-3) > 0.1 {
				t.Errorf("the video has %g s, want 3", got)
			}
			v.Do(t, visit.Click(`.segments button[data-at="1.32"]`))
			v.Await(t, `Math.abs(document.querySelector("video").currentTime - 1.32) < 0.01`)
			if got := visit.Eval[string](t, v, `document.querySelector(".now").textContent`); got != "0:01.32" {
				t.Errorf("the clock shows %s", got)
			}
			v.Do(t, visit.Click(`button[data-step="1"]`))
			v.Await(t, `Math.abs(document.querySelector("video").currentTime - 1.8) < 0.01`)

			// A click in the middle of the timeline goes to 1.5 of 3 s.
			v.Do(t, visit.Click(`.whole .seek`))
			v.Await(t, `Math.abs(document.querySelector("video").currentTime - 1.5) < 0.05`)

			// The keyboard works as well as the mouse.
			v.Do(t, chromedp.Focus(chromedp.CSS(`.whole .seek`)), chromedp.KeyEvent(kb.Home))
			v.Await(t, `document.querySelector("video").currentTime === 0`)
			v.Do(t, chromedp.KeyEvent(kb.ArrowRight))
			v.Await(t, `Math.abs(document.querySelector("video").currentTime - 1) < 0.01`)
			v.Do(t, chromedp.KeyEvent(" "))
			v.Await(t, `document.querySelector("video").currentTime > 1.2`)
			v.Quiet(t)
		})
	}
}

// TestBrowserTimeRange checks that the page of a time range starts at its beginning and that the
// timeline covers only the time range.
func TestBrowserTimeRange(t *testing.T) {
	res := madePart() // 3 s
	res.OffsetBy(25)
	v := visit.Open(t, "file://"+writePage(t, false, res), "")
	v.Await(t, `Math.abs(document.querySelector("video").currentTime - 1) < 0.01`)
	if got := visit.Eval[string](t, v, `document.querySelector(".now").textContent`); got != "0:01.00" {
		t.Errorf("the clock shows %s", got)
	}
	v.Do(t, visit.Click(`.whole .seek`))
	v.Await(t, `Math.abs(document.querySelector("video").currentTime - 2.5) < 0.05`)
	v.Do(t, visit.Click(`.segments button[data-at="2.32"]`))
	v.Await(t, `Math.abs(document.querySelector("video").currentTime - 2.32) < 0.01`)
	v.Quiet(t)
}

// rising returns a result with one track whose mismatch rises and falls, with frames
// [50, 69) unjudged.
func rising() *verdict.Result {
	res := madePart()
	t := &res.Tracks[0]
	t.Start, t.End = 0, 3*time.Second
	t.Scores = madeScores(0, 75, func(i int) float64 { return 0.5 + 0.45*math.Sin(float64(i)/9) })
	for i := 50; i < 75; i++ {
		t.Scores[i].Judged = i > 68
	}
	return res
}

func TestBrowserRecounts(t *testing.T) {
	v := visit.Open(t, "file://"+writePage(t, false, rising()), "")
	count := func() string { return visit.Eval[string](t, v, `document.querySelector(".count").textContent`) }
	set := func(steps int) {
		v.Do(t, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const s = document.querySelector("input.threshold"); s.value = %d; s.dispatchEvent(new Event("input")); })()`, steps)))
	}
	res := rising()
	suspicions := verdict.Suspicions(res.Tracks, res.Thresholds)
	judged := decimals(frameSeconds(judgedFrames(res)), 2)
	seen := map[string]bool{}
	for _, steps := range []int{0, -maxSteps, -32, -16, 0, 1, 5, 16, maxSteps, 0} {
		set(steps)
		n, intervals := countAt(res, suspicions, res.Thresholds.SegmentWeak+float64(steps)*thresholdStep)
		want := english().Page.ThresholdCount.Fill(decimals(frameSeconds(n), 2), intervals, judged)
		if got := count(); got != want {
			t.Errorf("%d steps from the default: the page counts %q, want %q", steps, got, want)
		}
		seen[want] = true
	}
	if len(seen) < 5 {
		t.Errorf("all thresholds count alike: %v", seen)
	}
	set(-32)
	v.Do(t, visit.Click("button.reset"))
	if got := visit.Eval[string](t, v, `document.querySelector("input.threshold").value`); got != "0" {
		t.Errorf("reset to %s", got)
	}
	v.Quiet(t)
}

// TestBrowserWithoutTheVideo checks that the page works without the video file.
func TestBrowserWithoutTheVideo(t *testing.T) {
	path := writePage(t, false, madePart())
	if err := os.Remove(filepath.Join(filepath.Dir(path), "a clip.mp4")); err != nil {
		t.Fatal(err)
	}
	v := visit.Open(t, "file://"+path, "")
	v.Await(t, `!document.querySelector(".unplayable").hidden && document.querySelector("video").offsetParent === null`)
	v.Do(t, visit.Click(`.segments button[data-at="1.32"]`))
	v.Await(t, `document.querySelector(".now").textContent === "0:01.32"`)
}

// TestBrowserAccessibility checks names, labels, the order of headings, unique ids, the contrast
// of text and access by keyboard.
func TestBrowserAccessibility(t *testing.T) {
	v := visit.Open(t, "file://"+writePage(t, false, madePart()), "")
	for _, width := range []int64{360, 1024} {
		for _, dark := range []string{"light", "dark"} {
			v.Look(t, width, dark)
			for _, fault := range v.Faults(t) {
				t.Errorf("%d px, %s: %s", width, dark, fault)
			}
		}
	}
	places, faults := v.Tabbed(t, 60)
	if len(faults) > 0 {
		t.Errorf("by keys: %s", strings.Join(faults, "\n"))
	}
	if want := visit.Eval[int](t, v, `document.querySelectorAll("video, button:not([hidden]), input, summary, [tabindex='0']").length`); len(places) != want {
		t.Errorf("keys come to %d of %d places: %s", len(places), want, strings.Join(places, "\n"))
	}
	v.Quiet(t)
}

// TestBrowserWidths checks that nothing is wider than the window, from phones to large screens.
func TestBrowserWidths(t *testing.T) {
	path := writePage(t, false, madePart())
	if *shotOf != "" {
		path = *shotOf
	}
	v := visit.Open(t, "file://"+path, "")
	for _, width := range []int64{360, 1024, 1920} {
		for _, scheme := range []string{"light", "dark"} {
			v.Look(t, width, scheme)
			for _, cut := range v.Cut(t) {
				t.Errorf("at %d px: %s", width, cut)
			}
			if *shots != "" {
				v.Shoot(t, filepath.Join(*shots, fmt.Sprintf("%d-%s.png", width, scheme)), true)
			}
		}
	}
	if *shots != "" {
		v.Look(t, 794, "print")
		v.Shoot(t, filepath.Join(*shots, "print.png"), true)
	}
}

// TestBrowserOneHour limits the time to load and scroll the report of an hour with two faces, and
// the time to count at another threshold.
func TestBrowserOneHour(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hour.html")
	run := &Run{Files: []File{{Path: "hour.mp4", Result: hour()}}}
	if err := os.WriteFile(path, []byte(written(t, HTML, run)), 0o666); err != nil {
		t.Fatal(err)
	}
	v := visit.Open(t, "file://"+path, "")
	load := visit.Eval[float64](t, v, `performance.getEntriesByType("navigation")[0].domComplete`)
	step := visit.Eval[float64](t, v, `(() => { const s = document.querySelector("input.threshold"), t = performance.now(); s.value = 10; s.dispatchEvent(new Event("input")); document.body.offsetHeight; return performance.now() - t; })()`)
	scroll := v.Scrolled(t)
	t.Logf("loaded in %.0f ms, a step of the threshold %.0f ms, longest frame while scrolling %.0f ms", load, step, scroll)
	if load > 10_000 || step > 1000 || scroll > 1000 { // ten times the values of a slow machine
		t.Errorf("loaded in %.0f ms, a step %.0f ms, scrolling %.0f ms", load, step, scroll)
	}
}
