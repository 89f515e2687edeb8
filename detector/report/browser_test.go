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

// shots, where given, is a folder for pictures of the page, to be looked at.
var (
	shots  = flag.String("shots", "", "write pictures of the page to this folder")
	shotOf = flag.String("shot-of", "", "take them of this report and not of a made one")
)

// placed writes the made run beside a video that can be played, and returns the
// report's path. A video of 3 s is all that the page needs.
func placed(t *testing.T, embed bool, res *verdict.Result) string {
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
			v := visit.Open(t, "file://"+placed(t, embed, madePart()), "")
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

			// A click in the middle of the time line is half of 3 s.
			v.Do(t, visit.Click(`.whole .seek`))
			v.Await(t, `Math.abs(document.querySelector("video").currentTime - 1.5) < 0.05`)

			// So do keys, without a mouse.
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

// The page of a part begins with it, and its time line is that of the part.
func TestBrowserPart(t *testing.T) {
	part := madePart() // 3 s
	part.OffsetBy(25)
	v := visit.Open(t, "file://"+placed(t, false, part), "")
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

// rising is a track whose mismatch rises and falls, with a gap that is bridged
// and one that is not.
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

func TestBrowserCountsAnew(t *testing.T) {
	v := visit.Open(t, "file://"+placed(t, false, rising()), "")
	count := func() string { return visit.Eval[string](t, v, `document.querySelector(".count").textContent`) }
	set := func(steps int) {
		v.Do(t, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const s = document.querySelector("input.threshold"); s.value = %d; s.dispatchEvent(new Event("input")); })()`, steps)))
	}
	res := rising()
	levels := verdict.Suspicions(res.Tracks, res.Thresholds)
	judged := decimals(frames(judgedFrames(res)), 2)
	seen := map[string]bool{}
	for _, steps := range []int{0, -levelReach, -32, -16, 0, 1, 5, 16, levelReach, 0} {
		set(steps)
		n, stretches := countAt(res, levels, res.Thresholds.SegmentWeak+float64(steps)*levelStep)
		want := fmt.Sprintf(english().Page.ThresholdCount, decimals(frames(n), 2), stretches, judged)
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

// A file that is gone or cannot be played takes only the picture away.
func TestBrowserWithoutTheVideo(t *testing.T) {
	path := placed(t, false, madePart())
	if err := os.Remove(filepath.Join(filepath.Dir(path), "a clip.mp4")); err != nil {
		t.Fatal(err)
	}
	v := visit.Open(t, "file://"+path, "")
	v.Await(t, `!document.querySelector(".unplayable").hidden && document.querySelector("video").offsetParent === null`)
	v.Do(t, visit.Click(`.segments button[data-at="1.32"]`))
	v.Await(t, `document.querySelector(".now").textContent === "0:01.32"`)
}

// What a checker of accessibility looks for first: names, labels, headings in
// order, no id twice, contrast of text.
func TestBrowserAccessibility(t *testing.T) {
	v := visit.Open(t, "file://"+placed(t, false, madePart()), "")
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

// Nothing is wider than the window, on a telephone either.
func TestBrowserWidths(t *testing.T) {
	path := placed(t, false, madePart())
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

// An hour of two faces is there at once, and a step of the threshold is counted
// within a blink.
func TestBrowserTakesAnHour(t *testing.T) {
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
	if load > 10_000 || step > 1000 || scroll > 1000 { // ten times what a slow machine takes
		t.Errorf("loaded in %.0f ms, a step %.0f ms, scrolling %.0f ms", load, step, scroll)
	}
}
