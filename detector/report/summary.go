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

// Summary writes a CSV with one row per file, in the order of the run. Unknown values are empty:
//
//   - score is the maximum over the tracks with the file's verdict and the segments' means.
//   - suspect_s counts a second once, even if several tracks are suspect in it.
//   - log10_lr and lip_motion_log10_lr belong to the track with the strongest band, among these
//     the one with the most judged frames, as a whole.
//   - reasons holds codes separated by spaces, warnings holds sentences separated by "; ".
//
// Text that a spreadsheet would take for a formula is prefixed with an apostrophe.
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
