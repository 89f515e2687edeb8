package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// pictures matches the PNGs of a page. Golden files leave them out, because their compression may
// change with the Go version.
var pictures = regexp.MustCompile(`data:image/png;base64,[^"]+`)

var formats = map[string]func(io.Writer, *Run) error{
	"txt":   func(w io.Writer, r *Run) error { return Text(w, r, false) },
	"color": func(w io.Writer, r *Run) error { return Text(w, r, true) },
	"json":  JSON,
	"csv":   CSV,
	"html":  HTML,

	"jsonl":   JSONL,
	"summary": Summary,
	"overview": func(w io.Writer, r *Run) error {
		return Overview(w, r, reportURLs("index-reports", reportNames(r.Files)))
	},
}

func written(t *testing.T, write func(io.Writer, *Run) error, r *Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for runName, run := range map[string]*Run{"made": madeRun(), "empty": {}} {
		for name, write := range formats {
			t.Run(runName+"."+name, func(t *testing.T) {
				got := written(t, write, run)
				if again := written(t, write, run); again != got {
					t.Error("two writings of one run differ")
				}
				got = pictures.ReplaceAllString(got, "data:image/png;base64,PICTURE")
				path := filepath.Join("testdata", runName+"."+name)
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("differs from %s at %s\n(after a wanted change: go test ./detector/report -update)", path, difference(got, string(want)))
				}
			})
		}
	}
}

// difference returns the first line where got and want differ.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "\n got: " + g[i] + "\nwant: " + w[i]
		}
	}
	return "the end"
}

func TestWriteErrorIsReturned(t *testing.T) {
	broken := errors.New("broken")
	for name, write := range formats {
		if err := write(failingWriter{broken}, madeRun()); !errors.Is(err, broken) {
			t.Errorf("%s: got %v, want %v", name, err, broken)
		}
	}
}

type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }

func TestTextKeepsTheTerminalSafe(t *testing.T) {
	got := written(t, formats["txt"], madeRun())
	for _, r := range got {
		if r != '\n' && !unicode.IsPrint(r) || r == utf8.RuneError {
			t.Errorf("unprintable %U", r)
		}
	}
	for _, line := range strings.Split(got, "\n") {
		if n := utf8.RuneCountInString(line); n > textWidth && strings.HasPrefix(line, " ") {
			t.Errorf("line of %d characters: %s", n, line)
		}
	}
}

func TestPrintable(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"holiday in Zürich 旅行.mp4", "holiday in Zürich 旅行.mp4"},
		{`say "hi"\n`, `say "hi"\n`},
		{"a\nb\tc", `a\nb\tc`},
		{"\x1b[2J", `\x1b[2J`},
		{"\u202egpj.mp4", `\u202egpj.mp4`},
		{"\u009b2J", `\u009b2J`},
		{"\xff\xfe", `\xff\xfe`},
		{"\ufffd", "\ufffd"},
		{"no\u00a0break", `no\u00a0break`},
	} {
		if got := printable(tt.in); got != tt.want {
			t.Errorf("printable(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add(hostile)
	f.Fuzz(func(t *testing.T, s string) {
		got := printable(s)
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Errorf("printable(%q) = %q holds %U", s, got, r)
			}
		}
		if !utf8.ValidString(got) || !utf8.ValidString(named(s)) {
			t.Errorf("printable(%q) = %q is no UTF-8", s, got)
		}
		if printable(got) != got {
			t.Errorf("printable is not idempotent on %q", s)
		}
		for _, r := range named(s) {
			if !unicode.IsPrint(r) {
				t.Errorf("named(%q) holds %U", s, r)
			}
		}
	})
}

func TestClock(t *testing.T) {
	for _, tt := range []struct {
		in   time.Duration
		want string
	}{
		{0, "0:00.00"},
		{40 * time.Millisecond, "0:00.04"},
		{59*time.Second + 996*time.Millisecond, "1:00.00"},
		{-1320 * time.Millisecond, "-0:01.32"},
		{time.Hour - time.Millisecond, "1:00:00.00"},
		{25*time.Hour + 2*time.Minute + 3*time.Second, "25:02:03.00"},
	} {
		if got := clock(tt.in); got != tt.want {
			t.Errorf("clock(%v) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestLag(t *testing.T) {
	w := english()
	for _, tt := range []struct {
		ms         int
		confidence float64
		lag        string
		remark     string
	}{
		{0, 1, "the sound is on time", w.LagUnnoticed},
		{80, 1, "the sound is 80 ms late", w.LagUnnoticed},
		{-40, 1, "the sound is 40 ms early", w.LagUnnoticed},
		{-80, 1, "the sound is 80 ms early", w.LagNoticed},
		{160, 1, "the sound is 160 ms late", w.LagNoticed},
		{-120, 1, "the sound is 120 ms early", w.LagUnacceptable},
		{200, 1, "the sound is 200 ms late", w.LagUnacceptable},
		{200, 0.25, "the sound is 200 ms late", w.LagUnsure},
	} {
		l := lagOf(tt.ms, tt.confidence)
		if got := w.lag(l); got != tt.lag {
			t.Errorf("lag(%d ms) = %q, want %q", tt.ms, got, tt.lag)
		}
		if got := w.lagRemark(l); got != tt.remark {
			t.Errorf("lagRemark(%d ms, %g) = %q, want %q", tt.ms, tt.confidence, got, tt.remark)
		}
	}
	if got := w.lag(avsync.Lag{Frames: 25}); got != w.LagUnknown {
		t.Errorf("lag without confidence: %q", got)
	}
	if got := milliseconds(-10 * time.Microsecond); got != 0 || 1/got < 0 {
		t.Errorf("milliseconds gave %v with the sign of %v, want 0", got, 1/got)
	}
}

// TestSuspectNeverSaysForgedAlone checks that forgery is named only together with the other causes.
func TestSuspectNeverSaysForgedAlone(t *testing.T) {
	w := english()
	for _, f := range madeRun().Files {
		if f.verdict() != verdict.Suspect {
			continue
		}
		text := strings.Join(w.explain(&f), " ")
		if !strings.Contains(text, "a dub, a voice-over or a forgery; this method cannot tell which") {
			t.Errorf("%s does not name the other causes: %s", f.Path, text)
		}
		if strings.Count(text, "forge") != 1 {
			t.Errorf("%s names forgery more than once: %s", f.Path, text)
		}
	}
}

func TestSort(t *testing.T) {
	r := &Run{Files: []File{{Path: "b"}, {Path: "a", Err: "first"}, {Path: "a", Err: "second"}}}
	r.Sort()
	if r.Files[0].Err != "first" || r.Files[1].Err != "second" || r.Files[2].Path != "b" {
		t.Errorf("sorted to %+v", r.Files)
	}
}

func TestCSV(t *testing.T) {
	run := madeRun()
	rows, err := csv.NewReader(strings.NewReader(written(t, CSV, run))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const wantStart = "file,track,frame,time_s,mismatch,lag_ms,voiced,face_x,face_y,face_w,face_h"
	if got := strings.Join(rows[0][:frameColumns], ","); got != wantStart {
		t.Errorf("columns %s, want %s", got, wantStart)
	}
	if got := strings.Join(rows[0][firstPlotColumn:], ","); got != "smoothed_mismatch,mouth_opening,lag_2s_ms,lag_2s_confidence,lip_motion_2s_logit,voice_change_distance,likeness,at_rest,frozen,overlap,voice_distance" {
		t.Errorf("the last columns are %s", got)
	}
	lags := 0
	for _, row := range rows[1:] {
		if row[firstPlotColumn+2] != "" {
			lags++
		}
	}
	if want := len(run.Files[0].Result.Tracks[0].LagCurve); lags != want {
		t.Errorf("%d rows with a lag of 2 s, want %d", lags, want)
	}
	perFile, record := map[string]int{}, map[string]int{}
	for _, row := range rows[1:] {
		perFile[row[0]]++
		if row[frameColumns] != "" {
			record[row[0]]++
		}
		for _, x := range row {
			if strings.Contains(x, "NaN") || strings.Contains(x, "Inf") {
				t.Errorf("no number: %q", row)
			}
		}
	}
	for _, f := range run.Files {
		want := 0
		for _, track := range f.tracks() {
			want += len(track.Scores)
		}
		want = max(want, 1)
		if got := perFile[safeCell(f.Path)]; got != want {
			t.Errorf("%q has %d rows, want %d", f.Path, got, want)
		}
		if got := record[safeCell(f.Path)]; got != 1 {
			t.Errorf("%q has %d rows with the record, want 1", f.Path, got)
		}
	}
}

func TestCell(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"talk.mp4", "talk.mp4"},
		{"a=b+c-d@e", "a=b+c-d@e"},
		{"=HYPERLINK(1)", "'=HYPERLINK(1)"},
		{"+1", "'+1"},
		{"-1.mp4", "'-1.mp4"},
		{"@SUM", "'@SUM"},
		{"＝1", "'＝1"},
		{" =1", "' =1"},
		{"\u00a0=1", "'\u00a0=1"},
		{"\t=1", "'\t=1"},
		{"\rx", "'\rx"},
		{"\n", "'\n"},
		{"'quoted", "''quoted"},
	} {
		if got := safeCell(tt.in); got != tt.want {
			t.Errorf("cell(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestJSONHasNoNaNAndNoNullLists(t *testing.T) {
	text := written(t, JSON, madeRun())
	for _, list := range []string{"files", "reasons", "explanation", "warnings", "tracks", "segments", "options"} {
		if strings.Contains(text, `"`+list+`": null`) {
			t.Errorf("%s is null", list)
		}
	}
	var out struct {
		Files []struct {
			Path   string
			SHA256 *string
			Error  string
			Tracks []struct{ Score, LagMS *float64 }
		}
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	if n := len(out.Files); n != len(madeRun().Files) {
		t.Fatalf("%d entries, want one a file", n)
	}
	if got := out.Files[0].Tracks[1].Score; got != nil {
		t.Errorf("a score that is NaN was written as %v", *got)
	}
	if f := out.Files[4]; f.SHA256 != nil || f.Error == "" {
		t.Errorf("a file that could not be read: hash %v, error %q", f.SHA256, f.Error)
	}
	if f := out.Files[5]; f.SHA256 == nil || f.Error == "" {
		t.Error("the hash of a file that failed later is lost")
	}
}

func TestDamageIsReported(t *testing.T) {
	res := madeWhole()
	w := english()
	said := func() bool { return slices.Contains(w.explain(&File{Result: res}), w.Damaged) }
	if said() {
		t.Error("a file that is whole is called damaged")
	}
	res.Warnings = append(res.Warnings, video.DamageWarning+": lost")
	if !said() {
		t.Error("suspect, and not that the file is damaged")
	}
	res.Verdict, res.Band = verdict.Consistent, verdict.None
	if said() {
		t.Error("damage excuses what is not suspect")
	}
}

// TestWorstSegmentsAreNamed checks that segments are named in the order of descending peaks.
func TestWorstSegmentsAreNamed(t *testing.T) {
	var all []verdict.Segment
	for i := range maxNamed + 2 {
		all = append(all, verdict.Segment{Start: time.Duration(i) * time.Minute, End: time.Duration(i)*time.Minute + time.Second, Peak: float64(i)})
	}
	got := english().worst(all)
	if want := "6:00.00 to 6:01.00, 5:00.00 to 5:01.00, 4:00.00 to 4:01.00, 3:00.00 to 3:01.00, 2:00.00 to 2:01.00, 2 more"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestFramesLeftOut checks that a frame with idle lips does not count as left out if another
// track is judged in it.
func TestFramesLeftOut(t *testing.T) {
	rests, speaks := madeScores(0, 10, func(int) float64 { return 0 }), madeScores(6, 10, func(int) float64 { return 0 })
	for i := range rests {
		rests[i].Idle, rests[i].Judged = true, false
	}
	if got := framesLeftOut(&verdict.Result{Tracks: []verdict.Track{{Scores: rests}, {Scores: speaks}}}, idle); got != 6 {
		t.Errorf("%d frames, want 6", got)
	}
}

// TestFrozenFrames checks that only frozen frames with speech count as left out.
func TestFrozenFrames(t *testing.T) {
	scores := madeScores(0, 10, func(int) float64 { return 0 })
	for i := range 6 {
		scores[i].Frozen, scores[i].Judged, scores[i].Voiced = true, false, i > 1
	}
	if got := framesLeftOut(&verdict.Result{Tracks: []verdict.Track{{Scores: scores}}}, frozen); got != 4 {
		t.Errorf("%d frames, want 4", got)
	}
}

// TestTextOfAFilm checks that the text lists every suspect track and some of the others.
func TestTextOfAFilm(t *testing.T) {
	res := &verdict.Result{Frames: 100, Verdict: verdict.Suspect, Band: verdict.Weak}
	for i := range 3 * (maxListedTracks + 2) {
		v := []verdict.Verdict{verdict.Consistent, verdict.Inconclusive, verdict.Suspect}[i%3]
		res.Tracks = append(res.Tracks, verdict.Track{ID: i, Verdict: v})
	}
	text := written(t, func(w io.Writer, r *Run) error { return Text(w, r, false) }, &Run{Files: []File{{Path: "film.mkv", Result: res}}})
	for _, want := range []string{"and 2 more consistent\n", "and 2 more inconclusive\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	// The verdict of the file is one more.
	if got, want := strings.Count(text, ": suspect, "), maxListedTracks+2; got != want+1 {
		t.Errorf("%d suspect tracks, want %d", got-1, want)
	}
}
