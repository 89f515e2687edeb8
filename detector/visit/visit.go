package visit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A Page is open in a separate browser that resolves no host but 127.0.0.1.
type Page struct {
	context.Context
	mu       sync.Mutex
	home     string   // prefix of the addresses allowed in addition to file:, data: and blob:
	requests []string // all others
	faults   []string // errors on the console
}

// Open opens address in Chromium. It skips the test if Chromium is not installed. home is the
// prefix of addresses that the page may request, empty for none.
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
		t.Skip("no Chromium found: install the Debian package chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to run as root with it
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	v := &Page{Context: ctx, home: home}
	v.Do(t) // starts the browser
	if err := chromedp.Listen(ctx, v.onEvent); err != nil {
		t.Fatal(err)
	}
	call(t, v, network.Enable, network.EnableParams{})
	v.Do(t, chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("body")))
	return v
}

// call sends one command of the DevTools protocol and returns the answer.
func call[P, R any](t *testing.T, v *Page, command cdp.Command[P, R], params P) R {
	t.Helper()
	r, err := chromedp.Call(v, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Look sets the width of the window in pixels and the appearance: light, dark or print.
func (v *Page) Look(t *testing.T, width int64, scheme string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if scheme == "print" {
		media = emulation.SetEmulatedMediaParams{Media: "print"}
	}
	call(t, v, emulation.SetEmulatedMedia, media)
	call(t, v, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500})
}

func (v *Page) onEvent(event any) {
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

// patience is the time limit of one browser action.
const patience = 60 * time.Second

// Do runs steps in the browser. The test fails if one of them fails.
func (v *Page) Do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx := v.Context
	if len(steps) > 0 { // a call without steps starts the browser, which would end with the context
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(v, patience)
		defer stop()
	}
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// Click returns the action that clicks on the element found by a CSS selector.
func Click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// Eval returns the value of a JavaScript expression in the page.
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

// Await waits until a JavaScript expression is true, also across a change of the document.
func (v *Page) Await(t *testing.T, expression string) {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		_, err := chromedp.Run(v, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(max(time.Until(end), time.Millisecond))))
		if err == nil {
			return
		}
		var refused *cdproto.Error
		if !errors.As(err, &refused) || refused.Code != documentGone || time.Now().After(end) {
			t.Fatalf("waiting for %s: %v", expression, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// documentGone is the code of Chromium's error for an expression whose document was replaced.
const documentGone = -32000

// Quiet fails the test if the page requested a forbidden address or reported an error on the
// console.
func (v *Page) Quiet(t *testing.T) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.requests != nil {
		t.Errorf("the page requested %q", v.requests)
	}
	if v.faults != nil {
		t.Errorf("errors on the console: %q", v.faults)
	}
}

// tooWide lists the elements that extend beyond the right edge of the window.
const tooWide = `(() => {
	const out = [...document.querySelectorAll("body *")].filter((e) => !e.closest("svg") && e.offsetParent && e.getBoundingClientRect().right > innerWidth + 1).map((e) => "beyond the right edge: " + e.outerHTML.slice(0, 80));
	if (document.documentElement.scrollWidth > innerWidth) out.push("the page is " + document.documentElement.scrollWidth + " px wide");
	return out;
})()`

// Scrolled scrolls through the page and returns the longest time between two animation frames,
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

// scrolling scrolls by half a window per animation frame, for up to 75 windows. It resolves to
// the longest time between two frames, in ms.
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

// Shoot writes a screenshot (PNG) to path: the whole page or what the window shows.
func (v *Page) Shoot(t *testing.T, path string, whole bool) {
	t.Helper()
	if whole { // content far from the window is not drawn otherwise
		Eval[bool](t, v, `(document.querySelectorAll(".track, .row").forEach((e) => { e.style.contentVisibility = "visible"; }), true)`)
	}
	data := call(t, v, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole}).Data
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// Cut lists the elements that extend beyond the right edge of the window.
func (v *Page) Cut(t *testing.T) []string {
	t.Helper()
	return Eval[[]string](t, v, tooWide)
}

// Pardon drops the console errors that contain text.
func (v *Page) Pardon(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.faults = slices.DeleteFunc(v.faults, func(s string) bool { return strings.Contains(s, text) })
	if len(v.faults) == 0 {
		v.faults = nil
	}
}
