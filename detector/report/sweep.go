package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"github.com/deepcheck/deepcheck/detector/record"
	"github.com/deepcheck/deepcheck/detector/verdict"

	_ "embed"
)

//go:embed sweep.html
var sweepTemplate string

//go:embed sweep.css
var sweepStyle string

//go:embed sweep.js
var sweepScript string

// The data of sweep.html.
type (
	sweepPage struct {
		W        *words
		S        *sweepWords
		Policy   string
		Style    template.CSS
		Script   template.JS
		Counts   string
		Kinds    []sweepKind
		Columns  []sweepColumn
		Rows     []sweepRow
		RowCount int // including the header row, for aria-rowcount
		Record   []htmlFact

		Report    template.JS // JSON for deepcheck verify and other programs
		Key       string      // public key, empty if the page is not signed
		Signature string      // record.Blank until the page is signed
	}
	sweepKind struct {
		Class, Name string
		Count       int
	}
	sweepColumn struct {
		Class, Name, Sort string
		First             int // sort direction of the first click: 1 ascending, -1 descending
	}
	sweepRow struct {
		// Keys holds the sort keys, numbers separated by spaces. An unknown number is empty.
		Kind, Keys           string
		Verdict              string
		Report, Folder, Name string
		Spark                *sparkline
		SparkTitle, Suspect  string
		Judged               bool
		Length, Score, Lag   string
		Why                  string
	}
)

// Overview writes one page about all files of the run: a table that can be sorted and filtered,
// worst files first. The page loads nothing from the network. reports holds the URL of each
// file's own report relative to the page, empty for a file without a report. It is nil if no
// file has a report.
func Overview(w io.Writer, r *Run, reports []string) error {
	t, err := template.New("sweep").Parse(sweepTemplate)
	if err != nil {
		return err
	}
	page, err := newSweepPage(r, reports)
	if err != nil {
		return err
	}
	return r.render(w, t, page)
}

func newSweepPage(r *Run, reports []string) (*sweepPage, error) {
	carried, err := asciiJSON(r.overviewJSON())
	if err != nil {
		return nil, err
	}
	w := english()
	s := w.Sweep
	p := &sweepPage{
		W: w, S: s,
		Policy: "default-src 'none'; style-src '" + cspHash(sweepStyle) + "'; script-src '" + cspHash(sweepScript) + "'; base-uri 'none'; form-action 'none'",
		Style:  template.CSS(sweepStyle),
		Script: template.JS(sweepScript),
		Counts: w.counts(r),
		Columns: []sweepColumn{
			{"v", s.Verdict, "ascending", 1}, {"f", s.File, "none", 1}, {"c", s.Curve, "none", -1}, {"d", s.Length, "none", -1},
			{"m", s.Score, "none", -1}, {"g", s.Lag, "none", -1}, {"w", s.Why, "none", 1},
		},
		RowCount: len(r.Files) + 1,
		Record:   w.recordFacts(r),
		Report:   template.JS(carried),
		Key:      r.publicKey(), Signature: record.Blank,
	}
	address := make(map[*File]string, len(reports))
	for i := range reports {
		address[&r.Files[i]] = reports[i]
	}
	counts := make([]int, len(severities))
	for _, row := range r.fileSummaries() {
		counts[row.severity()]++
		p.Rows = append(p.Rows, w.sweepRow(&row, address[row.file]))
	}
	for i, k := range severities {
		if counts[i] > 0 {
			p.Kinds = append(p.Kinds, sweepKind{k.class, s.Kinds[k.class], counts[i]})
		}
	}
	return p, nil
}

func (w *words) sweepRow(r *fileSummary, report string) sweepRow {
	s := w.Sweep
	out := sweepRow{
		Kind: severities[r.severity()].class, Verdict: w.banded(r.verdict, r.band), Report: report,
		Judged: !r.file.failed(), Length: cmp.Or(decimalsOrEmpty(r.duration, 1), s.Unknown), Score: cmp.Or(decimalsOrEmpty(r.score, 2), s.Unknown),
		Lag: s.Unknown, Why: w.brief(r.file),
	}
	lag := ""
	if r.lag != nil {
		lag = decimals(milliseconds(r.lag.Duration()), 0)
		out.Lag = lag
	}
	out.Folder, out.Name = splitFolder(named(r.file.Path))
	out.Keys = strings.Join([]string{decimalsOrEmpty(r.suspect, 2), decimalsOrEmpty(r.duration, 2), decimalsOrEmpty(r.score, 4), lag}, " ")
	if out.Judged {
		out.Spark = newSparkline(r.file.Result)
	}
	if out.Spark != nil {
		out.SparkTitle = w.sparklineTitle(r, out.Spark)
		if r.verdict == verdict.Suspect {
			out.Suspect = s.SuspectSeconds.Fill(decimals(r.suspect, 1))
		}
	}
	return out
}

// reportFolder returns the folder of the reports beside an overview.
func reportFolder(overview string) string {
	return strings.TrimSuffix(overview, filepath.Ext(overview)) + "-reports"
}

const (
	hashDigits    = 8  // hexadecimal digits of the file's SHA-256 in the name of a report
	maxNameLength = 60 // characters of the file's own name in the name of a report
)

// reportNames returns the name of each file's report: NAME-HASH.html, or NAME-HASH-2.html and so
// on for further files with the same name and content. The name is empty for a file without a
// hash. Letters of all scripts are kept; other characters that a file system or a browser could
// misread are replaced.
func reportNames(files []File) []string {
	out := make([]string, len(files))
	taken := map[string]bool{} // in lower case, for case-insensitive file systems
	for i := range files {
		sum := files[i].resultOrEmpty().SHA256
		if _, err := hex.DecodeString(sum); err != nil || len(sum) != 2*sha256.Size {
			continue
		}
		stem := strings.TrimPrefix(safeName(path.Base(filepath.ToSlash(files[i].Path)))+"-"+sum[:hashDigits], "-")
		name := stem
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = stem + "-" + strconv.Itoa(n)
		}
		taken[strings.ToLower(name)] = true
		out[i] = name + ".html"
	}
	return out
}

func safeName(name string) string {
	var b strings.Builder
	n := 0
	for _, r := range name {
		if n++; n > maxNameLength {
			break
		}
		if unicode.IsLetter(r) && r != unicode.ReplacementChar || unicode.IsDigit(r) || strings.ContainsRune("._-", r) {
			b.WriteRune(r)
		} else {
			b.WriteByte('_')
		}
	}
	return strings.TrimLeft(b.String(), ".-")
}

// reportURLs returns relative URLs of the named reports in a folder, empty for an empty name.
func reportURLs(folder string, names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		if name != "" {
			out[i] = "./" + url.PathEscape(folder) + "/" + url.PathEscape(name)
		}
	}
	return out
}
