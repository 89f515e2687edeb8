package report

import "github.com/deepcheck/deepcheck/detector/report/pdf"

// A Glance is what a list says of one file in a line, in words for people.
type Glance struct {
	Kind    string  `json:"kind"`    // strong, moderate, weak, error, inconclusive or consistent
	Verdict string  `json:"verdict"` // with its band
	Why     string  `json:"why"`     // where it is suspect, why it could not be told or read; may be empty
	Length  float64 `json:"length"`  // seconds; 0 where the file could not be judged
	Line    string  `json:"line"`    // the mismatch over the file as an SVG path in (640, 100), 0 at the bottom; empty where nothing was judged
	Shade   string  `json:"shade"`   // its suspect segments, likewise
	Curve   string  `json:"curve"`   // what line and shade show, in words
}

// Glance returns what a list says of the file.
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

// CanPrint tells whether there is a browser to print PDF reports with.
func CanPrint() bool {
	_, err := pdf.Find()
	return err == nil
}
