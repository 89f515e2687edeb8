package report

import "github.com/deepcheck/deepcheck/detector/report/phrase"

// sweepWords are the words that only the overview of a sweep has.
type sweepWords struct {
	Title, TableTitle             string
	Kinds                         map[string]string // names of severities by class
	FilterTitle, NameLabel, Clear string
	Shown                         phrase.With2[int, int] // rows shown, all rows; filled by sweep.js
	None                          string                 // no row matches
	SortHelp                      string

	// Columns. SparkOf takes the highest mismatch, the suspect seconds and all seconds.
	Verdict, File, Curve, Length, Score, Lag, Why string
	SparkOf                                       phrase.With3[string, string, string]
	SuspectSeconds                                phrase.With1[string]
	NoCurve                                       string
	WholeClip                                     string
	MoreSegments                                  phrase.With1[int]
	Unknown                                       string

	Legend, LinksMean, SignatureMeans string
}

func englishSweep() *sweepWords {
	return &sweepWords{
		Title:      "deepcheck sweep overview",
		TableTitle: "Files",
		Kinds: map[string]string{
			"strong": "suspect, strong", "moderate": "suspect, moderate", "weak": "suspect, weak",
			"error": "error", "inconclusive": "inconclusive", "consistent": "consistent",
		},
		FilterTitle: "Show",
		NameLabel:   "Name holds",
		Clear:       "show all",
		Shown:       "%d of %d files shown.",
		None:        "No file of these kinds has this name.",
		SortHelp:    "Click a heading to sort by it; click again to reverse the order.",

		Verdict:        "verdict",
		File:           "file",
		Curve:          "mismatch over time",
		Length:         "length, s",
		Score:          "score",
		Lag:            "lag, ms",
		Why:            "why, or where",
		SparkOf:        "Mismatch over time: at most %s; suspect %s s of %s s",
		SuspectSeconds: "%s s suspect",
		NoCurve:        "too little judged for a curve",
		WholeClip:      "the whole clip",
		MoreSegments:   "%d more",
		Unknown:        "-",

		Legend: "Worst first: suspect by band, then errors, inconclusive and consistent files; among equals by score, the highest mismatch of a face as a whole or of a suspect segment, from 0 (fits) to 1 (does not). " +
			"Line: mismatch over a second, against what is usual for the face, the highest of all faces, over the length of the file; shaded: suspect segments. Lag: of the sound, above 0 it is late; it is no evidence.",
		SignatureMeans: "deepcheck verify PAGE FILE checks whether this page was changed, and shows what it says about a file. Each report beside it has its own signature.",
		LinksMean:      "A file's name leads to its own report, in the folder beside this page. A file whose contents could not be read has none.",
	}
}
