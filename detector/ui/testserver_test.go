package ui

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
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

	"github.com/deepcheck/deepcheck/detector/batch"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A testServer is a running server and a client that the guard has admitted.
type testServer struct {
	*Server
	*http.Client
	base  string // address of the page, with a slash at its end
	ended chan error
	stop  context.CancelFunc
}

// fakeScan returns the verdict that the file contains as text. For "slow" it waits until ctx ends;
// for "panic" it panics.
func fakeScan(ctx context.Context, _ int, path string, progress func(at, end time.Duration)) (*verdict.Result, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, errors.Unwrap(err))
	}
	progress(time.Second, 2*time.Second)
	sum := sha256.Sum256(b)
	res := &verdict.Result{Path: path, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(b)), Frames: 50, Voiced: 25}
	switch text := strings.TrimSpace(string(b)); text {
	case "slow":
		<-ctx.Done()
		return nil, ctx.Err()
	case "panic":
		panic("lost my head")
	case "consistent", "inconclusive":
		res.Verdict = verdict.Verdict(text)
	case "suspect":
		res.Verdict, res.Band = verdict.Suspect, verdict.Strong
		res.Segments = []verdict.Segment{{End: time.Second, Kind: "mismatch", Band: verdict.Strong, Mean: .9}}
	default:
		return res, fmt.Errorf("reading %q: not a video", path)
	}
	return res, nil
}

func testConfig(t *testing.T) Config {
	t.Helper()
	return Config{
		Scan:    fakeScan,
		Jobs:    2,
		Run:     report.Run{Tool: report.Tool{Name: "deepcheck", Version: "test"}, Weights: report.WeightsInfo{Name: "built-in", Fingerprint: "ab"}},
		Now:     func() time.Time { return time.Unix(1700000000, 0).UTC() },
		Command: func(paths ...string) string { return "deepcheck scan " + strings.Join(paths, " ") },
		Copies:  t.TempDir(),
		History: filepath.Join(t.TempDir(), "history"),
	}
}

// startServer starts a server and opens its link.
func startServer(t *testing.T, c Config, inputs ...string) *testServer {
	t.Helper()
	s, err := Open(c, 0)
	if err != nil {
		t.Fatal(err)
	}
	d := serve(t, s, inputs...)
	answer, err := d.Get(s.Link())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("the link answers %s, %v", answer.Status, err)
	}
	to := regexp.MustCompile(`href="([^"]+)"`).FindSubmatch(page)
	if to == nil {
		t.Fatalf("the link answers %q", page)
	}
	d.base = answer.Request.URL.ResolveReference(&url.URL{Path: string(to[1])}).String()
	return d
}

// serve runs a server until the test ends, without opening its link.
func serve(t *testing.T, s *Server, inputs ...string) *testServer {
	t.Helper()
	targets, err := batch.Files(t.Context(), inputs)
	if err != nil {
		t.Fatal(err)
	}
	s.Add(targets)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	d := &testServer{Server: s, Client: &http.Client{Jar: jar}, ended: make(chan error, 1), stop: stop}
	go func() { d.ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-d.ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
		d.ended <- nil
	})
	return d
}

// send sends a request as the page would, and returns status and body.
func (d *testServer) send(t *testing.T, method, address string, body io.Reader) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, d.base+address, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "http://"+r.URL.Host)
	answer, err := d.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// want sends a request, checks the status and returns the body.
func (d *testServer) want(t *testing.T, status int, method, address, body string) string {
	t.Helper()
	got, text := d.send(t, method, address, strings.NewReader(body))
	if got != status {
		t.Fatalf("%s %s: %d %s, want %d", method, address, got, text, status)
	}
	return text
}

// await reads events until ok returns true for the items.
func (d *testServer) await(t *testing.T, what string, ok func(items map[int]itemView) bool) map[int]itemView {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.base+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := d.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	items := map[int]itemView{}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found {
			continue
		}
		var m message
		if err := json.Unmarshal([]byte(data), &m); err != nil {
			t.Fatal(err)
		}
		for _, it := range m.Files {
			items[it.ID] = it
			if it.State == removed {
				delete(items, it.ID)
			}
		}
		if ok(items) {
			return items
		}
	}
	t.Fatalf("%s never came true: %+v, %v", what, items, lines.Err())
	return nil
}

// awaitDone waits until there are n items and all are done.
func (d *testServer) awaitDone(t *testing.T, n int) map[int]itemView {
	t.Helper()
	return d.await(t, fmt.Sprintf("%d items done", n), func(items map[int]itemView) bool {
		for _, it := range items {
			if it.State != done {
				return false
			}
		}
		return len(items) == n
	})
}

// writeFile writes a file with this text to a new folder and returns its path.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}
