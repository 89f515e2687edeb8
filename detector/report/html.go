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

// maxPlots is how many tracks of a file are drawn one by one, those that are
// suspect first, then those with most judged frames. With the columns that a
// curve has at most they stay below 6 MB.
const maxPlots = 120

// maxMouths is how many mouths a file's report shows at most. One is about
// 8 kB, so that they stay near 2 MB however many segments there are.
const maxMouths = 240

// HTML writes the run as one page that stands alone: it asks the net for nothing
// and forbids the browser to. Its one script and its style sheet are allowed by
// their hashes; the videos lie beside it, or in it, as r.Page says.
func HTML(w io.Writer, r *Run) error {
	page, err := newPage(r)
	if err != nil {
		return err
	}
	t, err := template.New("page").Funcs(template.FuncMap{"pair": pair}).Parse(pageTemplate)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return err
	}
	return r.seal(w, b.Bytes())
}

// What page.html is filled with. Strings are text to be escaped; only the style
// sheet and the mouths' data URIs, both made here, are taken as they are.
type (
	htmlPage struct {
		W         *words
		Policy    string
		Style     template.CSS
		Script    template.JS
		Report    template.JS // the JSON report, for verify and for other programs
		Counts    string
		Files     []htmlFile
		Record    []htmlFact
		Key       string // public, empty where the report is not signed
		Signature string // zeros until it is known
	}
	htmlFile struct {
		Number         int
		From, To       string // seconds, of what was judged
		Player         template.URL
		PlayerLabel    string
		Preload        string
		Overview       *overview
		TimeLabel      string
		Threshold      *htmlThreshold
		Data           template.JS
		Evidence       []ledger
		Missing        []htmlMissing
		MoreTracks     string
		Start          string // of what was judged, as on a clock
		Middle, End    string // likewise
		Strips         bool   // a segment has one
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
		Text     string
		GoTo, At string // At in seconds
		Title    string
		Mouths   []htmlMouth
		Strip    *htmlStrip
	}
	htmlTrack struct {
		Name, Verdict, Class string
		Details              []string
		Curve                *curve
		Lanes                *lanes
		LagRange             string
		From, To             string // seconds
		Title                string
		Start, Middle, End   string
	}
)

// A part is what a template of one file is filled with.
type part struct {
	W    *words
	File *htmlFile
}

func pair(w *words, f htmlFile) part { return part{w, &f} }

func newPage(r *Run) (*htmlPage, error) {
	w := english()
	p := &htmlPage{
		W: w,
		// Script and style are allowed by their hashes, so that neither can be
		// slipped in; videos only from where the page itself lies.
		Policy: "default-src 'none'; img-src data:; media-src 'self' file: data:; style-src '" + hashed(pageStyle) +
			"'; script-src '" + hashed(pageScript) + "'; base-uri 'none'; form-action 'none'",
		Style:     template.CSS(pageStyle),
		Script:    template.JS(pageScript),
		Counts:    w.counts(r),
		Record:    w.record(r),
		Key:       r.publicKey(),
		Signature: record.Blank,
	}
	data, err := ascii(r.json(false))
	if err != nil {
		return nil, err
	}
	p.Report = template.JS(data)
	for i := range r.Files {
		f, err := w.page(i, r)
		if err != nil {
			return nil, fmt.Errorf("drawing %q: %w", r.Files[i].Path, err)
		}
		p.Files = append(p.Files, f)
	}
	return p, nil
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
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
	facts = append(facts,
		htmlFact{w.Options, printable(options)},
		htmlFact{w.Page.Command, orUnknown(w, r.Command)},
		htmlFact{w.Page.Machine, orUnknown(w, r.Machine)})
	return append(facts, w.thresholds(r)...)
}

// thresholds returns the table by which the run was judged, in order of size.
func (w *words) thresholds(r *Run) []htmlFact {
	for i := range r.Files {
		if f := &r.Files[i]; !f.failed() && f.Result.Thresholds != (verdict.Thresholds{}) {
			var facts []htmlFact
			table := f.Result.Thresholds.Bounds()
			names := slices.SortedFunc(maps.Keys(table), func(a, b string) int { // the whole track first, each from weak to strong
				first := func(name string) int { return strings.Index("track part", strings.SplitN(name, "_", 2)[0]) }
				return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(table[a], table[b]), strings.Compare(a, b))
			})
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
	}
	return nil
}

func orUnknown(w *words, s string) string {
	if s == "" {
		return w.Unknown
	}
	return printable(s)
}

// page returns what the page says of file i of the run.
func (w *words) page(i int, r *Run) (p htmlFile, err error) {
	f := &r.Files[i]
	res := f.known()
	p = htmlFile{
		Number: i + 1, Anchor: "file-" + strconv.Itoa(i+1), Name: named(f.Path),
		Verdict: w.banded(f.verdict(), res.Band), Class: class(f.verdict()),
		Why: w.found(f), Evidence: w.ledgers(f), Judged: !f.failed(),
		Width: curveWidth, Height: curveHeight,
		Facts: w.quality(res, f.failed()),
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
		p.NoSegments = w.WholeSegment
	}
	p.Lag, p.Missing = w.lagSentences(res), w.Page.notAnalysed(res)
	if p.Player, err = r.Page.player(f); err != nil {
		return p, err
	}
	total := totalFrames(res)
	p.Start, p.Middle, p.End = clock(video.FrameTime(res.First)), clock(video.FrameTime(res.First+total/2)), clock(video.FrameTime(res.First+total))
	p.PlayerLabel = w.Page.PlayerOf.Fill(named(f.Path))
	p.TimeLabel = w.Page.TimeSlider.Fill(named(f.Path))
	p.From, p.To = decimals(frames(res.First), 2), decimals(frames(res.First+total), 2)
	if p.Preload = "metadata"; len(r.Files) > 1 { // a hundred at once would be slow
		p.Preload = "none"
	}
	levels := verdict.Suspicions(res.Tracks, res.Thresholds)
	p.Overview = newOverview(w, res, levels)
	if p.Threshold, err = w.threshold(res, levels); err != nil {
		return p, err
	}
	if p.Threshold != nil {
		p.Data = template.JS(p.Threshold.Data)
	}
	w.pageTracks(&p, res, levels)
	return p, w.pageSegments(&p, res)
}

// pageSegments adds the segments, with mouths for the strongest of them as long
// as any are left.
func (w *words) pageSegments(p *htmlFile, res *verdict.Result) error {
	shown := make([]bool, len(res.Segments))
	left, hidden := maxMouths, 0
	for _, i := range strongest(res.Segments) {
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
			if h.Mouths, err = w.mouths(s.Stills); err != nil {
				return err
			}
			if h.Strip, err = w.strip(s, res.Track(s.Track)); err != nil {
				return err
			}
			p.Strips = p.Strips || h.Strip != nil
		}
		p.Segments = append(p.Segments, h)
	}
	if hidden > 0 {
		p.Hidden = w.MoreStrips.Fill(hidden)
	}
	return nil
}

// strongest returns the indices of the segments, strongest band and greatest
// mean mismatch first.
func strongest(segments []verdict.Segment) []int {
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

// pageTracks adds the tracks: a curve for each that has judged frames, up to
// maxPlots, a line for the others.
func (w *words) pageTracks(p *htmlFile, res *verdict.Result, levels [][]float64) {
	drawn, more := drawnTracks(res)
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
			Name: capital(w.trackName(t)), Verdict: w.banded(t.Verdict, t.Band), Class: class(t.Verdict),
			Details: w.trackDetails(t), Curve: newCurve(t, res.Segments), Lanes: newLanes(t, levels[i], res.Thresholds),
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
	p.UnjudgedOpen = len(p.Unjudged) <= mostTracks
}

func hasJudged(t *verdict.Track) bool {
	return slices.ContainsFunc(t.Scores, func(s verdict.Score) bool { return judged(&s) })
}

// drawnTracks chooses the tracks that are drawn, and says how many with judged
// frames are not.
func drawnTracks(res *verdict.Result) (drawn []bool, more int) {
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
		if n < maxPlots {
			drawn[i] = true
		} else {
			more++
		}
	}
	return drawn, more
}

// legend explains what is drawn on one of the tracks at least.
func (w *words) legend(tracks []htmlTrack) []string {
	var out []string
	for _, entry := range []struct {
		text  string
		drawn func(*curve, *lanes) bool
	}{
		{w.Page.LegendLevel, func(_ *curve, l *lanes) bool { return l.Level != "" }},
		{w.LegendCurve, func(*curve, *lanes) bool { return true }},
		{w.LegendThinned, func(c *curve, _ *lanes) bool { return c.Thinned }},
		{w.LegendSegment, func(c *curve, _ *lanes) bool { return len(c.Segments) > 0 }},
		{w.Page.LegendOpening, func(_ *curve, l *lanes) bool { return l.Opening != "" }},
		{w.Page.LegendLag, func(_ *curve, l *lanes) bool { return l.LagRange > 0 }},
		{w.Page.LegendMotion, func(_ *curve, l *lanes) bool { return l.Motion != "" }},
		{w.Page.LegendChange, func(_ *curve, l *lanes) bool { return l.Change != "" }},
		{w.Page.LegendOther, func(_ *curve, l *lanes) bool { return l.Voice != "" }},
		{w.Page.LegendTwo, func(c *curve, _ *lanes) bool { return c.Two != "" }},
		{w.LegendMouth, func(c *curve, _ *lanes) bool { return c.NoMouth != "" }},
		{w.LegendUnread, func(c *curve, _ *lanes) bool { return c.Unread != "" }},
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
	if finite(t.Score) {
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

// reasons returns a track's reasons in one line.
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

// class returns the style sheet's name for a verdict.
func class(v verdict.Verdict) string {
	switch v {
	case verdict.Consistent, verdict.Suspect, verdict.Inconclusive:
		return string(v)
	}
	return string(verdict.Failed)
}
