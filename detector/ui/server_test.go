package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestQueue(t *testing.T) {
	good, bad := writeFile(t, "good.mp4", "consistent"), writeFile(t, "bad.mp4", "suspect")
	d := startServer(t, testConfig(t), good, bad, filepath.Join(t.TempDir(), "missing.mp4"), t.TempDir())
	d.want(t, http.StatusOK, "POST", "files?name=trip%2Fday+1.mp4", "inconclusive")
	d.want(t, http.StatusOK, "POST", "files?name=..%2F..%2Fetc%2Fpasswd%00.mp4", "panic")
	items := d.awaitDone(t, 6)
	for i, want := range []struct{ name, kind, why string }{
		{good, "consistent", ""},
		{bad, "strong", "0:00.00 to 0:01.00"},
		{items[3].Name, "error", "no such file or directory"},
		{items[4].Name, "error", "no video files in this folder"},
		{"trip/day 1.mp4", "inconclusive", ""},
		{"etc/passwd\uFFFD.mp4", "error", "internal error at testserver_test.go:"},
	} {
		it := items[i+1]
		if it.Name != want.name || it.Glance.Kind != want.kind || !strings.Contains(it.Glance.Why, want.why) {
			t.Errorf("item %d: %q %s %q, want %+v", i+1, it.Name, it.Glance.Kind, it.Glance.Why, want)
		}
		if strings.Contains(it.Glance.Why, d.config.Copies) {
			t.Errorf("item %d reveals the path of its copy: %s", i+1, it.Glance.Why)
		}
	}

	// Reports in all formats, of one file and of all.
	for _, form := range []string{"html", "json", "jsonl", "csv", "summary", "text", "edl", "srt", "otio", "embedded"} {
		text := d.want(t, http.StatusOK, "GET", "files/2/export/"+form, "")
		if !strings.Contains(text, "bad") && form != "srt" {
			t.Errorf("%s is not of the file: %.200s", form, text)
		}
	}
	for _, form := range []string{"html", "json", "jsonl", "csv", "summary", "text"} {
		d.want(t, http.StatusOK, "GET", "all/export/"+form, "")
	}
	for _, address := range []string{"files/2/export/overview", "files/2/export/nonsense", "all/export/edl", "all/export/embedded", "files/7/report", "files/0/report",
		"files/x/report", "files/-1/video", "past/../files/1/video", "past/0/report", "files/../../../../etc/passwd", "nowhere", "files/1/video/../../../page"} {
		if status, text := d.send(t, "GET", address, nil); status == http.StatusOK {
			t.Errorf("%s: %s", address, text)
		}
	}
	var run struct {
		Files []struct{ Path, Verdict string } `json:"files"`
		Cmd   string                           `json:"command"`
	}
	if err := json.Unmarshal([]byte(d.want(t, http.StatusOK, "GET", "all/export/json", "")), &run); err != nil || len(run.Files) != 6 || !strings.HasPrefix(run.Cmd, "deepcheck scan "+good+" "+bad) {
		t.Errorf("all: %v %+v", err, run)
	}
	page := d.want(t, http.StatusOK, "GET", "all/overview", "")
	for id := 1; id <= 6; id++ {
		if !strings.Contains(page, fmt.Sprintf(`href="../files/%d/report"`, id)) {
			t.Errorf("the overview has no link to file %d", id)
		}
	}
	if report := d.want(t, http.StatusOK, "GET", "files/2/report", ""); !strings.Contains(report, `src="video"`) {
		t.Error("the report plays no video from beside it")
	}
	if text := d.want(t, http.StatusOK, "GET", "files/5/video", ""); text != "inconclusive" {
		t.Errorf("the video is %q", text)
	}

	// A removed item is gone, and so is its copy.
	for id := 1; id <= 6; id++ {
		d.want(t, http.StatusNoContent, "DELETE", fmt.Sprint("files/", id), "")
	}
	d.want(t, http.StatusNotFound, "DELETE", "files/1", "")
	d.await(t, "an empty queue", func(items map[int]itemView) bool { return len(items) == 0 })
	if left, _ := os.ReadDir(d.config.Copies); len(left) != 0 {
		t.Errorf("copies are left: %v", left)
	}
	if _, err := os.Stat(good); err != nil {
		t.Error("a file that was named is gone:", err)
	}
}

func TestCancelAndAgain(t *testing.T) {
	c := testConfig(t)
	c.Jobs = 1
	slow := writeFile(t, "slow.mp4", "slow")
	d := startServer(t, c, slow, writeFile(t, "next.mp4", "slow"), writeFile(t, "third.mp4", "consistent"))
	state := func(id int, want state) func(map[int]itemView) bool {
		return func(items map[int]itemView) bool { return items[id].State == want }
	}
	d.await(t, "a scan under way", state(1, scanning))
	d.want(t, http.StatusConflict, "POST", "files/1/again", "")
	d.want(t, http.StatusNoContent, "POST", "files/2/cancel", "") // a waiting item
	d.await(t, "the second canceled", state(2, canceled))
	d.want(t, http.StatusNoContent, "POST", "files/1/cancel", "")
	d.await(t, "the first canceled, the third done", func(items map[int]itemView) bool {
		return items[1].State == canceled && items[3].State == done
	})
	if err := os.WriteFile(slow, []byte("suspect"), 0o666); err != nil {
		t.Fatal(err)
	}
	d.want(t, http.StatusNoContent, "POST", "files/1/again", "")
	items := d.await(t, "the first done", state(1, done))
	if got := items[1].Glance.Kind; got != "strong" {
		t.Errorf("scanned again: %s", got)
	}

	// A file that changed after its scan is not played.
	d.want(t, http.StatusOK, "GET", "files/1/video", "")
	if err := os.WriteFile(slow, []byte("something else"), 0o666); err != nil {
		t.Fatal(err)
	}
	d.want(t, http.StatusGone, "GET", "files/1/video", "")

	d.want(t, http.StatusNoContent, "POST", "files/2/again", "")
	d.await(t, "the second under way", state(2, scanning))
	d.want(t, http.StatusNoContent, "DELETE", "files/2", "") // during its scan
	d.want(t, http.StatusNoContent, "POST", "clear", "")
	d.await(t, "an empty queue", func(items map[int]itemView) bool { return len(items) == 0 })
}

// A past scan is found by the content of the file, under another name and by another server, with
// the same program and weights, until it is forgotten.
func TestHistory(t *testing.T) {
	c := testConfig(t)
	d := startServer(t, c, writeFile(t, "first.mp4", "suspect"), writeFile(t, "other.mp4", "consistent"), writeFile(t, "broken.mp4", "what"))
	if items := d.awaitDone(t, 3); items[1].Past != "" {
		t.Error("never scanned, but found")
	}
	first := d.want(t, http.StatusOK, "GET", "files/1/export/json", "")
	d.stop()

	c.Now = func() time.Time { return time.Unix(1800000000, 0).UTC() }
	d = startServer(t, c)
	d.want(t, http.StatusOK, "POST", "files?name=renamed.mp4", "suspect")
	items := d.awaitDone(t, 1)
	if items[1].Past != "2023-11-14T22:13:20Z" {
		t.Errorf("found as of %q", items[1].Past)
	}
	second := d.want(t, http.StatusOK, "GET", "files/1/export/json", "")
	path := strings.Split(first, `"path": "`)[1]
	path = path[:strings.Index(path, `"`)]
	if want := strings.ReplaceAll(first, path, "renamed.mp4"); second != want {
		t.Errorf("found again:\n%s\nat first:\n%s", second, want)
	}
	list := func(find string) (out struct {
		Found int
		Scans []listed
	}) {
		if err := json.Unmarshal([]byte(d.want(t, http.StatusOK, "GET", "past?find="+url.QueryEscape(find), "")), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := list(""); got.Found != 2 || !got.Scans[0].Same {
		t.Errorf("past scans: %+v", got)
	}
	found := list("FIRST")
	if found.Found != 1 || list(found.Scans[0].SHA256).Found != 1 || list("nowhere").Found != 0 {
		t.Errorf("found by name: %+v", found)
	}
	id := found.Scans[0].ID
	if report := d.want(t, http.StatusOK, "GET", "past/"+id+"/report", ""); !strings.Contains(report, "first.mp4") {
		t.Error("the past report describes another file")
	}
	if got := d.want(t, http.StatusOK, "GET", "past/"+id+"/export/json", ""); got != first {
		t.Errorf("past:\n%s\nthen:\n%s", got, first)
	}
	if got := d.want(t, http.StatusOK, "GET", "past/"+id+"/video", ""); got != "suspect" {
		t.Errorf("the video of the same content is %q", got)
	}

	// If the user asks for a new scan, the past scan does not count.
	d.want(t, http.StatusNoContent, "POST", "files/1/again", "")
	d.await(t, "scanned again", func(items map[int]itemView) bool { return items[1].State == done && items[1].Past == "" })

	// A scan with other weights is another scan.
	other := c
	other.Run.Weights.Fingerprint = "cd"
	d2 := startServer(t, other, writeFile(t, "first.mp4", "suspect"))
	if items := d2.awaitDone(t, 1); items[1].Past != "" {
		t.Error("found by other weights")
	}
	d2.stop()

	d.want(t, http.StatusNoContent, "DELETE", "past/"+id, "")
	d.want(t, http.StatusNotFound, "DELETE", "past/"+id, "")
	d.want(t, http.StatusNotFound, "GET", "past/"+id+"/report", "")
	d.want(t, http.StatusNoContent, "DELETE", "past", "")
	if got := list(""); got.Found != 0 {
		t.Errorf("forgotten, but there: %+v", got)
	}
	if info, err := os.Stat(c.History); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the history's folder: %v %v", info.Mode(), err)
	}
}

// A damaged file in the folder of the history is ignored.
func TestHistoryDamaged(t *testing.T) {
	c := testConfig(t)
	d := startServer(t, c, writeFile(t, "a.mp4", "suspect"))
	d.awaitDone(t, 1)
	d.stop()
	files, err := filepath.Glob(filepath.Join(c.History, "*.scan"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "{}\n", string(whole[:len(whole)-9]), string(whole[:20]), "x" + string(whole)} {
		if err := os.WriteFile(files[0], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		d := startServer(t, c, writeFile(t, "b.mp4", "suspect"))
		if items := d.awaitDone(t, 1); items[1].Past != "" || items[1].Glance.Kind != "strong" {
			t.Errorf("a damaged past scan of %d bytes is used: %+v", len(text), items[1])
		}
		d.stop()
	}
}

// Past scans in the form of an older version are counted, and forgotten with the others.
func TestOldHistory(t *testing.T) {
	c := testConfig(t)
	if err := os.Mkdir(c.History, 0o700); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(c.History, strings.Repeat("ab", 32)+"-0123456789abcdef.scan")
	if err := os.WriteFile(old, []byte(`{"schema":"deepcheck/history/1","name":"a.mp4"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := startServer(t, c)
	if d.OldScans() != 1 {
		t.Errorf("%d old scans, want 1", d.OldScans())
	}
	if got, want := strings.TrimSpace(d.want(t, http.StatusOK, "GET", "past", "")), `{"found":0,"old":1,"scans":[]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	d.want(t, http.StatusNoContent, "DELETE", "past", "")
	if _, err := os.Stat(old); err == nil || d.OldScans() != 0 {
		t.Error("forgotten, but there")
	}
}

func TestQuit(t *testing.T) {
	d := startServer(t, testConfig(t), writeFile(t, "slow.mp4", "slow"))
	d.await(t, "a scan under way", func(items map[int]itemView) bool { return items[1].State == scanning })
	d.want(t, http.StatusNoContent, "POST", "quit", "")
	select {
	case err := <-d.ended:
		if err != nil {
			t.Error(err)
		}
		d.ended <- nil
	case <-time.After(20 * time.Second):
		t.Error("still running")
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"clip.mp4":               "clip.mp4",
		"":                       "",
		"../..":                  "",
		`C:\films\a.mp4`:         "C:/films/a.mp4",
		"/etc/../a\x1b[2J\n.mp4": "etc/a\uFFFD[2J\uFFFD.mp4",
		"a\xff.mp4":              "a\uFFFD.mp4",
		"год/видео 1.mp4":        "год/видео 1.mp4",
	} {
		if got := cleanName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := len([]rune(cleanName(strings.Repeat("é", 9000)))); got != maxName {
		t.Errorf("a long name has %d letters", got)
	}
	for in, want := range map[string]string{"a.MP4": ".MP4", "a": "", "a.m/p": "", "a.mp 4": "", "a.longending": "", "a.": "."} {
		if got := safeExtension(in); got != want {
			t.Errorf("%q ends in %q, want %q", in, got, want)
		}
	}
}

// Only the oldest copies are deleted, and no more than necessary.
func TestLimitCopies(t *testing.T) {
	q := newQueue()
	for i := range 4 {
		path := writeFile(t, "copy", "0123456789")
		it := q.enter(&item{name: fmt.Sprint(i), path: path, copy: i != 1, size: 10, state: done})
		if it.id != i+1 {
			t.Fatal(it.id)
		}
	}
	q.mu.Lock()
	q.limitCopies(20)
	q.mu.Unlock()
	for i, it := range q.items {
		if kept := it.path != ""; kept != (i > 0) {
			t.Errorf("file %d kept: %v", i, kept)
		}
	}
}

func TestCopyFolder(t *testing.T) {
	below := filepath.Join(t.TempDir(), "deepcheck")
	first, err := CopyFolder(below)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(first.Path(), "1.mp4"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	second, err := CopyFolder(below)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(first.Path()); err != nil {
		t.Error("a folder in use was deleted:", err)
	}
	first.lock.Close() // as if the process had been killed
	third, err := CopyFolder(below)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(first.Path()); !errors.Is(err, os.ErrNotExist) {
		t.Error("what a killed server left is still there:", err)
	}
	if err := errors.Join(second.Close(), third.Close()); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(below); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
