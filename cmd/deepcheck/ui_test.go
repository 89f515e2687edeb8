package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/deepcheck/deepcheck/detector/visit"
)

// shots is a folder for screenshots of the page; empty: none.
var shots = flag.String("shots", "", "write screenshots of the page to this folder")

// drawDemo generates a genuine and a tampered video of a drawn face (sample -demo) and returns
// their folder.
func drawDemo(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	makeSample(t, "-demo", folder)
	return folder
}

// isolateFolders gives the test empty folders for keys, copies and past scans.
func isolateFolders(t *testing.T) {
	t.Helper()
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, t.TempDir())
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
}

// serveUI runs deepcheck ui with the real engine until the test ends, and returns its link. It
// checks the exit status and that no copies are left.
func serveUI(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	var errors bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- runWith(ctx, commands(openEngine), append([]string{"ui", "--no-browser"}, args...), in, &errors)
		in.Close()
	}()
	t.Cleanup(func() {
		stop()
		if status := <-ended; status != exitClean || errors.Len() > 0 {
			t.Errorf("deepcheck ui ended with status %d: %s", status, &errors)
		}
		for _, folder := range []string{filepath.Join(os.Getenv("XDG_CACHE_HOME"), "deepcheck")} {
			if left, _ := os.ReadDir(folder); len(left) > 0 {
				t.Errorf("files left in %s: %v", folder, left)
			}
		}
	})
	text := make([]byte, 1<<12)
	n, err := out.Read(text)
	if err != nil {
		t.Fatalf("%v: %s", err, &errors)
	}
	go io.Copy(io.Discard, out)
	link := regexp.MustCompile(`http://\S+`).Find(text[:n])
	if link == nil {
		t.Fatalf("no link in %q", text[:n])
	}
	return string(link)
}

// The JSON report of the page equals that of deepcheck scan, byte for byte.
func TestUIReportEqualsScan(t *testing.T) {
	clip := filepath.Join(drawDemo(t), "tampered.mp4")
	isolateFolders(t)
	var stdout, stderr bytes.Buffer
	if status := runWith(t.Context(), commands(openEngine), []string{"scan", clip, "-o", "json=-"}, &stdout, &stderr); status != exitSuspect {
		t.Fatalf("scan ended with status %d: %s", status, &stderr)
	}
	link := serveUI(t, clip)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	answer, err := client.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	to := regexp.MustCompile(`href="([^"]+)"`).FindSubmatch(page)
	if to == nil {
		t.Fatalf("the link answers %q", page)
	}
	base := answer.Request.URL.ResolveReference(&url.URL{Path: string(to[1])}).String()
	var got []byte
	for deadline := time.Now().Add(time.Minute); got == nil; {
		answer, err := client.Get(base + "files/1/export/json")
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		switch {
		case err != nil:
			t.Fatal(err)
		case answer.StatusCode == http.StatusOK:
			got = b
		case time.Now().After(deadline):
			t.Fatalf("not done within a minute: %s", b)
		default:
			time.Sleep(50 * time.Millisecond)
		}
	}
	if !bytes.Equal(got, stdout.Bytes()) {
		t.Errorf("the report of the page is\n%s\nthat of deepcheck scan\n%s", got, &stdout)
	}
}

// frameDocument is a JavaScript expression for the document of the report in the page.
const frameDocument = `document.getElementById("frame").contentDocument`

// checkLayout checks that nothing is cut off or out of reach, in narrow to wide windows and in
// both colour schemes.
func checkLayout(t *testing.T, v *visit.Page, name string) {
	t.Helper()
	for _, width := range []int64{360, 1024, 1920} {
		for _, scheme := range []string{"light", "dark"} {
			v.Look(t, width, scheme)
			for _, fault := range append(v.Cut(t), v.Faults(t)...) {
				t.Errorf("%s, %d px, %s: %s", name, width, scheme, fault)
			}
			if visit.Eval[bool](t, v, `!document.getElementById("opened").hidden`) {
				for _, fault := range v.Faults(t, frameDocument) {
					t.Errorf("the report in %s, %d px, %s: %s", name, width, scheme, fault)
				}
			}
			if *shots != "" {
				v.Shoot(t, filepath.Join(*shots, fmt.Sprintf("ui-%s-%d-%s.png", name, width, scheme)), false)
			}
		}
	}
}

// A user opens the link, chooses files, reads the report and comes back.
func TestBrowserUI(t *testing.T) {
	folder := drawDemo(t)
	isolateFolders(t)
	link := serveUI(t)
	home := link[:strings.Index(link, "/?")]
	v := visit.Open(t, link, home)
	v.Await(t, `document.getElementById("summary") && document.getElementById("lost").hidden`)
	v.Do(t, chromedp.SetUploadFiles(chromedp.CSS("#pick-files"), []string{filepath.Join(folder, "tampered.mp4"), filepath.Join(folder, "genuine.mp4"), filepath.Join(folder, "tampered.json")}))
	v.Await(t, `document.querySelectorAll("#files li[data-state=done]").length === 3`)
	// The verdicts without their bands, which depend on the weights.
	kinds := `[...document.querySelectorAll("#files .verdict")].map((e) => e.textContent.split(",")[0]).join("|")`
	if got, want := visit.Eval[string](t, v, kinds), "suspect|consistent|error"; got != want {
		t.Errorf("verdicts: %s, want %s", got, want)
	}
	v.Do(t, chromedp.Evaluate[chromedp.Void](`(() => { const s = document.getElementById("order"); s.value = "worst"; s.dispatchEvent(new Event("change")); })()`))
	if got, want := visit.Eval[string](t, v, kinds), "suspect|error|consistent"; got != want {
		t.Errorf("worst first: %s, want %s", got, want)
	}

	// The report in the page: a click on a segment moves the player there.
	v.Do(t, visit.Click(`#files li[data-id="1"] button.name`))
	v.Await(t, frameDocument+`.querySelector("video")?.readyState >= 1`)
	v.Do(t, chromedp.Evaluate[chromedp.Void](frameDocument+`.querySelector(".segments button[data-at]").click()`))
	v.Await(t, `Math.abs(`+frameDocument+`.querySelector("video").currentTime - Number(`+frameDocument+`.querySelector(".segments button[data-at]").dataset.at)) < 0.05 && `+frameDocument+`.querySelector("video").currentTime > 0.5`)
	if got := visit.Eval[string](t, v, `document.activeElement.id`); got != "result-title" {
		t.Errorf("the focus is on %q, not on the report", got)
	}
	if got := visit.Eval[int](t, v, `document.querySelectorAll("#save li:not([hidden])").length`); got != 9 {
		t.Errorf("%d formats to save, want 9", got)
	}
	checkLayout(t, v, "report")
	v.Do(t, chromedp.KeyEvent(kb.Escape))
	v.Await(t, `document.getElementById("opened").hidden && document.activeElement.closest("li")?.dataset.id === "1"`)

	// The overview leads to the report of a file.
	v.Do(t, visit.Click("#overview"))
	v.Await(t, frameDocument+`.querySelectorAll(".body .row").length === 3`)
	v.Do(t, chromedp.Evaluate[chromedp.Void](frameDocument+`.querySelector(".body a").click()`))
	v.Await(t, frameDocument+`.querySelector("section.file h2")?.textContent === "tampered.mp4"`)
	v.Do(t, visit.Click("#close"))

	// Past scans are found by name, and by content when the same file is chosen again.
	v.Do(t, visit.Click("#past summary"))
	v.Await(t, `document.querySelectorAll("#past-list li").length === 2`)
	v.Do(t, chromedp.SendKeys(chromedp.CSS("#past-find"), "tamp"))
	v.Await(t, `document.querySelectorAll("#past-list li").length === 1`)
	checkLayout(t, v, "list")
	if _, faults := v.Tabbed(t, 40); len(faults) > 0 {
		t.Errorf("keyboard: %s", strings.Join(faults, "\n"))
	}
	v.Do(t, visit.Click("#past-list button.name"))
	v.Await(t, frameDocument+`.querySelector("video")?.readyState >= 1`)
	v.Do(t, visit.Click("#close"))
	v.Do(t, visit.Click("#clear"))
	v.Await(t, `document.querySelectorAll("#files li").length === 0`)
	v.Do(t, chromedp.SetUploadFiles(chromedp.CSS("#pick-files"), []string{filepath.Join(folder, "tampered.mp4")}))
	v.Await(t, `document.querySelector("#files li[data-state=done] .acts")?.textContent.includes("scanned before")`)

	// A dropped file is scanned. Of a chosen folder, only the videos are.
	v.Do(t, chromedp.Evaluate[chromedp.Void](`(() => { const d = new DataTransfer(); d.items.add(new File(["no video"], "dropped notes.mp4")); document.dispatchEvent(new DragEvent("drop", { dataTransfer: d, cancelable: true })); })()`))
	v.Await(t, `[...document.querySelectorAll("#files li[data-state=done]")].some((e) => e.textContent.includes("dropped notes.mp4") && e.querySelector(".error"))`)
	v.Do(t, chromedp.SetUploadFiles(chromedp.CSS("#pick-folder"), []string{folder}))
	v.Await(t, `document.querySelectorAll("#files li[data-state=done]").length === 4`)
	if got := visit.Eval[int](t, v, `[...document.querySelectorAll("#files .name")].filter((e) => e.textContent === "`+filepath.Base(folder)+`/genuine.mp4" || e.textContent === "`+filepath.Base(folder)+`/tampered.mp4").length`); got != 2 {
		t.Errorf("%d videos of the folder, want 2", got)
	}
	for _, id := range []int{5, 6, 7} {
		v.Do(t, visit.Click(fmt.Sprintf(`#files li[data-id="%d"] .acts button:last-child`, id)))
		// The next button moves until the row is gone.
		v.Await(t, fmt.Sprintf(`!document.querySelector('#files li[data-id="%d"]')`, id))
	}
	v.Await(t, `document.querySelectorAll("#files li").length === 1`)

	// A reload shows the same list. The link works only once.
	v.Do(t, chromedp.Reload())
	v.Await(t, `document.querySelectorAll("#files li[data-state=done]").length === 1`)
	v.Quiet(t)
	v.Do(t, chromedp.Navigate(link))
	v.Await(t, `document.body.textContent.startsWith("refused: ")`)
	v.Pardon("403")
	v.Do(t, chromedp.NavigateBack())
	v.Await(t, `document.querySelectorAll("#files li[data-state=done]").length === 1`)
	v.Do(t, visit.Click("#quit"))
	v.Await(t, `!document.getElementById("ended").hidden`)
}
