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

// csvHeader names the columns. The first eleven and the last eleven describe a frame. The
// columns between them are the record of a file and are filled in the first row of the file
// only: in every row they would make up most of the table.
var csvHeader = [...]string{
	"file", "track", "frame", "time_s", "mismatch", "lag_ms", "voiced", "face_x", "face_y", "face_w", "face_h",
	"verdict", "band", "error", "sha256", "tool", "weights", "options", "started_utc",
	"smoothed_mismatch", "mouth_opening", "lag_2s_ms", "lag_2s_confidence", "lip_motion_2s_logit", "voice_change_distance", "likeness", "at_rest", "frozen", "overlap", "voice_distance",
}

// frameColumns is the number of frame columns before the record columns.
const frameColumns = 11

// firstPlotColumn is the index of the first frame column after the record columns. These
// columns hold the values that the HTML report plots.
const firstPlotColumn = 19

// CSV writes one row per frame of every track. A file without tracks has one row with empty
// frame columns. A cell is empty if its value is unknown:
//
//   - mismatch, likeness and overlap are empty if the frame was not judged, lag_ms if no lag was
//     measured, face_x to face_h if no mouth was found.
//   - lag_2s_ms and lag_2s_confidence are measured every avsync.CurveStep frames over
//     avsync.CurveWindow frames around the frame, and empty in between.
//   - lip_motion_2s_logit is given once per second: the logit of outline and pictures together,
//     positive if the mouth moves more like a generated one.
//   - voice_change_distance belongs to the sound at the frame's own time, without the track's lag.
//   - voiced, at_rest and frozen are 0 or 1. at_rest and frozen mark frames with speech in which
//     the lips are idle or the picture is frozen.
//   - overlap is the probability of overlapped speech in the second around the frame.
//   - voice_distance is the cosine distance (0..2) between the speaker embeddings of the second
//     around the frame and of the rest of the track. It is empty if either has too little speech.
//
// Text that a spreadsheet would take for a formula is prefixed with an apostrophe.
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

// tracks returns the tracks of the file, none if the file failed.
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

// plotCells fills in the suspicion, the mouth opening and the lag of a frame. curve holds the
// points of the lag curve from this frame on; the result holds the points after it.
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

// motionCell fills in the lip motion logit of a frame. curve holds the points of the motion
// curve from this frame on; the result holds the points after it.
func motionCell(cell *string, s *verdict.Score, curve []verdict.MotionPoint) []verdict.MotionPoint {
	for len(curve) > 0 && curve[0].Frame <= s.Frame {
		if p := &curve[0]; p.Frame == s.Frame && isFinite(p.Logit) {
			*cell = decimals(p.Logit, 3)
		}
		curve = curve[1:]
	}
	return curve
}

// decimalsOrEmpty writes x with n decimals, empty if x is not finite.
func decimalsOrEmpty(x float64, n int) string {
	if !isFinite(x) {
		return ""
	}
	return decimals(x, n)
}

// judgedCell writes a value of a frame, empty if the frame was not judged.
func judgedCell(s *verdict.Score, x float64) string {
	if !judged(s) {
		return ""
	}
	return decimals(x, 4)
}

// voiceCell writes the voice distance of a frame, empty if unknown.
func voiceCell(s *verdict.Score) string {
	if s.VoiceDistance == 0 {
		return ""
	}
	return judgedCell(s, s.VoiceDistance)
}

// safeCell disarms text that a spreadsheet would run as a formula, which is text that begins,
// after white space, with one of the signs below. Such text gets an apostrophe in front. A
// leading apostrophe is doubled, so that removing one apostrophe always restores the text.
// Invalid UTF-8 becomes U+FFFD, as in JSON.
func safeCell(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	trimmed := strings.TrimLeft(s, " \t\r\n\u00a0\ufeff")
	if s != "" && strings.ContainsAny(s[:1], "'\t\r\n") {
		return "'" + s
	}
	// The last four signs are full-width forms.
	for _, sign := range [...]string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(trimmed, sign) {
			return "'" + s
		}
	}
	return s
}
