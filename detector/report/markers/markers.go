package markers

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A Mark is one named time range of a file.
type Mark struct {
	Start, End time.Duration // from the start that a player shows
	Name       string        // a few words, such as "suspect, weak"
	Note       string        // a sentence, or ""
	Strong     bool          // red in formats with colours; other marks are yellow
}

// A Clip is the file that the marks belong to.
type Clip struct {
	Path   string        // OTIO holds Path as a URL; other formats hold its base name
	Length time.Duration // 0 if unknown
	Rate   Rate
}

// A Rate is a frame rate in frames/s, as a fraction.
type Rate struct{ Num, Den int }

// fallback is the rate of files whose rate is unknown.
var fallback = Rate{25, 1}

// ParseRate reads a rate such as "30000/1001" or "24". It returns 25/1 for any other
// text and for rates outside 1 to 240 frames/s.
func ParseRate(s string) Rate {
	a, b, ok := strings.Cut(s, "/")
	if !ok {
		b = "1"
	}
	num, err1 := strconv.Atoi(a)
	den, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || num <= 0 || den <= 0 || num > 240*den || num < den {
		return fallback
	}
	return Rate{num, den}
}

func (r Rate) float() float64 { return float64(r.Num) / float64(r.Den) }

// frame returns the number of the frame nearest to d, from 0.
func (r Rate) frame(d time.Duration) int { return int(math.Round(d.Seconds() * r.float())) }

// timecode returns the non-drop-frame timecode of a frame. At 29.97 frames/s, an hour
// of timecode lasts 3.6 s longer than an hour.
func (r Rate) timecode(frame int) string {
	base := int(math.Round(r.float()))
	seconds := frame / base
	return fmt.Sprintf("%02d:%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60, frame%base)
}

// EDL writes a CMX 3600 edit decision list with one event per mark. Source and record
// times of an event are the same. Each event has the marker comment (LOC) that
// editing programs read.
func EDL(w io.Writer, c Clip, marks []Mark) error {
	var b strings.Builder
	name := line(path.Base(c.Path))
	fmt.Fprintf(&b, "TITLE: %s\r\nFCM: NON-DROP FRAME\r\n", title(name))
	for i, m := range marks {
		from := c.Rate.frame(m.Start)
		to := max(c.Rate.frame(m.End), from+1)
		in, out := c.Rate.timecode(from), c.Rate.timecode(to)
		color := "YELLOW"
		if m.Strong {
			color = "RED"
		}
		fmt.Fprintf(&b, "\r\n%03d  AX       V     C        %s %s %s %s\r\n", i+1, in, out, in, out)
		fmt.Fprintf(&b, "* FROM CLIP NAME: %s\r\n* LOC: %s %-7s %s\r\n", name, in, color, line(m.Name))
		if m.Note != "" {
			fmt.Fprintf(&b, "* COMMENT: %s\r\n", line(m.Note))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// title returns the title of a list of marks. It is the only text of this package.
func title(clip string) string { return "deepcheck " + clip }

// SRT writes SubRip subtitles: a player shows the name and note of a mark for the
// length of the mark.
func SRT(w io.Writer, _ Clip, marks []Mark) error {
	var b strings.Builder
	for i, m := range marks {
		fmt.Fprintf(&b, "%d\n%s --> %s\n%s\n", i+1, subtitleTime(m.Start), subtitleTime(max(m.End, m.Start+time.Millisecond)), line(m.Name))
		if m.Note != "" {
			fmt.Fprintf(&b, "%s\n", line(m.Note))
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func subtitleTime(d time.Duration) string {
	ms := max(d, 0).Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d,%03d", ms/3600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// These are the objects of OpenTimelineIO 0.17 that OTIO writes. OTIO_SCHEMA holds the
// name and version of each.
type (
	otioTime struct {
		Schema string  `json:"OTIO_SCHEMA"`
		Rate   float64 `json:"rate"`
		Value  float64 `json:"value"`
	}
	otioRange struct {
		Schema   string   `json:"OTIO_SCHEMA"`
		Start    otioTime `json:"start_time"`
		Duration otioTime `json:"duration"`
	}
	otioMarker struct {
		Schema   string            `json:"OTIO_SCHEMA"`
		Name     string            `json:"name"`
		Color    string            `json:"color"`
		Comment  string            `json:"comment"`
		Range    otioRange         `json:"marked_range"`
		Metadata map[string]string `json:"metadata"`
	}
	otioReference struct {
		Schema string     `json:"OTIO_SCHEMA"`
		Name   string     `json:"name"`
		URL    string     `json:"target_url"`
		Range  *otioRange `json:"available_range"`
	}
	otioClip struct {
		Schema     string                   `json:"OTIO_SCHEMA"`
		Name       string                   `json:"name"`
		Range      *otioRange               `json:"source_range"`
		References map[string]otioReference `json:"media_references"`
		Active     string                   `json:"active_media_reference_key"`
		Markers    []otioMarker             `json:"markers"`
		Effects    []struct{}               `json:"effects"`
		Enabled    bool                     `json:"enabled"`
	}
	otioTrack struct {
		Schema   string     `json:"OTIO_SCHEMA"`
		Name     string     `json:"name"`
		Kind     string     `json:"kind"`
		Children []otioClip `json:"children"`
	}
	otioStack struct {
		Schema   string      `json:"OTIO_SCHEMA"`
		Name     string      `json:"name"`
		Children []otioTrack `json:"children"`
	}
	otioTimeline struct {
		Schema string    `json:"OTIO_SCHEMA"`
		Name   string    `json:"name"`
		Tracks otioStack `json:"tracks"`
	}
)

// OTIO writes an OpenTimelineIO timeline: the whole file as one clip, with a marker per
// mark.
func OTIO(w io.Writer, c Clip, marks []Mark) error {
	at := func(frame int) otioTime { return otioTime{"RationalTime.1", c.Rate.float(), float64(frame)} }
	span := func(from, to int) otioRange { return otioRange{"TimeRange.1", at(from), at(to - from)} }
	name := path.Base(c.Path)
	const main = "DEFAULT_MEDIA"
	clip := otioClip{Schema: "Clip.2", Name: name, Active: main, Markers: []otioMarker{}, Effects: []struct{}{}, Enabled: true}
	last := c.Rate.frame(c.Length)
	for _, m := range marks {
		from := c.Rate.frame(m.Start)
		to := max(c.Rate.frame(m.End), from+1)
		last = max(last, to)
		color := "YELLOW"
		if m.Strong {
			color = "RED"
		}
		clip.Markers = append(clip.Markers, otioMarker{"Marker.2", m.Name, color, m.Note, span(from, to), map[string]string{}})
	}
	whole := span(0, max(last, 1))
	clip.Range = &whole
	clip.References = map[string]otioReference{main: {"ExternalReference.1", name, (&url.URL{Path: c.Path}).String(), &whole}}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(otioTimeline{"Timeline.1", title(name),
		otioStack{"Stack.1", "tracks", []otioTrack{{"Track.1", "V1", "Video", []otioClip{clip}}}}})
}

// line returns text for a line-based format: one line, without control and other
// unprintable characters. Invalid UTF-8 becomes "?".
func line(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}
