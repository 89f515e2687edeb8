package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// A fileSummary describes one file for the formats with one row per file. Unknown numbers are
// NaN.
type fileSummary struct {
	file    *File
	verdict verdict.Verdict
	band    verdict.Band

	// score is the maximum over the scores of the tracks that share the file's verdict and the
	// means of its segments.
	score float64
	lag   *avsync.Lag // of the lag track, nil if there is none

	// Durations in seconds, NaN for a file that failed. suspect counts a second once, even if
	// several tracks are suspect in it; it is NaN if the verdict is inconclusive.
	duration float64
	voiced   float64
	judged   float64
	suspect  float64

	// Log10 likelihood ratios of the evidence track: voice against mouth, and lip motion.
	logLR    float64
	motionLR float64
}

func newFileSummary(f *File) fileSummary {
	nan := math.NaN()
	r := fileSummary{file: f, verdict: f.verdict(), score: nan, duration: nan, voiced: nan, judged: nan, suspect: nan, logLR: nan, motionLR: nan}
	if f.failed() {
		return r
	}
	res := f.Result
	r.band = res.Band
	for i := range res.Tracks {
		if t := &res.Tracks[i]; t.Verdict == res.Verdict && isFinite(t.Score) && !(r.score >= t.Score) {
			r.score = t.Score
		}
	}
	// A track with a suspect segment may fit as a whole.
	for i := range res.Segments {
		if mean := res.Segments[i].Mean; isFinite(mean) && !(r.score >= mean) {
			r.score = mean
		}
	}
	if t := lagTrack(res); t != nil {
		r.lag = &t.Lag
	}
	if t := evidenceTrack(res); t != nil {
		if hasLogLR(t.LogLR) {
			r.logLR = t.LogLR
		}
		if t.Motion.Windows > 0 && hasLogLR(t.Motion.LogLR) {
			r.motionLR = t.Motion.LogLR
		}
	}
	r.duration, r.voiced, r.judged = frameSeconds(res.Frames), frameSeconds(res.Voiced), frameSeconds(judgedFrames(res))
	if res.Verdict != verdict.Inconclusive { // inconclusive files were not searched for segments
		r.suspect = frameSeconds(suspectFrames(res))
	}
	return r
}

// suspectFrames returns the number of frames of the file in suspect segments.
func suspectFrames(res *verdict.Result) int {
	n, end := 0, 0
	for i := range res.Segments { // in order of their starts
		s := &res.Segments[i]
		from, to := max(video.FrameAt(s.Start), end), video.FrameAt(s.End)
		if to > from {
			n += to - from
			end = to
		}
	}
	return n
}

// severities lists the kinds of files, worst first.
var severities = [...]struct {
	verdict verdict.Verdict
	band    verdict.Band
	class   string // in the style sheet, the filters and the address of the overview
}{
	{verdict.Suspect, verdict.Strong, "strong"},
	{verdict.Suspect, verdict.Moderate, "moderate"},
	{verdict.Suspect, verdict.Weak, "weak"},
	{verdict.Failed, verdict.None, "error"},
	{verdict.Inconclusive, verdict.None, "inconclusive"},
	{verdict.Consistent, verdict.None, "consistent"},
}

// severity returns the file's index in severities. A suspect file without a band counts as weak,
// a file with an unknown verdict as an error.
func (r *fileSummary) severity() int {
	for i, s := range severities {
		if s.verdict == r.verdict && (s.band == r.band || s.verdict != verdict.Suspect) {
			return i
		}
	}
	if r.verdict == verdict.Suspect {
		return 2
	}
	return 3
}

// fileSummaries returns a summary of every file, worst first: by severity, then by descending
// score, then by path. Files without a score come after those with one.
func (r *Run) fileSummaries() []fileSummary {
	out := make([]fileSummary, len(r.Files))
	for i := range r.Files {
		out[i] = newFileSummary(&r.Files[i])
	}
	height := func(r *fileSummary) float64 {
		if math.IsNaN(r.score) {
			return -1
		}
		return r.score
	}
	slices.SortStableFunc(out, func(a, b fileSummary) int {
		return cmp.Or(cmp.Compare(a.severity(), b.severity()), cmp.Compare(height(&b), height(&a)), strings.Compare(a.file.Path, b.file.Path))
	})
	return out
}

// briefSegments is the maximum number of suspect segments that brief names.
const briefSegments = 2

// brief gives the grounds of the verdict in one line: the suspect segments, the reasons, or the
// error.
func (w *words) brief(f *File) string {
	if f.failed() {
		reason := strings.TrimRight(f.Err, ".\n ")
		// The row shows the name already.
		if rest, ok := strings.CutPrefix(reason, fmt.Sprintf("reading %q: ", f.Path)); ok {
			reason = rest
		}
		if reason == "" {
			reason = w.Unknown
		}
		return printable(reason)
	}
	res := f.Result
	var parts []string
	switch res.Verdict {
	case verdict.Suspect:
		parts = w.firstFew(w.timeSpans(res.Segments), briefSegments)
		if slices.Contains(res.Reasons, verdict.WholeFile) {
			parts = append([]string{w.Sweep.WholeClip}, parts...)
		}
	default:
		for _, r := range res.Reasons {
			parts = append(parts, w.Reason(r))
		}
	}
	for _, warning := range res.Warnings {
		parts = append(parts, printable(warning))
	}
	return strings.Join(parts, "; ")
}

const (
	// sparklineColumns is the maximum number of columns of a sparkline: as many points as its
	// width can show.
	sparklineColumns = 64
	sparklineWidth   = 640
	sparklineHeight  = 100
)

// A sparkline is a small drawing of a file, as SVG path data of size (sparklineWidth,
// sparklineHeight): the maximum smoothed mismatch of all tracks over the length of the file,
// and the suspect segments as bars.
type sparkline struct {
	Line, Suspect string
	Peak          float64 // maximum mismatch of Line
}

// newSparkline draws a file. It returns nil if no frame has a suspicion.
func newSparkline(res *verdict.Result) *sparkline {
	total := totalFrames(res)
	if total == 0 {
		return nil
	}
	n := min(total, sparklineColumns)
	columns, shaded := make([]float64, n), make([]bool, n)
	for i := range columns {
		columns[i] = math.NaN()
	}
	judged := false
	for i, suspicion := range verdict.Suspicions(res.Tracks, res.Thresholds) {
		first := firstFrame(&res.Tracks[i]) - res.First
		for j, v := range suspicion {
			if at := (first + j) * n / total; isFinite(v) && at >= 0 && !(columns[at] >= v) {
				columns[at], judged = v, true
			}
		}
	}
	if !judged {
		return nil
	}
	for i := range res.Segments {
		s := &res.Segments[i]
		from, to := (video.FrameAt(s.Start)-res.First)*n/total, (video.FrameAt(s.End)-res.First-1)*n/total
		for c := max(from, 0); c <= to && c < n; c++ {
			shaded[c] = true
		}
	}
	peak := math.Inf(-1)
	for _, v := range columns {
		if isFinite(v) {
			peak = max(peak, v)
		}
	}
	return &sparkline{Line: sparklinePath(columns), Suspect: sparklineBars(shaded), Peak: probability(peak)}
}

// sparklinePath draws a line through the centres of the columns, with a gap at NaN.
func sparklinePath(columns []float64) string {
	var b strings.Builder
	width := float64(sparklineWidth) / float64(len(columns))
	y := func(i int) int { return int(math.Round((1 - probability(columns[i])) * sparklineHeight)) }
	for start, end := range runs(len(columns), known(columns)) {
		if end == start+1 { // a single column is drawn over its width
			fmt.Fprintf(&b, "M%d %dh%d", int(width*float64(start)), y(start), int(math.Ceil(width)))
			continue
		}
		command := "M"
		for j := start; j < end; j++ {
			fmt.Fprintf(&b, "%s%d %d", command, int(width*(float64(j)+.5)), y(j))
			command = "L"
		}
	}
	return b.String()
}

// sparklineBars draws a bar of full height over each run of shaded columns.
func sparklineBars(shaded []bool) string {
	var b strings.Builder
	width := float64(sparklineWidth) / float64(len(shaded))
	for start, end := range runs(len(shaded), func(i int) bool { return shaded[i] }) {
		from, to := int(width*float64(start)), int(math.Ceil(width*float64(end)))
		fmt.Fprintf(&b, "M%d 0h%dv%dh%dz", from, to-from, sparklineHeight, from-to)
	}
	return b.String()
}

// splitFolder splits a path after its last slash.
func splitFolder(path string) (folder, name string) {
	at := strings.LastIndexByte(path, '/') + 1
	return path[:at], path[at:]
}

// sparklineTitle describes a sparkline in words, for screen readers.
func (w *words) sparklineTitle(r *fileSummary, s *sparkline) string {
	return w.Sweep.SparkOf.Fill(decimals(s.Peak, 2), decimals(r.suspect, 1), decimals(frameSeconds(totalFrames(r.file.resultOrEmpty())), 1))
}
