package markers

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

var clip = Clip{Path: "talk/a clip.mp4", Length: 10 * time.Second, Rate: Rate{25, 1}}

var marks = []Mark{
	{Start: 1320 * time.Millisecond, End: 2 * time.Second, Name: "suspect, strong", Note: "track 1\r\n\r\n99\n00:00:00,000 --> x", Strong: true},
	{Start: time.Hour + 1840*time.Millisecond, End: time.Hour + 1840*time.Millisecond, Name: "suspect, weak"},
}

func TestEDL(t *testing.T) {
	var b bytes.Buffer
	if err := EDL(&b, clip, marks); err != nil {
		t.Fatal(err)
	}
	want := "TITLE: deepcheck a clip.mp4\r\nFCM: NON-DROP FRAME\r\n" +
		"\r\n001  AX       V     C        00:00:01:08 00:00:02:00 00:00:01:08 00:00:02:00\r\n" +
		"* FROM CLIP NAME: a clip.mp4\r\n* LOC: 00:00:01:08 RED     suspect, strong\r\n* COMMENT: track 1 99 00:00:00,000 --> x\r\n" +
		"\r\n002  AX       V     C        01:00:01:21 01:00:01:22 01:00:01:21 01:00:01:22\r\n" +
		"* FROM CLIP NAME: a clip.mp4\r\n* LOC: 01:00:01:21 YELLOW  suspect, weak\r\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestSRT(t *testing.T) {
	var b bytes.Buffer
	if err := SRT(&b, clip, marks); err != nil {
		t.Fatal(err)
	}
	want := "1\n00:00:01,320 --> 00:00:02,000\nsuspect, strong\ntrack 1 99 00:00:00,000 --> x\n\n" +
		"2\n01:00:01,840 --> 01:00:01,841\nsuspect, weak\n\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestOTIO checks that times are whole frames at the rate of the file and that no mark is
// empty.
func TestOTIO(t *testing.T) {
	ntsc := clip
	ntsc.Rate = ParseRate("30000/1001")
	var b bytes.Buffer
	if err := OTIO(&b, ntsc, marks); err != nil {
		t.Fatal(err)
	}
	var out otioTimeline
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	c := out.Tracks.Children[0].Children[0]
	if len(c.Markers) != 2 || c.References[c.Active].URL != "talk/a%20clip.mp4" {
		t.Fatalf("%d markers on %q", len(c.Markers), c.References[c.Active].URL)
	}
	m := c.Markers[0]
	if m.Range.Start.Value != 40 || m.Range.Duration.Value != 20 || m.Range.Start.Rate != 30000./1001 || m.Color != "RED" {
		t.Errorf("marker %+v", m)
	}
	if got := c.Markers[1].Range.Duration.Value; got != 1 {
		t.Errorf("an empty mark lasts %g frames", got)
	}
	if c.Range.Duration.Value < c.Markers[1].Range.Start.Value {
		t.Error("a mark starts after the end of its clip")
	}
}

func TestWithoutMarks(t *testing.T) {
	var edl, srt, otio bytes.Buffer
	if EDL(&edl, clip, nil) != nil || SRT(&srt, clip, nil) != nil || OTIO(&otio, clip, nil) != nil {
		t.Fatal("errors")
	}
	if !strings.HasPrefix(edl.String(), "TITLE: ") || srt.Len() != 0 || !strings.Contains(otio.String(), `"markers": []`) {
		t.Errorf("got %q, %q, %q", edl.String(), srt.String(), otio.String())
	}
}

func TestParseRate(t *testing.T) {
	for in, want := range map[string]Rate{
		"25/1": {25, 1}, "30000/1001": {30000, 1001}, "24": {24, 1},
		"": fallback, "0/0": fallback, "x/1": fallback, "1/0": fallback, "90000/1": fallback, "1/25": fallback, "-25/1": fallback,
	} {
		if got := ParseRate(in); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

// TestRatesAndNames checks that timecodes count frames at the rate of the file and drop none.
// File names must not break a line, send control characters to a terminal or change the meaning
// of a URL.
func TestRatesAndNames(t *testing.T) {
	for _, tt := range []struct {
		rate     string
		at       time.Duration
		timecode string
	}{
		{"25/1", 3599_960 * time.Millisecond, "00:59:59:24"},
		{"30000/1001", time.Hour, "00:59:56:12"}, // 107,892 frames, 30 per second of timecode
		{"30000/1001", 60_060 * time.Millisecond, "00:01:00:00"},
		{"24000/1001", 1001 * time.Millisecond, "00:00:01:00"},
		{"60/1", 1500 * time.Millisecond, "00:00:01:30"},
		{"0/0", time.Second, "00:00:01:00"},
	} {
		r := ParseRate(tt.rate)
		if got := r.timecode(r.frame(tt.at)); got != tt.timecode {
			t.Errorf("%s at %v: got %s, want %s", tt.rate, tt.at, got, tt.timecode)
		}
	}
	odd := Clip{Path: "50%#?\u202e\n-x \xff.mp4", Rate: Rate{25, 1}}
	var edl, otio bytes.Buffer
	if err := errors.Join(EDL(&edl, odd, marks[:1]), OTIO(&otio, odd, nil)); err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(edl.String(), "\r\n"); first != "TITLE: deepcheck 50%#? -x ?.mp4" {
		t.Errorf("got %q", first)
	}
	var out otioTimeline
	if err := json.Unmarshal(otio.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	if got, want := out.Tracks.Children[0].Children[0].References["DEFAULT_MEDIA"].URL, "50%25%23%3F%E2%80%AE%0A-x%20%FF.mp4"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
