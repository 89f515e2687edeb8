package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// summaryHeader names the columns of Summary.
var summaryHeader = [...]string{
	"file", "verdict", "band", "score", "suspect_s", "segments", "duration_s", "voiced_s", "judged_s", "lag_ms", "lag_confidence",
	"log10_lr", "lip_motion_log10_lr", "reasons", "error", "warnings", "sha256", "size_bytes", "tool", "weights", "options", "started_utc",
}

// Summary writes a CSV with a row a file, in the order of the run. score is the
// highest of the tracks that have the file's verdict and of the mean mismatches of
// the segments, log10_lr is that, as a whole, of the track with the strongest band, of these the one with
// the most judged frames; suspect_s counts each second once. reasons are
// codes with a blank between, warnings sentences with "; " between. What is not
// known is empty.
//
// Text that a spreadsheet would take for a formula has a ' put before it.
func Summary(w io.Writer, r *Run) error {
	out := csv.NewWriter(w)
	if err := out.Write(summaryHeader[:]); err != nil {
		return err
	}
	for i := range r.Files {
		if err := out.Write(summaryCells(r, &r.Files[i])); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func summaryCells(r *Run, f *File) []string {
	s, res := newFileSummary(f), f.resultOrEmpty()
	var segments, lag, confidence, size string
	var reasons []string
	if !f.failed() {
		if isFinite(s.suspect) {
			segments = strconv.Itoa(len(res.Segments))
		}
		for _, reason := range res.Reasons {
			reasons = append(reasons, string(reason))
		}
	}
	if s.lag != nil {
		lag, confidence = decimals(milliseconds(s.lag.Duration()), 1), decimals(s.lag.Confidence, 4)
	}
	if res.SHA256 != "" || res.Size > 0 {
		size = strconv.FormatInt(res.Size, 10)
	}
	failure := f.Err
	if f.failed() && failure == "" {
		failure = english().Unknown
	}
	return []string{
		safeCell(f.Path), string(s.verdict), string(s.band), decimalsOrEmpty(s.score, 4), decimalsOrEmpty(s.suspect, 2), segments,
		decimalsOrEmpty(s.duration, 2), decimalsOrEmpty(s.voiced, 2), decimalsOrEmpty(s.judged, 2), lag, confidence, decimalsOrEmpty(s.logLR, 3), decimalsOrEmpty(s.motionLR, 3),
		safeCell(strings.Join(reasons, " ")), safeCell(failure), safeCell(strings.Join(res.Warnings, "; ")), res.SHA256, size,
		safeCell(r.Tool.String()), safeCell(r.Weights.Fingerprint), safeCell(r.options()), r.started(),
	}
}
