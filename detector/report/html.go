package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/video"

	_ "embed"
)

//go:embed page.html
var pageTemplate string

//go:embed page.css
var pageStyle string

// maxMouths is how many mouths a file's report shows at most. One is about
// 8 kB, so that they stay near 2 MB however many segments there are.
const maxMouths = 240

// HTML writes the run as one page that stands alone: it loads nothing, links
// nowhere, runs no script, and forbids the browser all of that.
func HTML(w io.Writer, r *Run) error {
	page, err := newPage(r)
	if err != nil {
		return err
	}
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, page)
}

// What page.html is filled with. Strings are text to be escaped; only the style
// sheet and the mouths' data URIs, both made here, are taken as they are.
type (
	htmlPage struct {
		W      *words
		Policy string
		Style  template.CSS
		Counts string
		Files  []htmlFile
		Record []htmlFact
	}
	htmlFile struct {
		Anchor, Name   string
		Verdict, Class string
		Why, Lag       []string
		Warnings       []string
		Judged         bool // not failed: segments and tracks mean something
		Segments       []htmlSegment
		NoSegments     string // what that means; empty where nothing was judged
		Hidden         string // how many segments have no mouths here, empty for none
		Tracks         []htmlTrack
		Unjudged       []string
		UnjudgedOpen   bool
		Facts          []htmlFact
		Legend         []string // of what the curves show
		Width, Height  int      // of the curves' coordinates
	}
	htmlFact    struct{ Name, Value string }
	htmlSegment struct {
		Text   string
		Title  string
		Mouths []htmlMouth
	}
	htmlTrack struct {
		Name, Verdict, Class string
		Details              []string
		Curve                *curve
		Title                string
		Start, Middle, End   string
		StripTitle           string
		Mouths               []htmlMouth
	}
	htmlMouth struct {
		Source    template.URL
		Alt, Time string
	}
)

func newPage(r *Run) (*htmlPage, error) {
	w := english()
	sum := sha256.Sum256([]byte(pageStyle))
	p := &htmlPage{
		W: w,
		// The style sheet is allowed by its hash, so that not even a style
		// can be slipped in.
		Policy: "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'",
		Style:  template.CSS(pageStyle),
		Counts: w.counts(r),
		Record: w.record(r),
	}
	for i := range r.Files {
		f, err := w.page(i, &r.Files[i])
		if err != nil {
			return nil, fmt.Errorf("drawing the mouths of %q: %w", r.Files[i].Path, err)
		}
		p.Files = append(p.Files, f)
	}
	return p, nil
}

// record returns what another needs to repeat the run.
func (w *words) record(r *Run) []htmlFact {
	facts := []htmlFact{
		{w.ToolLabel, orUnknown(w, r.Tool.String())},
		{w.Commit, orUnknown(w, r.Tool.Commit)},
		{w.GoVersion, orUnknown(w, r.Tool.GoVersion)},
		{w.Weights, orUnknown(w, r.Weights.Name)},
		{w.Fingerprint, orUnknown(w, r.Weights.Fingerprint)},
		{w.Time, orUnknown(w, r.started())},
	}
	options := r.options()
	if options == "" {
		options = w.NoOptions
	}
	return append(facts, htmlFact{w.Options, printable(options)})
}

func orUnknown(w *words, s string) string {
	if s == "" {
		return w.Unknown
	}
	return printable(s)
}

// page returns what the page says of file i of the run.
func (w *words) page(i int, f *File) (htmlFile, error) {
	res := f.known()
	p := htmlFile{
		Anchor: "file-" + strconv.Itoa(i+1), Name: named(f.Path),
		Verdict: w.banded(f.verdict(), res.Band), Class: class(f.verdict()),
		Why: w.explain(f), Judged: !f.failed(),
		Width: curveWidth, Height: curveHeight,
	}
	for _, warning := range res.Warnings {
		p.Warnings = append(p.Warnings, printable(warning))
	}
	p.Facts = []htmlFact{{w.Hash, orUnknown(w, res.SHA256)}}
	if res.SHA256 != "" || res.Size > 0 {
		p.Facts = append(p.Facts, htmlFact{w.Size, strconv.FormatInt(res.Size, 10) + " " + w.Bytes})
	}
	p.Facts = append(p.Facts, htmlFact{w.Media, w.media(&res.Media)})
	if f.failed() {
		return p, nil
	}
	switch res.Verdict {
	case detector.Consistent:
		p.NoSegments = w.NoSegments
	case detector.Suspect:
		p.NoSegments = w.WholeSegment
	}
	p.Lag = w.lagSentences(res)
	p.Facts = append(p.Facts, htmlFact{w.Length, decimals(frames(res.Frames), 2) + " s"})
	left := maxMouths
	if err := w.pageSegments(&p, res, &left); err != nil {
		return p, err
	}
	return p, w.pageTracks(&p, res, &left)
}

// pageSegments adds the segments, with mouths for the strongest of them as long
// as any are left.
func (w *words) pageSegments(p *htmlFile, res *detector.Result, left *int) error {
	shown := make([]bool, len(res.Segments))
	hidden := 0
	for _, i := range strongest(res.Segments) {
		n := len(res.Segments[i].Strip)
		if shown[i] = n <= *left; shown[i] {
			*left -= n
		} else {
			hidden++
		}
	}
	for i := range res.Segments {
		s := &res.Segments[i]
		from, to := clock(s.Start), clock(s.End)
		h := htmlSegment{
			Text: fmt.Sprintf("%s %s %s, %s %d, %s, %s %s", from, w.To, to, w.Track, s.Track,
				orDash(w.band(s.Band)), w.Mean, decimals(s.Mean, 2)),
			Title: fmt.Sprintf(w.MouthsOf, s.Track, from, to),
		}
		if shown[i] {
			var err error
			if h.Mouths, err = w.mouths(s.Strip); err != nil {
				return err
			}
		}
		p.Segments = append(p.Segments, h)
	}
	if hidden > 0 {
		p.Hidden = fmt.Sprintf(w.MoreStrips, hidden)
	}
	return nil
}

// strongest returns the indices of the segments, strongest band and greatest
// mean mismatch first.
func strongest(segments []detector.Segment) []int {
	order := make([]int, len(segments))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		s, t := &segments[a], &segments[b]
		return cmp.Or(cmp.Compare(rank(t.Band), rank(s.Band)), cmp.Compare(t.Mean, s.Mean))
	})
	return order
}

func rank(b detector.Band) int {
	return slices.Index([]detector.Band{detector.None, detector.Weak, detector.Moderate, detector.Strong}, b)
}

// pageTracks adds the tracks: a curve for each that has judged frames, a line
// for the others.
func (w *words) pageTracks(p *htmlFile, res *detector.Result, left *int) error {
	for i := range res.Tracks {
		t := &res.Tracks[i]
		from, to := clock(t.Start), clock(t.End)
		name := fmt.Sprintf("%s %d, %s %s %s", w.Track, t.ID, from, w.To, to)
		if !slices.ContainsFunc(t.Scores, func(s detector.Score) bool { return judged(&s) }) {
			p.Unjudged = append(p.Unjudged, name+": "+reasons(w, t))
			continue
		}
		c := newCurve(t, res.Segments)
		h := htmlTrack{
			Name: capital(name), Verdict: w.banded(t.Verdict, t.Band), Class: class(t.Verdict),
			Details: w.trackDetails(t), Curve: c,
			Title: fmt.Sprintf(w.CurveOf, t.ID, from, to),
			Start: from, Middle: clock((t.Start + t.End) / 2), End: to,
			StripTitle: fmt.Sprintf(w.MouthsOf, t.ID, from, to),
		}
		if n := len(t.Strip); t.Verdict == detector.Suspect && n <= *left {
			*left -= n
			var err error
			if h.Mouths, err = w.mouths(t.Strip); err != nil {
				return err
			}
		}
		p.Tracks = append(p.Tracks, h)
	}
	p.Legend = w.legend(p.Tracks)
	p.UnjudgedOpen = len(p.Unjudged) <= maxInconclusive
	return nil
}

// legend explains what is drawn on one of the tracks at least.
func (w *words) legend(tracks []htmlTrack) []string {
	var out []string
	for _, entry := range []struct {
		text  string
		drawn func(*curve) bool
	}{
		{w.LegendCurve, func(*curve) bool { return true }},
		{w.LegendThinned, func(c *curve) bool { return c.Thinned }},
		{w.LegendSegment, func(c *curve) bool { return len(c.Segments) > 0 }},
		{w.LegendMouth, func(c *curve) bool { return c.NoMouth != "" }},
		{w.LegendUnread, func(c *curve) bool { return c.Unread != "" }},
		{w.LegendSpeechNone, func(c *curve) bool { return c.NoSpeech != "" }},
	} {
		if slices.ContainsFunc(tracks, func(t htmlTrack) bool { return entry.drawn(t.Curve) }) {
			out = append(out, entry.text)
		}
	}
	return out
}

func (w *words) trackDetails(t *detector.Track) []string {
	var out []string
	if finite(t.Score) {
		out = append(out, w.Score+" "+decimals(t.Score, 2))
	}
	out = append(out, fmt.Sprintf(w.JudgedFrames, t.Judged), w.lag(t.Lag))
	if lagKnown(t.Lag) {
		out[len(out)-1] += " (" + w.Confidence + " " + decimals(t.Lag.Confidence, 2) + ")"
	}
	if t.Verdict == detector.Inconclusive {
		out = append(out, reasons(w, t))
	}
	return out
}

// reasons returns a track's reasons in one line.
func reasons(w *words, t *detector.Track) string {
	parts := make([]string, len(t.Reasons))
	for i, r := range t.Reasons {
		parts[i] = r.String()
	}
	if len(parts) == 0 {
		return w.banded(t.Verdict, t.Band)
	}
	return strings.Join(parts, "; ")
}

// mouths returns a strip as pictures that the page carries in itself.
func (w *words) mouths(strip []detector.Moment) ([]htmlMouth, error) {
	var out []htmlMouth
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	for _, m := range strip {
		if m.Crop == nil {
			continue
		}
		var data bytes.Buffer
		grey := image.Gray{Pix: m.Crop[:], Stride: video.CropSize, Rect: image.Rect(0, 0, video.CropSize, video.CropSize)}
		if err := enc.Encode(&data, &grey); err != nil {
			return nil, err
		}
		at := clock(video.FrameTime(m.Frame))
		out = append(out, htmlMouth{
			Source: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(data.Bytes())),
			Alt:    fmt.Sprintf(w.MouthAt, at),
			Time:   at,
		})
	}
	return out, nil
}

// class returns the style sheet's name for a verdict.
func class(v detector.Verdict) string {
	switch v {
	case detector.Consistent, detector.Suspect, detector.Inconclusive:
		return string(v)
	}
	return string(detector.Failed)
}
