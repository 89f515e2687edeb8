package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector/record"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// bareFile returns a file with only a verdict and a score.
func bareFile(path string, v verdict.Verdict, b verdict.Band, score float64) File {
	if v == verdict.Failed {
		return File{Path: path, Err: "no"}
	}
	return File{Path: path, Result: &verdict.Result{SHA256: hashA, Frames: 25, Verdict: v, Band: b,
		Tracks: []verdict.Track{{Verdict: v, Band: b, Score: score}}}}
}

func TestFileSummariesWorstFirst(t *testing.T) {
	run := &Run{Files: []File{
		bareFile("fits", verdict.Consistent, "", .4), bareFile("unclear", verdict.Inconclusive, "", .1), bareFile("broken", verdict.Failed, "", 0),
		bareFile("weak", verdict.Suspect, verdict.Weak, .99), bareFile("b strong", verdict.Suspect, verdict.Strong, .5),
		bareFile("a strong", verdict.Suspect, verdict.Strong, .5), bareFile("higher", verdict.Suspect, verdict.Strong, .75),
		bareFile("medium", verdict.Suspect, verdict.Moderate, .5), bareFile("no number", verdict.Suspect, verdict.Strong, nan()),
		bareFile("fits less", verdict.Consistent, "", .45),
	}}
	var got []string
	for _, r := range run.fileSummaries() {
		got = append(got, r.file.Path)
	}
	want := []string{"higher", "a strong", "b strong", "no number", "medium", "weak", "broken", "unclear", "fits less", "fits"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestFileSummary(t *testing.T) {
	res := madePart()
	res.Segments = append(res.Segments, verdict.Segment{Track: 2, Start: 1400 * time.Millisecond, End: 1840 * time.Millisecond})
	slices.SortFunc(res.Segments, func(a, b verdict.Segment) int { return int(a.Start - b.Start) })
	r := newFileSummary(&File{Path: "x", Result: res})
	if r.score != .875 || r.lag == nil || r.lag.Duration() != 80*time.Millisecond || r.suspect != .52 || r.logLR != 1.25 || r.motionLR != -.125 {
		t.Errorf("got %+v", r)
	}
	if r := newFileSummary(&File{Path: "x", Err: "no", Result: madePart()}); isFinite(r.score) || isFinite(r.duration) || r.lag != nil {
		t.Errorf("a file that failed has %+v", r)
	}
}

func TestBrief(t *testing.T) {
	many := madePart()
	many.Segments = append(many.Segments, many.Segments...)
	for name, tt := range map[string]struct {
		file File
		want string
	}{
		"error without its own name":  {File{Path: "a.mp4", Err: `reading "a.mp4": no picture`}, "no picture"},
		"error of another name":       {File{Path: "a.mp4", Err: `reading "b": no picture`}, `reading "b": no picture`},
		"nothing known":               {File{Path: "a.mp4"}, "unknown"},
		"inconclusive with a warning": {madeRun().Files[3], `no face was found; there is no sound; the file \x1b[31mends early`},
		"segments":                    {File{Result: many}, "0:01.32 to 0:01.64; 0:01.80 to 0:01.84; 2 more; the sound ends before the picture"},
		"consistent":                  {File{Result: madeFits()}, ""},
	} {
		if got := english().brief(&tt.file); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestReportNames(t *testing.T) {
	file := func(path, sum string) File { return File{Path: path, Result: &verdict.Result{SHA256: sum}} }
	got := reportNames([]File{
		file("a/talk.mp4", hashA), file("b/talk.mp4", hashA), file("c/TALK.mp4", hashA), file("talk.mp4", hashB),
		{Path: "gone.mp4", Err: "no"}, file("x", "short"), file("d/旅行 &#?%.mp4", hashC), file("..", hashC), file(hostile, hashC), file(strings.Repeat("é", 500), hashC),
	})
	want := []string{"talk.mp4-aaaaaaaa.html", "talk.mp4-aaaaaaaa-2.html", "TALK.mp4-aaaaaaaa-3.html", "talk.mp4-bbbbbbbb.html",
		"", "", "旅行_____.mp4-cccccccc.html", "cccccccc.html", "script_____2J__4pm.__.mp4-cccccccc.html", strings.Repeat("é", 60) + "-cccccccc.html"}
	for i := range want {
		if want[i] == "" && got[i] != "" || want[i] != "" && got[i] != want[i] {
			t.Errorf("report %d is called %q, want %q", i, got[i], want[i])
		}
	}
	if got := reportURLs("a b%-reports", []string{"旅#.html", ""}); got[0] != "./a%20b%25-reports/%E6%97%85%23.html" || got[1] != "" {
		t.Errorf("addresses %q", got)
	}
}

func TestOverviewLoadsNothing(t *testing.T) {
	page := written(t, formats["overview"], madeRun())
	rest := strings.Replace(page, "<script>"+sweepScript+"</script>", "", 1)
	// A browser does not run JSON.
	rest = strings.Replace(rest, `<script type="application/json" id="report">`, "", 1)
	for _, bad := range []string{"http:", "https:", "<script", "<link", "<iframe", "@import", "url(", "javascript:", " style=", "ZgotmplZ", "\u202e"} {
		if strings.Contains(rest, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, bad := range []string{"fetch(", "XMLHttpRequest", "innerHTML", "eval("} {
		if strings.Contains(sweepScript, bad) {
			t.Errorf("the script holds %q", bad)
		}
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(rest, -1) {
		if !strings.HasPrefix(m[1], "./index-reports/") {
			t.Errorf("the page points to %q", m[1])
		}
	}
	policy := html.UnescapeString(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1])
	for _, want := range []string{"default-src 'none';", "style-src '" + cspHash(sweepStyle) + "'", "script-src '" + cspHash(sweepScript) + "'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %s, want in it %s", policy, want)
		}
	}
}

func TestSummaryHasOneRowPerFile(t *testing.T) {
	run := madeRun()
	rows, err := csv.NewReader(strings.NewReader(written(t, Summary, run))).ReadAll()
	if err != nil || len(rows) != len(run.Files)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, f := range run.Files {
		if got := strings.TrimPrefix(rows[i+1][0], "'"); got != strings.ToValidUTF8(f.Path, "\ufffd") || len(rows[i+1]) != len(summaryHeader) {
			t.Errorf("row %d is %q", i+1, rows[i+1])
		}
	}
}

// writeOverviewFiles writes the overview of a run and its reports, and returns the path of the
// overview and the error of Write.
func writeOverviewFiles(t *testing.T, run *Run, folder string) (string, error) {
	t.Helper()
	path := filepath.Join(folder, "index.html")
	target := open(t, Output{FormatOverview, path})
	defer target.Close()
	return path, target.Write(t.Context(), run)
}

func TestOverviewWritesTheReports(t *testing.T) {
	run := signedRun(t)
	path, err := writeOverviewFiles(t, run, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	page := contents(t, path)
	links := regexp.MustCompile(`<a href="\./([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) != 5 { // all but the unreadable file
		t.Errorf("%d links, want 5", len(links))
	}
	for _, m := range links {
		sealed, err := record.Open([]byte(contents(t, filepath.Join(filepath.Dir(path), filepath.FromSlash(html.UnescapeString(m[1]))))))
		if err != nil || !sealed.Whole || len(sealed.Files) != 1 {
			t.Errorf("%s: %+v, %v", m[1], sealed, err)
		}
	}
	one := *run
	one.Files, one.Page.Folder = run.Files[1:2], filepath.Join(filepath.Dir(path), "index-reports")
	if got := contents(t, filepath.Join(filepath.Dir(path), "index-reports", "fits.mp4-bbbbbbbb.html")); got != written(t, HTML, &one) {
		t.Error("the report of a file is not that of -o html=")
	}
}

// TestOverviewIsSigned checks the signature of the page and the JSON in it.
func TestOverviewIsSigned(t *testing.T) {
	run := signedRun(t)
	page := written(t, formats["overview"], run)
	sealed, err := record.Open([]byte(page))
	if err != nil || !sealed.Whole || len(sealed.Files) != len(run.Files) || sealed.Weights != run.Weights.Fingerprint {
		t.Errorf("got %+v, %v", sealed, err)
	}
	if found := sealed.Find(hashA); len(found) != 1 || found[0].Path != "talk/part.mp4" || found[0].Verdict != "suspect" {
		t.Errorf("of the first file it says %+v", found)
	}
	changed, err := record.Open([]byte(strings.Replace(page, ">0.88<", ">0.08<", 1)))
	if err != nil || changed.Whole {
		t.Errorf("changed: %+v, %v", changed, err)
	}
	if _, err := record.Open([]byte(written(t, formats["overview"], madeRun()))); !errors.Is(err, record.ErrUnsigned) {
		t.Errorf("without a key: %v", err)
	}
	for name, run := range map[string]*Run{"made": run, "empty": {}} {
		_, text, _ := strings.Cut(written(t, formats["overview"], run), `<script type="application/json" id="report">`)
		text, _, _ = strings.Cut(text, "</script>")
		if err := validateBy("urn:deepcheck:overview:1", text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOverviewRemovesOldReports checks that reports of an earlier run are removed and other files
// are kept.
func TestOverviewRemovesOldReports(t *testing.T) {
	dir := t.TempDir()
	run := madeRun()
	if _, err := writeOverviewFiles(t, run, dir); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "index-reports")
	for name, text := range map[string]string{"notes.txt": "mine", "mine-0123abcd.html": "<html>mine</html>", "copy of a report.html": contents(t, filepath.Join(folder, "fits.mp4-bbbbbbbb.html"))} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run.Files = run.Files[1:2]
	if _, err := writeOverviewFiles(t, run, dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got, want := strings.Join(names, "|"), "copy of a report.html|fits.mp4-bbbbbbbb.html|mine-0123abcd.html|notes.txt"; got != want {
		t.Errorf("left are %s, want %s", got, want)
	}
}

// TestOverviewWithoutOneReport checks that a report that cannot be written costs only its link.
func TestOverviewWithoutOneReport(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "index-reports", "fits.mp4-bbbbbbbb.html"), 0o777); err != nil {
		t.Fatal(err)
	}
	path, err := writeOverviewFiles(t, madeRun(), dir)
	if want := fmt.Sprintf(`writing output "overview=%s": report "index-reports/fits.mp4-bbbbbbbb.html": is a directory`, path); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	page := contents(t, path)
	if n := strings.Count(page, "<a href="); n != 4 || !strings.Contains(page, "fits.mp4") {
		t.Errorf("%d links, want 4", n)
	}
	if entries, err := os.ReadDir(filepath.Join(dir, "index-reports")); err != nil || len(entries) != 5 {
		t.Errorf("reports %v, %v", entries, err)
	}
}

func TestClosedOverviewLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, Output{FormatOverview, filepath.Join(dir, "x.html")}).Close(); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "x-reports"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := Output{FormatOverview, filepath.Join(dir, "x.html")}.Open(io.Discard)
	if err == nil || !strings.HasSuffix(err.Error(), `folder "x-reports": file exists`) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(os.DevNull); err == nil {
		if _, err := (Output{FormatOverview, os.DevNull}).Open(io.Discard); err == nil {
			t.Error("a device has no reports beside it, yet opens")
		}
	}
}

func TestSparkline(t *testing.T) {
	for _, tt := range []struct {
		name    string
		columns []float64
		want    string
	}{
		{"line", []float64{0, 0}, "M160 50L480 50"},
		{"gap", []float64{0, -1e9, nan(), 8}, "M80 50L240 100M480 0h160"},
	} {
		if got := sparklinePath(tt.columns); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	if got, want := sparklineBars([]bool{true, false, true, true}), "M0 0h160v100h-160zM320 0h320v100h-320z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if newSparkline(&verdict.Result{}) != nil || newSparkline(&verdict.Result{Frames: 50}) != nil {
		t.Error("a file without judged frames has a curve")
	}
	long := newSparkline(hour())
	if n := strings.Count(long.Line, "L"); n != sparklineColumns-1 {
		t.Errorf("%d points for an hour", n+1)
	}
}

func nan() float64 { return math.NaN() }
