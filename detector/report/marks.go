package report

import (
	"errors"
	"io"

	"github.com/deepcheck/deepcheck/detector/report/markers"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// markerWriters holds the writers of marker files for editing programs.
var markerWriters = map[Format]func(io.Writer, markers.Clip, []markers.Mark) error{
	FormatEDL: markers.EDL, FormatSRT: markers.SRT, FormatOTIO: markers.OTIO,
}

// errManyFiles means that a marker file was requested for several files.
var errManyFiles = errors.New("takes the marks of one file: scan it alone")

// SingleFile reports whether a report of this format can describe only one file.
func (f Format) SingleFile() bool { return markerWriters[f] != nil }

// writeMarks writes the suspect segments of the only file of the run. The error is errManyFiles
// if the run has no file or several.
func writeMarks(w io.Writer, r *Run, f Format) error {
	if len(r.Files) != 1 {
		return errManyFiles
	}
	file := &r.Files[0]
	res := file.resultOrEmpty()
	_, end := res.Span()
	clip := markers.Clip{Path: file.Path, Length: end, Rate: markers.ParseRate(res.Media.FrameRate)}
	var marks []markers.Mark
	if !file.failed() {
		marks = english().marks(res)
	}
	return markerWriters[f](w, clip, marks)
}

// marks returns one mark per suspect segment.
func (w *words) marks(res *verdict.Result) []markers.Mark {
	var out []markers.Mark
	for i := range res.Segments {
		s := &res.Segments[i]
		out = append(out, markers.Mark{
			Start: s.Start, End: s.End, Strong: s.Band == verdict.Strong,
			Name: w.MarkName.Fill(w.banded(verdict.Suspect, s.Band)),
			Note: w.MarkNote.Fill(s.Track, decimals(s.Mean, 2), w.CannotTell),
		})
	}
	return out
}
