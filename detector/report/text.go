package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

const (
	textWidth  = 96 // maximum characters of a line of sentences
	labelWidth = 10 // width of the column of labels in characters

	// maxListedTracks is the maximum number of listed tracks for each verdict except suspect. A
	// film has hundreds of faces; the JSON lists them all.
	maxListedTracks = 8
	indent          = "  "
)

// ANSI sequences for the verdicts.
const (
	bold    = "\x1b[1m"
	red     = "\x1b[1;31m"
	green   = "\x1b[32m"
	yellow  = "\x1b[33m"
	magenta = "\x1b[35m"
	plain   = "\x1b[0m"
)

// Text writes the run for people at a terminal: a block per file, then one explanation of
// the numbers and the record. With color, ANSI colours mark the verdicts. Control characters
// in names and other data of a file are escaped.
func Text(w io.Writer, r *Run, color bool) error {
	t := &textReport{w: bufio.NewWriter(w), words: english(), color: color}
	for i := range r.Files {
		t.file(&r.Files[i])
	}
	t.end(r)
	return t.w.Flush()
}

// A textReport writes the blocks of a text report. w keeps an error until its Flush.
type textReport struct {
	w     *bufio.Writer
	words *words
	color bool
}

func (t *textReport) file(f *File) {
	res, s := f.resultOrEmpty(), t.words
	fmt.Fprintf(t.w, "%s: %s\n", t.paint(bold, named(f.Path)), t.verdict(f))
	for _, line := range s.explain(f) {
		t.line("", line)
	}
	for _, warning := range res.Warnings {
		t.line(s.Warnings, printable(warning))
	}
	if !f.failed() {
		t.segments(res)
		t.tracks(res)
		if lag := s.lagSentences(res); lag != nil {
			t.line(s.Lag, strings.Join(lag, " "))
		}
	}
	if res.Media.Format != "" {
		t.line(s.Media, s.media(&res.Media))
	}
	if res.SHA256 != "" {
		t.line(s.Hash, res.SHA256+", "+s.Bytes.Fill(res.Size))
	}
	fmt.Fprintln(t.w)
}

func (t *textReport) segments(res *verdict.Result) {
	s := t.words
	for i := range res.Segments {
		label := ""
		if i == 0 {
			label = s.Segments
		}
		seg := &res.Segments[i]
		t.line(label, s.segmentLine(seg))
	}
}

func (t *textReport) tracks(res *verdict.Result) {
	s := t.words
	label := s.Tracks
	listed := map[verdict.Verdict]int{}
	for i := range res.Tracks {
		tr := &res.Tracks[i]
		if listed[tr.Verdict]++; listed[tr.Verdict] > maxListedTracks && tr.Verdict != verdict.Suspect {
			continue
		}
		parts := []string{s.TrackLine.Fill(tr.ID, s.Interval.Fill(clock(tr.Start), clock(tr.End)), s.banded(tr.Verdict, tr.Band))}
		if isFinite(tr.Score) {
			parts = append(parts, s.Score.Fill(decimals(tr.Score, 2)))
		}
		parts = append(parts, s.JudgedFrames.Fill(tr.Judged))
		if lagKnown(tr.Lag) {
			parts = append(parts, s.lag(tr.Lag))
		}
		for _, reason := range tr.Reasons {
			if tr.Verdict == verdict.Inconclusive {
				parts = append(parts, s.Reason(reason))
			}
		}
		t.line(label, strings.Join(parts, ", "))
		label = ""
	}
	for _, v := range []verdict.Verdict{verdict.Consistent, verdict.Inconclusive} {
		if more := listed[v] - maxListedTracks; more > 0 {
			t.line("", s.MoreTracks.Fill(more, s.verdict(v)))
		}
	}
}

// end writes the part below all files.
func (t *textReport) end(r *Run) {
	s := t.words
	t.paragraph("", s.counts(r))
	t.paragraph("", s.MeansShort)
	fmt.Fprintln(t.w)
	tool := r.Tool.String()
	if r.Tool.Commit != "" {
		tool = s.ToolCommit.Fill(tool, r.Tool.Commit)
	}
	t.line(s.ToolLabel, printable(tool))
	t.line(s.Weights, printable(strings.TrimSpace(r.Weights.Name+" "+orDash(r.Weights.Fingerprint))))
	options := r.options()
	if options == "" {
		options = s.NoOptions
	}
	t.line(s.Options, printable(options))
	if started := r.started(); started != "" {
		t.line(s.Time, started)
	}
}

// verdict returns the verdict of a file with its band, in colour if color is set.
func (t *textReport) verdict(f *File) string {
	band := verdict.None
	if !f.failed() {
		band = f.Result.Band
	}
	text := t.words.banded(f.verdict(), band)
	switch f.verdict() {
	case verdict.Consistent:
		return t.paint(green, text)
	case verdict.Suspect:
		return t.paint(red, text)
	case verdict.Inconclusive:
		return t.paint(yellow, text)
	}
	return t.paint(magenta, text)
}

func (t *textReport) paint(color, text string) string {
	if !t.color {
		return text
	}
	return color + text + plain
}

// line writes a label and its text. An empty label aligns the text with that of the lines
// above.
func (t *textReport) line(label, text string) {
	t.paragraph(indent+label+strings.Repeat(" ", max(labelWidth-utf8.RuneCountInString(label), 1)), text)
}

// paragraph writes text after a prefix. It breaks text at blanks, so that lines stay within
// textWidth, and indents all lines like the first.
func (t *textReport) paragraph(prefix, text string) {
	left := utf8.RuneCountInString(prefix)
	column := left
	t.w.WriteString(strings.TrimRight(prefix, " "))
	pending := prefix[len(strings.TrimRight(prefix, " ")):] // blanks before the next word
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if column > left && column+1+n > textWidth {
			t.w.WriteString("\n")
			pending, column = strings.Repeat(" ", left), left
		} else if column > left {
			pending = " "
			column++
		}
		t.w.WriteString(pending)
		t.w.WriteString(word)
		column += n
	}
	t.w.WriteString("\n")
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
