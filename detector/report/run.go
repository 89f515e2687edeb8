package report

import (
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/deepcheck/deepcheck/detector/record"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// A Tool is the program that made the results.
type Tool struct {
	Name      string
	Version   string
	Commit    string // of the source, empty where unknown
	GoVersion string
}

// A WeightsInfo says which weights the network ran with.
type WeightsInfo struct {
	Name        string
	Fingerprint string // SHA-256 of the weights file, hexadecimal
}

// A Run is everything a report is made from.
type Run struct {
	Tool    Tool
	Weights WeightsInfo
	Options map[string]string // what can change the results; written in order of name
	Started time.Time         // written in UTC to the second; the zero time is left out
	Files   []File

	Command string      // what repeats the results; empty where unknown
	Machine string      // kind of machine, such as "linux/amd64, 2 CPUs"; empty where unknown
	Page    Page        // where the HTML will lie
	Signer  *record.Key // signs JSON and HTML; nil: they are not signed
}

// A File is one input of a run.
type File struct {
	Path     string
	Result   *verdict.Result // nil where nothing is known
	Err      string          // why the file could not be judged; then Result counts only for its hash, size and media
	Video    string          // address of the file for the page's player; empty: from Run.Page and Path
	ReadPath string          // where the file lies, for pages that carry it; empty: at Path
}

// Sort puts the files in order of their paths, for callers that finished them
// in any other.
func (r *Run) Sort() {
	slices.SortStableFunc(r.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
}

// optionNames returns the names of the options in order.
func (r *Run) optionNames() []string { return slices.Sorted(maps.Keys(r.Options)) }

// options returns the options as "a=1 b=2".
func (r *Run) options() string {
	pairs := make([]string, 0, len(r.Options))
	for _, name := range r.optionNames() {
		pairs = append(pairs, name+"="+r.Options[name])
	}
	return strings.Join(pairs, " ")
}

// started returns the time of the run as RFC 3339 in UTC, empty where unknown.
func (r *Run) started() string {
	if r.Started.IsZero() {
		return ""
	}
	return r.Started.UTC().Format(time.RFC3339)
}

// count returns how many files have the verdict.
func (r *Run) count(v verdict.Verdict) int {
	n := 0
	for i := range r.Files {
		if r.Files[i].verdict() == v {
			n++
		}
	}
	return n
}

func (t Tool) String() string { return strings.TrimSpace(t.Name + " " + t.Version) }

// failed reports whether the file could not be judged.
func (f *File) failed() bool { return f.Err != "" || f.Result == nil }

func (f *File) verdict() verdict.Verdict {
	if f.failed() {
		return verdict.Failed
	}
	return f.Result.Verdict
}

// known returns the file's result, or an empty one where there is none.
func (f *File) resultOrEmpty() *verdict.Result {
	if f.Result == nil {
		return &verdict.Result{}
	}
	return f.Result
}

// judgedFrames returns how many frames of the file's time line count on one
// track at least.
func judgedFrames(res *verdict.Result) int { return len(framesWhere(res, judged)) }

// framesLeftOut counts the frames in which somebody speaks while a mouth in the picture is
// of a kind that is not judged, and no other face is judged.
func framesLeftOut(res *verdict.Result, kind func(*verdict.Score) bool) int {
	left := framesWhere(res, kind)
	if len(left) > 0 {
		for frame := range framesWhere(res, judged) {
			delete(left, frame)
		}
	}
	return len(left)
}

// atRest reports whether somebody speaks while the lips are at rest.
func idle(s *verdict.Score) bool { return s.Idle }

// frozen reports whether somebody speaks while the picture stands still.
func frozen(s *verdict.Score) bool { return s.Frozen && s.Voiced }

// framesWhere returns the frames in which a score of any track is such a one.
func framesWhere(res *verdict.Result, is func(*verdict.Score) bool) map[int]bool {
	seen := make(map[int]bool)
	for i := range res.Tracks {
		for j := range res.Tracks[i].Scores {
			if s := &res.Tracks[i].Scores[j]; is(s) {
				seen[s.Frame] = true
			}
		}
	}
	return seen
}

// judged reports whether a score has a mismatch that counts.
func judged(s *verdict.Score) bool { return s.Judged && isFinite(s.Mismatch) }

// lagKnown reports whether a lag was measured at all: a track on which none
// could be has confidence 0.
func lagKnown(l avsync.Lag) bool { return isFinite(l.Confidence) && l.Confidence > 0 }

// lagRange returns the least and the most lag of a track; twice the same where it does not move.
func lagRange(t *verdict.Track) (least, most time.Duration) {
	if len(t.Lags) == 0 {
		return t.Lag.Duration(), t.Lag.Duration()
	}
	return time.Duration(slices.Min(t.Lags)) * video.FrameDuration, time.Duration(slices.Max(t.Lags)) * video.FrameDuration
}

// mainTrack returns the track with the most judged frames whose lag is known,
// the first of equals; nil where there is none.
func lagTrack(res *verdict.Result) *verdict.Track {
	var best *verdict.Track
	for i := range res.Tracks {
		t := &res.Tracks[i]
		if lagKnown(t.Lag) && (best == nil || t.Judged > best.Judged) {
			best = t
		}
	}
	return best
}

// frames returns the time of n frames in seconds.
func frames(n int) float64 { return float64(n) / video.FrameRate }

// milliseconds returns d in ms, rounded to a tenth.
func milliseconds(d time.Duration) float64 { return round(d.Seconds()*1000, 1) }

// round rounds x to so many decimals and never gives the negative zero, which
// would be written as "-0".
func round(x float64, decimals int) float64 {
	unit := math.Pow10(decimals)
	return math.Round(x*unit)/unit + 0
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// publicKey returns the key that signs the run, empty where none does.
func (r *Run) publicKey() string {
	if r.Signer == nil {
		return ""
	}
	return r.Signer.Public()
}

// seal writes a finished report, signed where the run has a key. The report
// holds record.Blank where its signature goes.
func (r *Run) seal(w io.Writer, report []byte) error {
	if r.Signer != nil {
		var err error
		if report, err = r.Signer.Seal(report); err != nil {
			return err
		}
	}
	_, err := w.Write(report)
	return err
}
