package visit

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
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
)

// A Page is open in a browser of its own that has no way to the net.
type Page struct {
	context.Context
	mu       sync.Mutex
	home     string   // where requests may go besides files and data in the page; empty for nowhere
	requests []string // all others
	faults   []string // errors on the console
}

// Open opens an address in Chromium, and skips the test where there is none. home,
// where it is not empty, is how addresses begin that the page may ask for.
func Open(t *testing.T, address, home string) *Page {
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
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root has none
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	v := &Page{Context: ctx, home: home}
	v.Do(t) // starts the browser
	if err := chromedp.Listen(ctx, v.hear); err != nil {
		t.Fatal(err)
	}
	call(t, v, network.Enable, network.EnableParams{})
	v.Do(t, chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("body")))
	return v
}

// call sends one command of the browser's protocol.
func call[P, R any](t *testing.T, v *Page, command cdp.Command[P, R], params P) R {
	t.Helper()
	r, err := chromedp.Call(v, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Look sets the width of the window in pixels, and light, dark or print.
func (v *Page) Look(t *testing.T, width int64, scheme string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if scheme == "print" {
		media = emulation.SetEmulatedMediaParams{Media: "print"}
	}
	call(t, v, emulation.SetEmulatedMedia, media)
	call(t, v, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500})
}

func (v *Page) hear(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") && (v.home == "" || !strings.HasPrefix(u, v.home)) {
			v.requests = append(v.requests, u)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			v.faults = append(v.faults, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		what := e.ExceptionDetails.Text
		if thrown := e.ExceptionDetails.Exception; thrown != nil {
			what += " " + thrown.Description
		}
		v.faults = append(v.faults, fmt.Sprintf("%s (line %d)", what, e.ExceptionDetails.LineNumber+1))
	case *runtime.EventConsoleAPICalled:
		v.faults = append(v.faults, fmt.Sprint("console.", e.Type))
	}
}

// Go opens another address in the same page.
func (v *Page) Go(t *testing.T, address string) {
	t.Helper()
	v.Do(t, chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("body")))
}

// patience is how long the browser may take for one thing.
const patience = 60 * time.Second

// Do has the browser do something; all of it must work.
func (v *Page) Do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
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

// Click clicks on what a CSS selector finds.
func Click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// Eval returns what an expression of the page's script language comes to.
func Eval[T any](t *testing.T, v *Page, expression string) (out T) {
	t.Helper()
	ctx, stop := context.WithTimeout(v, patience)
	defer stop()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// Await waits until an expression is true.
func (v *Page) Await(t *testing.T, expression string) {
	t.Helper()
	if _, err := chromedp.Run(v, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(patience))); err != nil {
		t.Fatalf("%s never came true: %v", expression, err)
	}
}

// Quiet fails the test where the page asked for anything it should not, or complained
// on the console.
func (v *Page) Quiet(t *testing.T) {
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

// tooWide lists what reaches beyond the window's right edge.
const tooWide = `(() => {
	const out = [...document.querySelectorAll("body *")].filter((e) => !e.closest("svg") && e.offsetParent && e.getBoundingClientRect().right > innerWidth + 1).map((e) => "cut off: " + e.outerHTML.slice(0, 80));
	if (document.documentElement.scrollWidth > innerWidth) out.push("the page is " + document.documentElement.scrollWidth + " px wide");
	return out;
})()`

// Scrolled goes through the page and returns the longest time between two frames
// in ms.
func (v *Page) Scrolled(t *testing.T) float64 {
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

// Shoot writes a picture of the window, or of the whole page, to path.
func (v *Page) Shoot(t *testing.T, path string, whole bool) {
	t.Helper()
	if whole { // what is far from the window is not drawn else
		Eval[bool](t, v, `(document.querySelectorAll(".track, .row").forEach((e) => { e.style.contentVisibility = "visible"; }), true)`)
	}
	data := call(t, v, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole}).Data
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// Cut lists what reaches beyond the window's right edge.
func (v *Page) Cut(t *testing.T) []string {
	t.Helper()
	return Eval[[]string](t, v, tooWide)
}

// Pardon drops the complaints on the console that hold the text.
func (v *Page) Pardon(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.faults = slices.DeleteFunc(v.faults, func(s string) bool { return strings.Contains(s, text) })
	if len(v.faults) == 0 {
		v.faults = nil
	}
}
