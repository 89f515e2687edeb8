package report

import "github.com/deepcheck/deepcheck/detector/report/pdf"

// A Glance describes one file in a line of a list, in words for people.
type Glance struct {
	// Kind is strong, moderate, weak, error, inconclusive or consistent.
	Kind    string  `json:"kind"`
	Verdict string  `json:"verdict"` // with its band
	Why     string  `json:"why"`     // suspect segments, reasons or the error; may be empty
	Length  float64 `json:"length"`  // seconds; 0 for a file that failed

	// Line is the mismatch over the length of the file as an SVG path in (640, 100), with
	// mismatch 0 at the bottom. It is empty if nothing was judged. Shade is the path of the
	// suspect segments.
	Line  string `json:"line"`
	Shade string `json:"shade"`
	Curve string `json:"curve"` // description of Line and Shade in words
}

// Glance returns the line of the file for a list.
func (f *File) Glance() Glance {
	w := english()
	r := newFileSummary(f)
	g := Glance{Kind: severities[r.severity()].class, Verdict: w.banded(r.verdict, r.band), Why: w.brief(f)}
	if f.failed() {
		return g
	}
	g.Length = round(r.duration, 2)
	if s := newSparkline(f.Result); s != nil {
		g.Line, g.Shade, g.Curve = s.Line, s.Suspect, w.sparklineTitle(&r, s)
	}
	return g
}

// CanPrint reports whether a browser for printing PDF reports is installed.
func CanPrint() bool {
	_, err := pdf.Find()
	return err == nil
}
