package report

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// scripts matches the script elements of a page.
var scripts = regexp.MustCompile(`(?s)<script( type="application/json"[^>]*)?>(.*?)</script>`)

func TestHTMLLoadsNothing(t *testing.T) {
	page := written(t, HTML, madeRun())
	for _, m := range scripts.FindAllStringSubmatch(page, -1) {
		if m[1] == "" && m[2] != pageScript {
			t.Errorf("the page runs another script: %.80s", m[2])
		}
		for _, bad := range []string{"http:", "https:", "import(", "fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "innerHTML", "eval("} {
			if m[1] == "" && strings.Contains(m[2], bad) {
				t.Errorf("the script holds %q", bad)
			}
		}
	}
	rest := scripts.ReplaceAllString(pictures.ReplaceAllString(page, ""), "")
	for _, bad := range []string{"http:", "https:", "//", "<script", "<link", "<iframe", "<object", "<form", "@import", "url(", "javascript:", " style=", "ZgotmplZ"} {
		if strings.Contains(rest, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if on := regexp.MustCompile(`(?i)<[^>]*\son[a-z]+\s*=`).FindString(rest); on != "" {
		t.Errorf("the page has an event handler: %s", on)
	}
	for _, m := range regexp.MustCompile(`<(video [^>]*)?[^>]*\b(?:src|href)="([^"]*)"`).FindAllStringSubmatch(rest, -1) {
		if !strings.HasPrefix(m[2], "#") && m[2] != "" && (m[1] == "" || !strings.HasPrefix(html.UnescapeString(m[2]), "talk/") && !strings.HasPrefix(html.UnescapeString(m[2]), "=1+1")) {
			t.Errorf("the page points to %q", m[2])
		}
	}
}

// TestHTMLPolicyAllowsTheStyle checks that the policy holds the hashes of the style sheet and of
// the script. The browser ignores a style sheet or a script with another hash.
func TestHTMLPolicyAllowsTheStyle(t *testing.T) {
	page := written(t, HTML, madeRun())
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	m := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("no policy")
	}
	policy := html.UnescapeString(m[1])
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
		t.Errorf("policy %s, want in it %s", policy, want)
	}
	sum = sha256.Sum256([]byte(pageScript))
	if want := "script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) || !strings.Contains(page, "<script>"+pageScript+"</script>") {
		t.Errorf("policy %s, want in it %s, that of the script", policy, want)
	}
	if !strings.HasPrefix(policy, "default-src 'none';") {
		t.Errorf("policy %s does not forbid the rest", policy)
	}
}

func TestHTMLEscapesOtherPeoplesText(t *testing.T) {
	const evil = "\"><img src=x onerror=alert(1)></style><script>alert(1)</script>\u202e"
	run := &Run{
		Tool: Tool{Name: evil, Version: evil, Commit: evil, GoVersion: evil}, Weights: WeightsInfo{Name: evil, Fingerprint: evil},
		Options: map[string]string{evil: evil},
		Files: []File{
			{Path: evil, Err: evil, Result: &verdict.Result{Warnings: []string{evil}, SHA256: evil}},
			{Path: evil, Result: madePart()},
		},
	}
	res := run.Files[1].Result
	res.Warnings = []string{evil}
	res.Media.Format, res.Media.VideoCodec, res.Media.FrameRate = evil, evil, evil
	res.Media.SoundTracks = []video.SoundTrack{{Codec: evil, Language: evil}, {Codec: evil, Language: evil}}
	res.Media.SoundTrack = 1
	const code = "\"><script>" // codes are trusted, but cheap to check
	res.Verdict, res.Band, res.Reasons = code, code, []verdict.Reason{code}
	res.Tracks[0].Verdict, res.Tracks[0].Band, res.Tracks[1].Reasons = code, code, []verdict.Reason{code}
	page := written(t, HTML, run)
	if n := strings.Count(page, "<script"); n != 2 {
		t.Errorf("%d scripts, want the report and the page's own", n)
	}
	for _, bad := range []string{"<script>alert", "<img src=x", "\u202e"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
}

// hour returns the result of an hour with two faces, 200 suspect segments and 300 short tracks
// one after another.
func hour() *verdict.Result {
	const hour = 90_000
	res := madeFits()
	res.Frames, res.Speech, res.Thresholds = hour, make([]bool, hour), madeThresholds
	res.Tracks = nil
	add := func(id, first, n int) {
		t := verdict.Track{ID: id, Start: video.FrameTime(first), End: video.FrameTime(first + n), Verdict: verdict.Consistent, Judged: n,
			Scores: madeScores(first, n, func(i int) float64 { return (1 + math.Sin(float64(i*i))) / 2 })}
		for i := range t.Scores {
			t.Scores[i].Opening = math.Abs(math.Sin(float64(i)))
		}
		for f := first; f < first+n; f += avsync.CurveStep {
			t.LagCurve = append(t.LagCurve, avsync.LagPoint{Frame: f, Lag: lagOf(f%97, float64(f%3)/3)})
		}
		res.Tracks = append(res.Tracks, t)
	}
	add(1, 0, hour)
	add(2, 0, hour)
	for i := range 300 {
		add(3+i, 300*i, 290)
	}
	for i := range 200 {
		start := time.Duration(i) * 15 * time.Second
		res.Segments = append(res.Segments, verdict.Segment{Track: 1, Start: start, End: start + time.Second, Band: verdict.Weak, Mean: 0.5,
			Stills: madeStills(25*15*i, 8), Spectrogram: madeSpectrogram(start)})
	}
	return res
}

func TestHTMLOfOneHourIsSmall(t *testing.T) {
	page := written(t, HTML, &Run{Files: []File{{Path: "hour.mp4", Result: hour()}}})
	t.Logf("%.1f MB", float64(len(page))/1e6)
	if len(page) > 10e6 {
		t.Errorf("%d bytes", len(page))
	}
	if n := strings.Count(page, "<img "); n != maxStills {
		t.Errorf("%d mouths, want %d", n, maxStills)
	}
	if want := english().MoreStills.Fill(200 - maxStills/8); !strings.Contains(page, want) {
		t.Errorf("the page does not say %q", want)
	}
	if want := english().Page.MoreTracks.Fill(302 - maxDrawnTracks); !strings.Contains(page, want) {
		t.Errorf("the page does not say %q", want)
	}
}

func TestByStrength(t *testing.T) {
	order := byStrength([]verdict.Segment{
		{Band: verdict.Weak, Mean: 0.9}, {Band: verdict.Strong, Mean: 0.5}, {Band: verdict.Strong, Mean: 0.75}, {Band: verdict.Moderate, Mean: math.NaN()},
	})
	if got := fmt.Sprint(order); got != "[2 1 3 0]" {
		t.Errorf("order %s", got)
	}
}

func TestDownsampleKeepsExtremes(t *testing.T) {
	const n = 10_007 // not a multiple of the columns
	scores := madeScores(0, n, func(int) float64 { return 0.5 })
	scores[1234].Mismatch = 1
	scores[9876].Mismatch = 0
	columns := downsample(scores)
	if len(columns) != curveColumns {
		t.Fatalf("%d columns", len(columns))
	}
	least, most, frames := 1.0, 0.0, 0
	for i := range columns {
		c := &columns[i]
		least, most, frames = min(least, c.lowest), max(most, c.highest), frames+c.frames
		if i > 0 && c.from != columns[i-1].to {
			t.Errorf("column %d begins at %v, the one before ends at %v", i, c.from, columns[i-1].to)
		}
	}
	if least != 0 || most != 1 || frames != n {
		t.Errorf("least %v, most %v, frames %d", least, most, frames)
	}
}

func TestCurve(t *testing.T) {
	track := func(mismatches ...float64) *verdict.Track {
		return &verdict.Track{ID: 7, Scores: madeScores(100, len(mismatches), func(i int) float64 { return mismatches[i] })}
	}
	gap := track(0, 1, 0.5, 0.25)
	gap.Scores[1] = verdict.Score{Frame: 101}
	unread := track(0, 0)
	unread.Scores[1].Judged = false
	for _, tt := range []struct {
		name  string
		track *verdict.Track
		want  curve
	}{
		{"line", track(0, 1), curve{Line: "M1600 1000L4800 0"}},
		{"one frame is drawn over its width", track(0.5), curve{Line: "M0 500L6400 500"}},
		{"out of range is held", track(-1, 2), curve{Line: "M1600 1000L4800 0"}},
		{"gap", gap, curve{Line: "M0 1000L1600 1000M4000 500L5600 750",
			NoMouth: "M1600 0L3200 0L3200 1000L1600 1000Z", NoSpeech: "M1600 0L3200 0L3200 1000L1600 1000Z"}},
		{"unread", unread, curve{Line: "M0 1000L3200 1000", Unjudged: "M3200 500L6400 500L6400 1000L3200 1000Z"}},
		{"never judged", &verdict.Track{Scores: make([]verdict.Score, 1)}, curve{
			NoMouth: "M0 0L6400 0L6400 1000L0 1000Z", NoSpeech: "M0 0L6400 0L6400 1000L0 1000Z"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := newCurve(tt.track, nil); fmt.Sprint(*got) != fmt.Sprint(tt.want) {
				t.Errorf("got  %+v\nwant %+v", *got, tt.want)
			}
		})
	}
	if newCurve(&verdict.Track{}, nil) != nil {
		t.Error("a track without scores has a curve")
	}
}

func TestSegmentsLieOnTheirTrack(t *testing.T) {
	// The track lasts from 4 s to 6 s.
	track := &verdict.Track{ID: 7, Scores: madeScores(100, 50, func(int) float64 { return 0 })}
	c := newCurve(track, []verdict.Segment{
		{Track: 7, Start: 4500 * time.Millisecond, End: 5 * time.Second},
		{Track: 8, Start: 4 * time.Second, End: 5 * time.Second},
		{Track: 7, Start: 5 * time.Second, End: 9 * time.Second},
	})
	if got, want := fmt.Sprint(c.Segments), "[{1600 1600} {3200 3200}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
