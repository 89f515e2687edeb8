package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/deepcheck/deepcheck/detector/record"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"

	_ "embed"
)

//go:embed page.html
var pageTemplate string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

// maxDrawnTracks is the maximum number of tracks of a file that are drawn: suspect tracks first,
// then those with the most judged frames. With curveColumns columns each, their drawings take
// less than 6 MB.
const maxDrawnTracks = 120

// maxStills is the maximum number of mouth pictures in the report of a file. A picture takes
// about 8 kB, so all together take about 2 MB.
const maxStills = 240

// HTML writes the run as one self-contained page. The page loads nothing from the network and
// forbids the browser to do so. Its content security policy allows only the page's own script
// and style sheet, by their hashes. The videos are separate files or part of the page, see
// [Page].
func HTML(w io.Writer, r *Run) error {
	page, err := newPage(r)
	if err != nil {
		return err
	}
	t, err := template.New("page").Funcs(template.FuncMap{"fileData": newFileData}).Parse(pageTemplate)
	if err != nil {
		return err
	}
	return r.render(w, t, page)
}

// render writes a page from its template, signed if the run has a key.
func (r *Run) render(w io.Writer, t *template.Template, page any) error {
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return err
	}
	return r.seal(w, b.Bytes())
}

// The data of page.html. The template escapes every string. Style sheet, script, JSON and URLs
// are made in this package and inserted unchanged.
type (
	htmlPage struct {
		W         *words
		Policy    string
		Style     template.CSS
		Script    template.JS
		Report    template.JS // the JSON report, for deepcheck verify and other programs
		Counts    string
		Files     []htmlFile
		Record    []htmlFact
		Key       string // public key, empty if the report is not signed
		Signature string // record.Blank until the page is signed
	}
	htmlFile struct {
		Number         int
		From, To       string // in seconds, of the scanned time range
		Player         template.URL
		PlayerLabel    string
		Preload        string
		Timeline       *timeline
		TimeLabel      string
		Threshold      *htmlThreshold
		Data           template.JS
		Evidence       []evidenceQuestion
		Outcomes       []htmlOutcome
		MoreTracks     string
		Start          string // of the scanned time range, as a clock time
		Middle, End    string // clock times
		HasSpectrogram bool   // a segment has a spectrogram
		Anchor, Name   string
		Verdict, Class string
		Why, Lag       []string
		Warnings       []string
		Judged         bool // false if the file failed: then it has no segments and tracks
		Segments       []htmlSegment
		NoSegments     string // what a lack of segments means; may be empty
		Hidden         string // number of segments without pictures, as a sentence; empty for none
		Tracks         []htmlTrack
		Unjudged       []string
		UnjudgedOpen   bool
		Facts          []htmlFact
		Legend         []string // of the curves
		Width, Height  int      // of the drawings
	}
	htmlFact    struct{ Name, Value string }
	htmlSegment struct {
		Text        string
		GoTo, At    string // At is in seconds
		Title       string
		Stills      []htmlStill
		Spectrogram *htmlSpectrogram
	}
	htmlTrack struct {
		Name, Verdict, Class string
		Details              []string
		Curve                *curve
		Lanes                *lanes
		LagRange             string
		From, To             string // in seconds
		Title                string
		Start, Middle, End   string
	}
)

// fileData is the data of a template for one file.
type fileData struct {
	W    *words
	File *htmlFile
}

func newFileData(w *words, f htmlFile) fileData { return fileData{w, &f} }

func newPage(r *Run) (*htmlPage, error) {
	w := english()
	p := &htmlPage{
		W: w,
		// Script and style sheet are allowed by hash, so no other can be injected. Videos
		// may come only from the origin of the page, a local file or the page itself.
		Policy: "default-src 'none'; img-src data:; media-src 'self' file: data:; style-src '" + cspHash(pageStyle) +
			"'; script-src '" + cspHash(pageScript) + "'; base-uri 'none'; form-action 'none'",
		Style:     template.CSS(pageStyle),
		Script:    template.JS(pageScript),
		Counts:    w.counts(r),
		Record:    w.recordFacts(r),
		Key:       r.publicKey(),
		Signature: record.Blank,
	}
	data, err := asciiJSON(r.json(false))
	if err != nil {
		return nil, err
	}
	p.Report = template.JS(data)
	for i := range r.Files {
		f, err := w.newHTMLFile(i, r)
		if err != nil {
			return nil, fmt.Errorf("drawing %q: %w", r.Files[i].Path, err)
		}
		p.Files = append(p.Files, f)
	}
	return p, nil
}

func cspHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// recordFacts returns the facts that are needed to repeat the run.
func (w *words) recordFacts(r *Run) []htmlFact {
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
	facts = append(facts,
		htmlFact{w.Options, printable(options)},
		htmlFact{w.Page.Command, orUnknown(w, r.Command)},
		htmlFact{w.Page.Machine, orUnknown(w, r.Machine)})
	if len(r.Files) == 1 { // of several files, each section has its own
		facts = append(facts, w.thresholds(&r.Files[0])...)
	}
	return facts
}

// thresholds returns the thresholds of a file, from weak to strong: those of the whole track first,
// then those of segments. They rise with the length of the file, see verdict.Thresholds.Raised.
func (w *words) thresholds(f *File) []htmlFact {
	if f.failed() || f.Result.Thresholds == (verdict.Thresholds{}) {
		return nil
	}
	table := f.Result.Thresholds.Bounds()
	// Names begin with "track_" or "part_", so first orders them by their place in "track part".
	names := slices.SortedFunc(maps.Keys(table), func(a, b string) int {
		first := func(name string) int { return strings.Index("track part", strings.SplitN(name, "_", 2)[0]) }
		return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(table[a], table[b]), strings.Compare(a, b))
	})
	var facts []htmlFact
	for _, name := range names {
		shown := w.Page.Names[name]
		if shown == "" {
			shown = name
		}
		facts = append(facts, htmlFact{w.Page.Threshold.Fill(shown),
			w.Page.ThresholdValue.Fill(decimals(probability(table[name]), 3), decimals(table[name], 3))})
	}
	return facts
}

func orUnknown(w *words, s string) string {
	if s == "" {
		return w.Unknown
	}
	return printable(s)
}

// newHTMLFile returns the section of the page for file i of the run.
func (w *words) newHTMLFile(i int, r *Run) (p htmlFile, err error) {
	f := &r.Files[i]
	res := f.resultOrEmpty()
	p = htmlFile{
		Number: i + 1, Anchor: "file-" + strconv.Itoa(i+1), Name: named(f.Path),
		Verdict: w.banded(f.verdict(), res.Band), Class: cssClass(f.verdict()),
		Why: w.found(f), Evidence: w.evidenceQuestions(f), Judged: !f.failed(),
		Width: curveWidth, Height: curveHeight,
		Facts: w.fileFacts(res, f.failed()),
	}
	if len(r.Files) > 1 {
		p.Facts = append(p.Facts, w.thresholds(f)...)
	}
	for _, warning := range res.Warnings {
		p.Warnings = append(p.Warnings, printable(warning))
	}
	if f.failed() {
		return p, nil
	}
	switch res.Verdict {
	case verdict.Consistent:
		p.NoSegments = w.NoSegments
	case verdict.Suspect:
		p.NoSegments = w.NoPartStandsOut
	}
	p.Lag, p.Outcomes = w.lagSentences(res), w.Page.outcomes(res)
	if p.Player, err = r.Page.videoURL(f); err != nil {
		return p, err
	}
	total := totalFrames(res)
	p.Start, p.Middle, p.End = clock(video.FrameTime(res.First)), clock(video.FrameTime(res.First+total/2)), clock(video.FrameTime(res.First+total))
	p.PlayerLabel = w.Page.PlayerOf.Fill(named(f.Path))
	p.TimeLabel = w.Page.TimeSlider.Fill(named(f.Path))
	p.From, p.To = decimals(frameSeconds(res.First), 2), decimals(frameSeconds(res.First+total), 2)
	if p.Preload = "metadata"; len(r.Files) > 1 { // loading a hundred videos at once would be slow
		p.Preload = "none"
	}
	suspicions := verdict.Suspicions(res.Tracks, res.Thresholds)
	p.Timeline = newTimeline(w, res, suspicions)
	if p.Threshold, err = w.threshold(res, suspicions); err != nil {
		return p, err
	}
	if p.Threshold != nil {
		p.Data = template.JS(p.Threshold.Data)
	}
	w.addTracks(&p, res, suspicions)
	return p, w.addSegments(&p, res)
}

// addSegments adds the segments. The strongest segments get mouth pictures, maxStills in all.
func (w *words) addSegments(p *htmlFile, res *verdict.Result) error {
	shown := make([]bool, len(res.Segments))
	left, hidden := maxStills, 0
	for _, i := range byStrength(res.Segments) {
		n := len(res.Segments[i].Stills)
		if shown[i] = n <= left; shown[i] {
			left -= n
		} else {
			hidden++
		}
	}
	for i := range res.Segments {
		s := &res.Segments[i]
		from, to := clock(s.Start), clock(s.End)
		h := htmlSegment{
			Text:  w.segmentLine(s),
			Title: w.MouthsOf.Fill(s.Track, from, to),
			GoTo:  w.Page.GoTo.Fill(from), At: decimals(s.Start.Seconds(), 2),
		}
		if shown[i] {
			var err error
			if h.Stills, err = w.stills(s.Stills); err != nil {
				return err
			}
			if h.Spectrogram, err = w.spectrogram(s, res.Track(s.Track)); err != nil {
				return err
			}
			p.HasSpectrogram = p.HasSpectrogram || h.Spectrogram != nil
		}
		p.Segments = append(p.Segments, h)
	}
	if hidden > 0 {
		p.Hidden = w.MoreStills.Fill(hidden)
	}
	return nil
}

// byStrength returns the indices of the segments, ordered by band and then by mean mismatch,
// strongest first.
func byStrength(segments []verdict.Segment) []int {
	order := make([]int, len(segments))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		s, t := &segments[a], &segments[b]
		return cmp.Or(cmp.Compare(t.Band.Rank(), s.Band.Rank()), cmp.Compare(t.Mean, s.Mean))
	})
	return order
}

// addTracks adds the tracks: a curve for each track with judged frames, up to maxDrawnTracks
// curves, and a line of text for each track without judged frames.
func (w *words) addTracks(p *htmlFile, res *verdict.Result, suspicions [][]float64) {
	drawn, more := tracksToDraw(res)
	for i := range res.Tracks {
		t := &res.Tracks[i]
		from, to := clock(t.Start), clock(t.End)
		if !hasJudged(t) {
			p.Unjudged = append(p.Unjudged, w.TrackIs.Fill(w.trackName(t), reasons(w, t)))
			continue
		}
		if !drawn[i] {
			continue
		}
		h := htmlTrack{
			Name: capital(w.trackName(t)), Verdict: w.banded(t.Verdict, t.Band), Class: cssClass(t.Verdict),
			Details: w.trackDetails(t), Curve: newCurve(t, res.Segments), Lanes: newLanes(t, suspicions[i], res.Thresholds),
			From: decimals(t.Start.Seconds(), 2), To: decimals(t.End.Seconds(), 2),
			Title: w.CurveOf.Fill(t.ID, from, to),
			Start: from, Middle: clock((t.Start + t.End) / 2), End: to,
		}
		h.Lanes.drawChange(t, &res.Change)
		if h.Lanes.LagRange > 0 {
			h.LagRange = w.Page.LagRange.Fill(h.Lanes.LagRange)
		}
		p.Tracks = append(p.Tracks, h)
	}
	if more > 0 {
		p.MoreTracks = w.Page.MoreTracks.Fill(more)
	}
	p.Legend = w.legend(p.Tracks)
	p.UnjudgedOpen = len(p.Unjudged) <= maxListedTracks
}

func hasJudged(t *verdict.Track) bool {
	return slices.ContainsFunc(t.Scores, func(s verdict.Score) bool { return judged(&s) })
}

// tracksToDraw chooses the tracks to draw. more is the number of tracks with judged frames that
// are left out.
func tracksToDraw(res *verdict.Result) (drawn []bool, more int) {
	drawn = make([]bool, len(res.Tracks))
	var order []int
	for i := range res.Tracks {
		if hasJudged(&res.Tracks[i]) {
			order = append(order, i)
		}
	}
	suspect := func(i int) int {
		if res.Tracks[i].Verdict == verdict.Suspect {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(suspect(b), suspect(a)), cmp.Compare(res.Tracks[b].Judged, res.Tracks[a].Judged))
	})
	for n, i := range order {
		if n < maxDrawnTracks {
			drawn[i] = true
		} else {
			more++
		}
	}
	return drawn, more
}

// legend explains the elements that are drawn on at least one track.
func (w *words) legend(tracks []htmlTrack) []string {
	var out []string
	for _, entry := range []struct {
		text  string
		drawn func(*curve, *lanes) bool
	}{
		{w.Page.LegendSuspicion, func(_ *curve, l *lanes) bool { return l.Suspicion != "" }},
		{w.LegendCurve, func(*curve, *lanes) bool { return true }},
		{w.LegendThinned, func(c *curve, _ *lanes) bool { return c.Thinned }},
		{w.LegendSegment, func(c *curve, _ *lanes) bool { return len(c.Segments) > 0 }},
		{w.Page.LegendOpening, func(_ *curve, l *lanes) bool { return l.Opening != "" }},
		{w.Page.LegendLag, func(_ *curve, l *lanes) bool { return l.LagRange > 0 }},
		{w.Page.LegendMotion, func(_ *curve, l *lanes) bool { return l.Motion != "" }},
		{w.Page.LegendChange, func(_ *curve, l *lanes) bool { return l.Change != "" }},
		{w.Page.LegendOther, func(_ *curve, l *lanes) bool { return l.Voice != "" }},
		{w.Page.LegendTwo, func(c *curve, _ *lanes) bool { return c.Overlapped != "" }},
		{w.LegendMouth, func(c *curve, _ *lanes) bool { return c.NoMouth != "" }},
		{w.LegendUnjudged, func(c *curve, _ *lanes) bool { return c.Unjudged != "" }},
		{w.LegendSpeechNone, func(c *curve, _ *lanes) bool { return c.NoSpeech != "" }},
	} {
		if slices.ContainsFunc(tracks, func(t htmlTrack) bool { return entry.drawn(t.Curve, t.Lanes) }) {
			out = append(out, entry.text)
		}
	}
	return out
}

func (w *words) trackDetails(t *verdict.Track) []string {
	var out []string
	if isFinite(t.Score) {
		out = append(out, w.Score.Fill(decimals(t.Score, 2)))
	}
	out = append(out, w.JudgedFrames.Fill(t.Judged), w.lag(t.Lag))
	if lagKnown(t.Lag) {
		out[len(out)-1] = w.LagSure.Fill(out[len(out)-1], decimals(t.Lag.Confidence, 2))
	}
	if t.Verdict == verdict.Inconclusive {
		out = append(out, reasons(w, t))
	}
	return out
}

// reasons returns the reasons of a track in one line, its verdict if there are none.
func reasons(w *words, t *verdict.Track) string {
	parts := make([]string, len(t.Reasons))
	for i, r := range t.Reasons {
		parts[i] = w.Reason(r)
	}
	if len(parts) == 0 {
		return w.banded(t.Verdict, t.Band)
	}
	return strings.Join(parts, "; ")
}

// cssClass returns the class of a verdict in the style sheet.
func cssClass(v verdict.Verdict) string {
	switch v {
	case verdict.Consistent, verdict.Suspect, verdict.Inconclusive:
		return string(v)
	}
	return string(verdict.Failed)
}
