package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// csvHeader names the columns. The first and the last eleven are of a frame.
// Those between are the record of a file and stand in its first row only: in
// every row they would be most of the table.
var csvHeader = [...]string{
	"file", "track", "frame", "time_s", "mismatch", "lag_ms", "voiced", "face_x", "face_y", "face_w", "face_h",
	"verdict", "band", "error", "sha256", "tool", "weights", "options", "started_utc",
	"smoothed_mismatch", "mouth_opening", "lag_2s_ms", "lag_2s_confidence", "lip_motion_2s_logit", "voice_change_distance", "likeness", "at_rest", "frozen", "overlap", "voice_distance",
}

// frameColumns is how many of the columns are of a frame.
const frameColumns = 11

// laneColumns is where the columns begin that hold what the HTML draws in lanes.
const firstPlotColumn = 19

// CSV writes a row a frame of every track. mismatch is empty where the frame
// was not judged, lag_ms where no lag was measured, the face's box where no
// mouth was seen. lag_2s_ms is measured every avsync.CurveStep frames on the
// avsync.CurveWindow frames about one, and empty in between; so is lip_motion_2s_logit,
// every second, of outline and pictures together (> 0: rather as generated mouths move). voice_change_distance is of the
// sound at that frame, whatever the track's lag. voiced, and at_rest and frozen, of lips and
// of the picture while somebody speaks, are 0 or 1; overlap is how surely two or more people speak at once in
// the second about the frame, 0..1; voice_distance, how far its voice is from that of the rest of the track, 0..2
// (cosine distance of speaker embeddings), empty where either holds too little. A file
// without any track has one row, with the frame's columns empty.
//
// Text that a spreadsheet would take for a formula has a ' put before it.
func CSV(w io.Writer, r *Run) error {
	out := csv.NewWriter(w)
	row := make([]string, len(csvHeader))
	copy(row, csvHeader[:])
	if err := out.Write(row); err != nil {
		return err
	}
	for i := range r.Files {
		f := &r.Files[i]
		clear(row)
		row[0] = safeCell(f.Path)
		recordCells(row[frameColumns:firstPlotColumn], r, f)
		written := false
		suspicions := verdict.Suspicions(f.tracks(), f.resultOrEmpty().Thresholds)
		for j := range f.tracks() {
			t := &f.Result.Tracks[j]
			lags, motion := t.LagCurve, t.Motion.Curve
			for k := range t.Scores {
				frameCells(row[1:frameColumns], t, &t.Scores[k])
				s, plots := &t.Scores[k], row[firstPlotColumn:]
				lags = plotCells(plots, s, suspicions[j][k], lags)
				motion = motionCell(&plots[4], s, motion)
				copy(plots[5:], []string{changeCell(&f.Result.Change, s.Frame), judgedCell(s, s.Likeness), zeroOne(idle(s)), zeroOne(frozen(s)),
					judgedCell(s, s.Overlap), voiceCell(s)})
				if err := out.Write(row); err != nil {
					return err
				}
				clear(row[frameColumns:firstPlotColumn])
				written = true
			}
		}
		if !written {
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// tracks returns the file's tracks, none where it could not be judged.
func (f *File) tracks() []verdict.Track {
	if f.failed() {
		return nil
	}
	return f.Result.Tracks
}

func recordCells(row []string, r *Run, f *File) {
	res := f.resultOrEmpty()
	row[0] = string(f.verdict())
	if !f.failed() {
		row[1] = string(res.Band)
	}
	row[2] = safeCell(f.Err)
	row[3] = res.SHA256
	row[4] = safeCell(r.Tool.String())
	row[5] = safeCell(r.Weights.Fingerprint)
	row[6] = safeCell(r.options())
	row[7] = r.started()
}

func frameCells(row []string, t *verdict.Track, s *verdict.Score) {
	clear(row)
	row[0] = strconv.Itoa(t.ID)
	row[1] = strconv.Itoa(s.Frame)
	row[2] = strconv.FormatFloat(video.FrameTime(s.Frame).Seconds(), 'f', 2, 64)
	if judged(s) {
		row[3] = strconv.FormatFloat(round(s.Mismatch, 4), 'f', 4, 64)
	}
	if lagKnown(t.Lag) {
		row[4] = strconv.FormatFloat(milliseconds(t.LagAt(video.FrameTime(s.Frame))), 'f', -1, 64)
	}
	row[5] = zeroOne(s.Voiced)
	if b := s.Box; s.Mouth && b.W > 0 && b.H > 0 {
		for i, x := range [...]float64{b.X, b.Y, b.W, b.H} {
			if isFinite(x) {
				row[6+i] = strconv.FormatFloat(round(x, 1), 'f', -1, 64)
			}
		}
	}
}

func zeroOne(is bool) string {
	if is {
		return "1"
	}
	return "0"
}

// laneCells fills in what the lanes of the page show for a frame, and returns
// what is left of the lag's course behind it.
func plotCells(row []string, s *verdict.Score, suspicion float64, curve []avsync.LagPoint) []avsync.LagPoint {
	clear(row)
	if isFinite(suspicion) {
		row[0] = strconv.FormatFloat(round(probability(suspicion), 4), 'f', 4, 64)
	}
	if s.Mouth && isFinite(s.Opening) {
		row[1] = strconv.FormatFloat(round(s.Opening, 3), 'f', 3, 64)
	}
	for len(curve) > 0 && curve[0].Frame <= s.Frame {
		if p := &curve[0]; p.Frame == s.Frame {
			row[2] = strconv.FormatFloat(milliseconds(p.Lag.Duration()), 'f', -1, 64)
			row[3] = strconv.FormatFloat(round(p.Lag.Confidence, 4), 'f', -1, 64)
		}
		curve = curve[1:]
	}
	return curve
}

// motionCell fills in how the mouth moves about a frame, and returns what is left of
// the course behind it.
func motionCell(cell *string, s *verdict.Score, curve []verdict.MotionPoint) []verdict.MotionPoint {
	for len(curve) > 0 && curve[0].Frame <= s.Frame {
		if p := &curve[0]; p.Frame == s.Frame && isFinite(p.Logit) {
			*cell = decimals(p.Logit, 3)
		}
		curve = curve[1:]
	}
	return curve
}

// decimalsOrEmpty writes x with n decimals; empty if x is not finite.
func decimalsOrEmpty(x float64, n int) string {
	if !isFinite(x) {
		return ""
	}
	return decimals(x, n)
}

// judgedCell is a number of a frame; empty where that is not judged.
func judgedCell(s *verdict.Score, x float64) string {
	if !judged(s) {
		return ""
	}
	return decimals(x, 4)
}

// voiceCell is how far the voice about a frame is from the rest of the track's; empty where that is not known.
func voiceCell(s *verdict.Score) string {
	if s.VoiceDistance == 0 {
		return ""
	}
	return judgedCell(s, s.VoiceDistance)
}

// cell disarms text that spreadsheets would run as a formula when they open the
// file: what begins, after blanks, with one of the signs that start one. A
// leading ' is doubled, so that taking one away always gives the text back. What is no UTF-8 becomes U+FFFD, as in
// JSON.
func safeCell(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	trimmed := strings.TrimLeft(s, " \t\r\n\u00a0\ufeff")
	if s != "" && strings.ContainsAny(s[:1], "'\t\r\n") {
		return "'" + s
	}
	for _, sign := range [...]string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} { // the last four are full width
		if strings.HasPrefix(trimmed, sign) {
			return "'" + s
		}
	}
	return s
}
