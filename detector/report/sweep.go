package report

import (
	"bytes"
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

// What sweep.html is filled with.
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
		RowCount int // with the headings, as aria-rowcount has it
		Record   []htmlFact

		Report    template.JS // what verify and other programs read
		Key       string      // public, empty where the page is not signed
		Signature string      // zeros until it is known
	}
	sweepKind struct {
		Class, Name string
		Count       int
	}
	sweepColumn struct {
		Class, Name, Sort string
		First             int // the direction of the first click: 1 is ascending
	}
	sweepRow struct {
		Kind, Keys           string // keys: numbers to sort by with a blank between, nothing for unknown
		Verdict              string
		Report, Folder, Name string
		Spark                *spark
		SparkTitle, Suspect  string
		Judged               bool
		Length, Score, Lag   string
		Why                  string
	}
)

// Overview writes one page over all files of the run, worst first: a table to
// sort and to filter. It asks the net for nothing. reports gives for each file
// of the run the address of its own report, relative to the page; empty for
// none, nil for none at all.
func Overview(w io.Writer, r *Run, reports []string) error {
	t, err := template.New("sweep").Parse(sweepTemplate)
	if err != nil {
		return err
	}
	page, err := newSweepPage(r, reports)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return err
	}
	return r.seal(w, b.Bytes())
}

func newSweepPage(r *Run, reports []string) (*sweepPage, error) {
	carried, err := ascii(r.overviewJSON())
	if err != nil {
		return nil, err
	}
	w := english()
	s := w.Sweep
	p := &sweepPage{
		W: w, S: s,
		Policy: "default-src 'none'; style-src '" + hashed(sweepStyle) + "'; script-src '" + hashed(sweepScript) + "'; base-uri 'none'; form-action 'none'",
		Style:  template.CSS(sweepStyle),
		Script: template.JS(sweepScript),
		Counts: w.counts(r),
		Columns: []sweepColumn{
			{"v", s.Verdict, "ascending", 1}, {"f", s.File, "none", 1}, {"c", s.Curve, "none", -1}, {"d", s.Length, "none", -1},
			{"m", s.Score, "none", -1}, {"g", s.Lag, "none", -1}, {"w", s.Why, "none", 1},
		},
		RowCount: len(r.Files) + 1,
		Record:   w.record(r),
		Report:   template.JS(carried),
		Key:      r.publicKey(), Signature: record.Blank,
	}
	address := make(map[*File]string, len(reports))
	for i := range reports {
		address[&r.Files[i]] = reports[i]
	}
	counts := make([]int, len(severities))
	for _, row := range r.rows() {
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

func (w *words) sweepRow(r *row, report string) sweepRow {
	s := w.Sweep
	known := func(x float64, n int) string {
		if !finite(x) {
			return ""
		}
		return decimals(x, n)
	}
	out := sweepRow{
		Kind: severities[r.severity()].class, Verdict: w.banded(r.verdict, r.band), Report: report,
		Judged: !r.file.failed(), Length: orElse(known(r.duration, 1), s.Unknown), Score: orElse(known(r.score, 2), s.Unknown),
		Lag: s.Unknown, Why: w.brief(r.file),
	}
	lag := ""
	if r.lag != nil {
		lag = decimals(milliseconds(r.lag.Duration()), 0)
		out.Lag = lag
	}
	out.Folder, out.Name = folderOf(named(r.file.Path))
	out.Keys = strings.Join([]string{known(r.suspect, 2), known(r.duration, 2), known(r.score, 4), lag}, " ")
	if out.Judged {
		out.Spark = newSpark(r.file.Result)
	}
	if out.Spark != nil {
		out.SparkTitle = w.sparkTitle(r, out.Spark)
		if r.verdict == verdict.Suspect {
			out.Suspect = s.SuspectSeconds.Fill(decimals(r.suspect, 1))
		}
	}
	return out
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// reportFolder is the folder for the reports of the files of an overview.
func reportFolder(overview string) string {
	return strings.TrimSuffix(overview, filepath.Ext(overview)) + "-reports"
}

const (
	shortHash = 8  // hexadecimal digits of a file's SHA-256 in the name of its report
	mostName  = 60 // letters of the file's own name in it
)

// reportNames names the report of each file: NAME-HASH.html, with a number
// behind where the same content comes again under the same name; empty for a
// file whose content is not known. Letters of other scripts stay, all else that
// a file system or a browser could misread is replaced.
func reportNames(files []File) []string {
	out := make([]string, len(files))
	taken := map[string]bool{} // in lower case: some file systems tell no difference
	for i := range files {
		sum := files[i].known().SHA256
		if _, err := hex.DecodeString(sum); err != nil || len(sum) != 2*sha256.Size {
			continue
		}
		stem := strings.TrimPrefix(plainName(path.Base(filepath.ToSlash(files[i].Path)))+"-"+sum[:shortHash], "-")
		name := stem
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = stem + "-" + strconv.Itoa(n)
		}
		taken[strings.ToLower(name)] = true
		out[i] = name + ".html"
	}
	return out
}

func plainName(name string) string {
	var b strings.Builder
	n := 0
	for _, r := range name {
		if n++; n > mostName {
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

// addresses returns the names of reports in a folder as relative URLs.
func addresses(folder string, names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		if name != "" {
			out[i] = "./" + url.PathEscape(folder) + "/" + url.PathEscape(name)
		}
	}
	return out
}
