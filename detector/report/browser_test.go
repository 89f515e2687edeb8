package report

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/deepcheck/deepcheck/detector"
)

// shots, where given, is a folder for pictures of the page, to be looked at.
var (
	shots  = flag.String("shots", "", "write pictures of the page to this folder")
	shotOf = flag.String("shot-of", "", "take them of this report and not of a made one")
)

// A visit is a report opened in a real browser that has no way to the net.
type visit struct {
	context.Context
	mu       sync.Mutex
	requests []string // all but those for files and data in the page
	faults   []string // errors on the console
}

// browse opens the file in Chromium.
func browse(t *testing.T, path string) *visit {
	t.Helper()
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			browser = found
			break
		}
	}
	if browser == "" {
		t.Skip("no Chromium here: install the Debian package chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"), chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root has none
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	v := &visit{Context: ctx}
	v.do(t) // starts the browser
	if err := chromedp.Listen(ctx, v.hear); err != nil {
		t.Fatal(err)
	}
	call(t, v, network.Enable, network.EnableParams{})
	v.do(t, chromedp.Navigate("file://"+path), chromedp.WaitReady(chromedp.CSS("body")))
	return v
}

// call sends one command of the browser's protocol.
func call[P, R any](t *testing.T, v *visit, command cdp.Command[P, R], params P) R {
	t.Helper()
	r, err := chromedp.Call(v, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// look sets the width of the window in pixels, and light, dark or print.
func (v *visit) look(t *testing.T, width int64, scheme string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if scheme == "print" {
		media = emulation.SetEmulatedMediaParams{Media: "print"}
	}
	call(t, v, emulation.SetEmulatedMedia, media)
	call(t, v, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500})
}

func (v *visit) hear(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "data:") {
			v.requests = append(v.requests, u)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			v.faults = append(v.faults, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		v.faults = append(v.faults, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		v.faults = append(v.faults, fmt.Sprint("console.", e.Type))
	}
}

// patience is how long the browser may take for one thing.
const patience = 60 * time.Second

func (v *visit) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx := v.Context
	if len(steps) > 0 { // the first call is to start the browser, which would end with its context
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(v, patience)
		defer stop()
	}
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// eval returns what an expression of the page's script language comes to.
func eval[T any](t *testing.T, v *visit, expression string) (out T) {
	t.Helper()
	ctx, stop := context.WithTimeout(v, patience)
	defer stop()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// await waits until an expression is true.
func (v *visit) await(t *testing.T, expression string) {
	t.Helper()
	if _, err := chromedp.Run(v, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		t.Fatalf("%s never came true: %v", expression, err)
	}
}

func (v *visit) quiet(t *testing.T) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.requests != nil {
		t.Errorf("the page asked for %q", v.requests)
	}
	if v.faults != nil {
		t.Errorf("on the console: %q", v.faults)
	}
}

// placed writes the made run beside a video that can be played, and returns the
// report's path. A video of 3 s is all that the page needs.
func placed(t *testing.T, embed bool, res *detector.Result) string {
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
			v := browse(t, placed(t, embed, madePart()))
			v.await(t, `document.querySelector("video").readyState >= 1`)
			if got := eval[float64](t, v, `document.querySelector("video").duration`); math.Abs(got-3) > 0.1 {
				t.Errorf("the video has %g s, want 3", got)
			}
			v.do(t, click(`.segments button[data-at="1.32"]`))
			v.await(t, `Math.abs(document.querySelector("video").currentTime - 1.32) < 0.01`)
			if got := eval[string](t, v, `document.querySelector(".now").textContent`); got != "0:01.32" {
				t.Errorf("the clock shows %s", got)
			}
			v.do(t, click(`button[data-step="1"]`))
			v.await(t, `Math.abs(document.querySelector("video").currentTime - 1.8) < 0.01`)

			// A click in the middle of the time line is half of 3 s.
			v.do(t, click(`.whole .seek`))
			v.await(t, `Math.abs(document.querySelector("video").currentTime - 1.5) < 0.05`)

			// So do keys, without a mouse.
			v.do(t, chromedp.Focus(chromedp.CSS(`.whole .seek`)), chromedp.KeyEvent(kb.Home))
			v.await(t, `document.querySelector("video").currentTime === 0`)
			v.do(t, chromedp.KeyEvent(kb.ArrowRight))
			v.await(t, `Math.abs(document.querySelector("video").currentTime - 1) < 0.01`)
			v.do(t, chromedp.KeyEvent(" "))
			v.await(t, `document.querySelector("video").currentTime > 1.2`)
			v.quiet(t)
		})
	}
}

// rising is a track whose mismatch rises and falls, with a gap that is bridged
// and one that is not.
func rising() *detector.Result {
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
	v := browse(t, placed(t, false, rising()))
	count := func() string { return eval[string](t, v, `document.querySelector(".count").textContent`) }
	set := func(steps int) {
		v.do(t, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const s = document.querySelector("input.threshold"); s.value = %d; s.dispatchEvent(new Event("input")); })()`, steps)))
	}
	res := rising()
	levels := detector.Levels(res.Tracks)
	judged := decimals(frames(judgedFrames(res)), 2)
	seen := map[string]bool{}
	for _, steps := range []int{0, -levelReach, -32, -16, 0, 1, 5, 16, levelReach, 0} {
		set(steps)
		n, stretches := countAt(res, levels, res.Thresholds.PartWeak+float64(steps)*levelStep)
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
	v.do(t, click("button.reset"))
	if got := eval[string](t, v, `document.querySelector("input.threshold").value`); got != "0" {
		t.Errorf("reset to %s", got)
	}
	v.quiet(t)
}

// A file that is gone or cannot be played takes only the picture away.
func TestBrowserWithoutTheVideo(t *testing.T) {
	path := placed(t, false, madePart())
	if err := os.Remove(filepath.Join(filepath.Dir(path), "a clip.mp4")); err != nil {
		t.Fatal(err)
	}
	v := browse(t, path)
	v.await(t, `!document.querySelector(".unplayable").hidden && document.querySelector("video").offsetParent === null`)
	v.do(t, click(`.segments button[data-at="1.32"]`))
	v.await(t, `document.querySelector(".now").textContent === "0:01.32"`)
}

// What a checker of accessibility looks for first: names, labels, headings in
// order, no id twice, contrast of text.
func TestBrowserAccessibility(t *testing.T) {
	v := browse(t, placed(t, false, madePart()))
	for _, dark := range []string{"light", "dark"} {
		v.look(t, 1024, dark)
		for _, fault := range eval[[]string](t, v, accessibility) {
			t.Errorf("%s: %s", dark, fault)
		}
	}
	v.quiet(t)
}

const accessibility = `(() => {
	const faults = [];
	const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
	if (new Set(ids).size !== ids.length) faults.push("an id is there twice");
	if (!document.documentElement.lang || !document.title) faults.push("no language or title");
	for (const e of document.querySelectorAll("button, input, video, [role=slider], [role=img], img")) {
		const name = e.getAttribute("aria-label") || e.getAttribute("alt") || e.textContent.trim() || (e.labels && e.labels.length && e.labels[0].textContent.trim());
		if (!name) faults.push("no name: " + e.outerHTML.slice(0, 80));
	}
	let last = 0;
	for (const h of document.querySelectorAll("h1,h2,h3,h4")) {
		const level = Number(h.tagName[1]);
		if (level > last + 1) faults.push("heading skips a level: " + h.textContent);
		last = level;
	}
	const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
	const luminance = (rgb) => { const [r, g, b] = rgb.match(/[\d.]+/g).map(Number); return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
	const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c)) return c; } return "rgb(255, 255, 255)"; };
	for (const e of document.querySelectorAll("body *")) {
		if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || e.closest("svg, script") || !e.offsetParent) continue;
		const a = luminance(getComputedStyle(e).color), b = luminance(ground(e));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) faults.push("contrast " + ratio.toFixed(2) + ": " + e.textContent.trim().slice(0, 40));
	}
	return faults;
})()`

// tooWide lists what reaches beyond the window's right edge.
const tooWide = `(() => {
	const out = [...document.querySelectorAll("body *")].filter((e) => !e.closest("svg") && e.offsetParent && e.getBoundingClientRect().right > innerWidth + 1).map((e) => "cut off: " + e.outerHTML.slice(0, 80));
	if (document.documentElement.scrollWidth > innerWidth) out.push("the page is " + document.documentElement.scrollWidth + " px wide");
	return out;
})()`

// Nothing is wider than the window, on a telephone either.
func TestBrowserWidths(t *testing.T) {
	path := placed(t, false, madePart())
	if *shotOf != "" {
		path = *shotOf
	}
	v := browse(t, path)
	for _, width := range []int64{360, 1024, 1920} {
		for _, scheme := range []string{"light", "dark"} {
			v.look(t, width, scheme)
			for _, cut := range eval[[]string](t, v, tooWide) {
				t.Errorf("at %d px: %s", width, cut)
			}
			if *shots != "" {
				v.shoot(t, fmt.Sprintf("%d-%s.png", width, scheme), true)
			}
		}
	}
	if *shots != "" {
		v.look(t, 794, "print")
		v.shoot(t, "print.png", true)
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
	v := browse(t, path)
	load := eval[float64](t, v, `performance.getEntriesByType("navigation")[0].domComplete`)
	step := eval[float64](t, v, `(() => { const s = document.querySelector("input.threshold"), t = performance.now(); s.value = 10; s.dispatchEvent(new Event("input")); document.body.offsetHeight; return performance.now() - t; })()`)
	scroll := scrolled(t, v)
	t.Logf("loaded in %.0f ms, a step of the threshold %.0f ms, longest frame while scrolling %.0f ms", load, step, scroll)
	if load > 10_000 || step > 1000 || scroll > 1000 { // ten times what a slow machine takes
		t.Errorf("loaded in %.0f ms, a step %.0f ms, scrolling %.0f ms", load, step, scroll)
	}
}

// scrolled goes through the page and returns the longest time between two frames
// in ms.
func scrolled(t *testing.T, v *visit) float64 {
	t.Helper()
	ctx, stop := context.WithTimeout(v, patience)
	defer stop()
	most, err := chromedp.Run(ctx, chromedp.Evaluate[float64](scrolling, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return most
}

// scrolling goes through the page, 75 windows of it, by half a window a frame and gives the longest
// time between two frames in ms.
const scrolling = `new Promise((done) => {
	let y = 0, last = performance.now(), most = 0, left = 150;
	const step = (now) => {
		most = Math.max(most, now - last);
		last = now;
		y += innerHeight / 2;
		if (y > document.body.scrollHeight || --left === 0) { done(most); return; }
		scrollTo(0, y);
		requestAnimationFrame(step);
	};
	requestAnimationFrame(step);
})`

// shoot takes a picture of the window, or of the whole page.
func (v *visit) shoot(t *testing.T, name string, whole bool) {
	t.Helper()
	if whole { // what is far from the window is not drawn else
		eval[bool](t, v, `(document.querySelectorAll(".track, .row").forEach((e) => { e.style.contentVisibility = "visible"; }), true)`)
	}
	data := call(t, v, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole}).Data
	if err := os.WriteFile(filepath.Join(*shots, name), data, 0o666); err != nil {
		t.Fatal(err)
	}
}
