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

// A row is what the forms with a line for each file say of one.
type row struct {
	file     *File
	verdict  verdict.Verdict
	band     verdict.Band
	score    float64     // the highest of the tracks that have the file's verdict and of its segments' means; NaN for none
	lag      *avsync.Lag // of the main track, nil where none was measured
	duration float64     // seconds; NaN where the file could not be judged
	voiced   float64     // seconds of speech, likewise
	judged   float64     // seconds, likewise
	suspect  float64     // seconds, each once however many tracks are suspect in it; NaN where nothing was judged
	logLR    float64     // of the track that weighty chooses, voice against mouth; NaN where unknown
	motionLR float64     // of the same track, how the mouth moves; NaN where unknown
}

func newRow(f *File) row {
	nan := math.NaN()
	r := row{file: f, verdict: f.verdict(), score: nan, duration: nan, voiced: nan, judged: nan, suspect: nan, logLR: nan, motionLR: nan}
	if f.failed() {
		return r
	}
	res := f.Result
	r.band = res.Band
	for i := range res.Tracks {
		if t := &res.Tracks[i]; t.Verdict == res.Verdict && finite(t.Score) && !(r.score >= t.Score) {
			r.score = t.Score
		}
	}
	// A track with a suspect stretch may fit as a whole.
	for i := range res.Segments {
		if mean := res.Segments[i].Mean; finite(mean) && !(r.score >= mean) {
			r.score = mean
		}
	}
	if t := mainTrack(res); t != nil {
		r.lag = &t.Lag
	}
	if t := weighty(res); t != nil {
		if weighed(t.LogLR) {
			r.logLR = t.LogLR
		}
		if t.Motion.Windows > 0 && weighed(t.Motion.LogLR) {
			r.motionLR = t.Motion.LogLR
		}
	}
	r.duration, r.voiced, r.judged = frames(res.Frames), frames(res.Voiced), frames(judgedFrames(res))
	if res.Verdict != verdict.Inconclusive { // or nobody looked
		r.suspect = frames(suspectFrames(res))
	}
	return r
}

// suspectFrames returns how many frames of the file's time line lie in suspect
// segments.
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

// severities are the kinds of rows, worst first.
var severities = [...]struct {
	verdict verdict.Verdict
	band    verdict.Band
	class   string // for the page: its filters and its address know them by it
}{
	{verdict.Suspect, verdict.Strong, "strong"},
	{verdict.Suspect, verdict.Moderate, "moderate"},
	{verdict.Suspect, verdict.Weak, "weak"},
	{verdict.Failed, verdict.None, "error"},
	{verdict.Inconclusive, verdict.None, "inconclusive"},
	{verdict.Consistent, verdict.None, "consistent"},
}

// severity returns the row's place in severities. A suspect file without a band
// counts as weak, and what has no known verdict as an error.
func (r *row) severity() int {
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

// rows returns a row for every file, worst first: by severity, then by score,
// the highest first and those without one last, then by path.
func (r *Run) rows() []row {
	out := make([]row, len(r.Files))
	for i := range r.Files {
		out[i] = newRow(&r.Files[i])
	}
	height := func(r *row) float64 {
		if math.IsNaN(r.score) {
			return -1
		}
		return r.score
	}
	slices.SortStableFunc(out, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.severity(), b.severity()), cmp.Compare(height(&b), height(&a)), strings.Compare(a.file.Path, b.file.Path))
	})
	return out
}

// briefSegments is how many suspect segments a row names.
const briefSegments = 2

// brief says in a line what the verdict rests on: where it is suspect, why it
// could not be told, why the file could not be read.
func (w *words) brief(f *File) string {
	if f.failed() {
		reason := strings.TrimRight(f.Err, ".\n ")
		// The row has the name already.
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
		parts = w.few(w.stretches(res.Segments), briefSegments)
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
	// sparkColumns is how many columns a row's curve has at most: as many
	// points as the width it is drawn in shows apart.
	sparkColumns = 64
	sparkWidth   = 640
	sparkHeight  = 100
)

// A spark is the small drawing of a row: the highest smoothed mismatch of any
// track over the length of the file, in (sparkWidth, sparkHeight), and its
// suspect segments as bars.
type spark struct {
	Line, Suspect string
	Peak          float64 // the highest mismatch of the line
}

// newSpark draws a file; nil where nothing on it was judged.
func newSpark(res *verdict.Result) *spark {
	total := totalFrames(res)
	if total == 0 {
		return nil
	}
	n := min(total, sparkColumns)
	columns, shaded := make([]float64, n), make([]bool, n)
	for i := range columns {
		columns[i] = math.NaN()
	}
	known := false
	for i, level := range verdict.Suspicions(res.Tracks, res.Thresholds) {
		first := firstFrame(&res.Tracks[i]) - res.First
		for j, v := range level {
			if at := (first + j) * n / total; finite(v) && at >= 0 && !(columns[at] >= v) {
				columns[at], known = v, true
			}
		}
	}
	if !known {
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
		if finite(v) {
			peak = max(peak, v)
		}
	}
	return &spark{Line: sparkLine(columns), Suspect: sparkBars(shaded), Peak: probability(peak)}
}

// sparkLine draws a line through the middles of the columns, with gaps.
func sparkLine(columns []float64) string {
	var b strings.Builder
	width := float64(sparkWidth) / float64(len(columns))
	for i := 0; i < len(columns); i++ {
		if math.IsNaN(columns[i]) {
			continue
		}
		y := func(i int) int { return int(math.Round((1 - probability(columns[i])) * sparkHeight)) }
		start := i
		for i+1 < len(columns) && !math.IsNaN(columns[i+1]) {
			i++
		}
		if start == i { // one alone is drawn over its width
			fmt.Fprintf(&b, "M%d %dh%d", int(width*float64(i)), y(i), int(math.Ceil(width)))
			continue
		}
		command := "M"
		for j := start; j <= i; j++ {
			fmt.Fprintf(&b, "%s%d %d", command, int(width*(float64(j)+.5)), y(j))
			command = "L"
		}
	}
	return b.String()
}

// sparkBars draws a bar of the whole height over every run of columns.
func sparkBars(shaded []bool) string {
	var b strings.Builder
	width := float64(sparkWidth) / float64(len(shaded))
	for i := 0; i < len(shaded); i++ {
		if !shaded[i] {
			continue
		}
		start := i
		for i+1 < len(shaded) && shaded[i+1] {
			i++
		}
		from, to := int(width*float64(start)), int(math.Ceil(width*float64(i+1)))
		fmt.Fprintf(&b, "M%d 0h%dv%dh%dz", from, to-from, sparkHeight, from-to)
	}
	return b.String()
}

// folderOf splits a path behind its last separator.
func folderOf(path string) (folder, name string) {
	at := strings.LastIndexByte(path, '/') + 1
	return path[:at], path[at:]
}

// sparkTitle says in words what a spark shows, for those who do not see it.
func (w *words) sparkTitle(r *row, s *spark) string {
	return w.Sweep.SparkOf.Fill(decimals(s.Peak, 2), decimals(r.suspect, 1), decimals(frames(totalFrames(r.file.known())), 1))
}
