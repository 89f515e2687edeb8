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
	Commit    string // of the source code, empty if unknown
	GoVersion string
}

// A WeightsInfo identifies the weights of the networks.
type WeightsInfo struct {
	Name        string
	Fingerprint string // SHA-256 of the weights file, hexadecimal
}

// A Run holds the data of a report.
type Run struct {
	Tool    Tool
	Weights WeightsInfo
	Options map[string]string // options that can change the results; written in order of name
	Started time.Time         // written in UTC with a resolution of 1 s; the zero time is omitted
	Files   []File

	Command string      // command that repeats the results; empty if unknown
	Machine string      // what decides the last bits of results; empty if unknown
	Page    Page        // place of the HTML report
	Signer  *record.Key // signs JSON and HTML reports; nil for unsigned reports
}

// A File is one input of a run.
type File struct {
	Path   string
	Result *verdict.Result // nil if nothing is known

	// Err says why the scan failed; empty if it did not. After a failure reports use only the
	// hash, size, media, container and warnings of Result.
	Err string

	Video    string // URL for the page's player; empty: made from Run.Page and Path
	ReadPath string // path for embedding the file in a page; empty: Path
}

// Sort sorts the files by path.
func (r *Run) Sort() {
	slices.SortStableFunc(r.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
}

// optionNames returns the sorted names of the options.
func (r *Run) optionNames() []string { return slices.Sorted(maps.Keys(r.Options)) }

// options returns the options as "a=1 b=2".
func (r *Run) options() string {
	pairs := make([]string, 0, len(r.Options))
	for _, name := range r.optionNames() {
		pairs = append(pairs, name+"="+r.Options[name])
	}
	return strings.Join(pairs, " ")
}

// started returns the start of the run as RFC 3339 in UTC, empty if unknown.
func (r *Run) started() string {
	if r.Started.IsZero() {
		return ""
	}
	return r.Started.UTC().Format(time.RFC3339)
}

// count returns the number of files with the verdict.
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

// failed reports whether the scan of the file failed.
func (f *File) failed() bool { return f.Err != "" || f.Result == nil }

func (f *File) verdict() verdict.Verdict {
	if f.failed() {
		return verdict.Failed
	}
	return f.Result.Verdict
}

// resultOrEmpty returns the result of the file, an empty result if there is none.
func (f *File) resultOrEmpty() *verdict.Result {
	if f.Result == nil {
		return &verdict.Result{}
	}
	return f.Result
}

// judgedFrames returns the number of frames that were judged on at least one track.
func judgedFrames(res *verdict.Result) int { return len(framesWhere(res, judged)) }

// framesLeftOut returns the number of frames with a score of the given kind on some track and a
// judged score on none.
func framesLeftOut(res *verdict.Result, kind func(*verdict.Score) bool) int {
	left := framesWhere(res, kind)
	if len(left) > 0 {
		for frame := range framesWhere(res, judged) {
			delete(left, frame)
		}
	}
	return len(left)
}

// idle reports whether the lips are idle during speech.
func idle(s *verdict.Score) bool { return s.Idle }

// frozen reports whether the picture is frozen during speech.
func frozen(s *verdict.Score) bool { return s.Frozen && s.Voiced }

// framesWhere returns the frames that have a score on any track for which is holds.
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

// judged reports whether a score was judged and has a finite mismatch.
func judged(s *verdict.Score) bool { return s.Judged && isFinite(s.Mismatch) }

// lagKnown reports whether a lag was measured; a lag that was not has confidence 0.
func lagKnown(l avsync.Lag) bool { return isFinite(l.Confidence) && l.Confidence > 0 }

// lagRange returns the minimum and the maximum lag of a track. They are equal if the lag is
// constant.
func lagRange(t *verdict.Track) (least, most time.Duration) {
	if len(t.Lags) == 0 {
		return t.Lag.Duration(), t.Lag.Duration()
	}
	return time.Duration(slices.Min(t.Lags)) * video.FrameDuration, time.Duration(slices.Max(t.Lags)) * video.FrameDuration
}

// lagTrack returns the track with the most judged frames among the tracks with a known lag, the
// first in case of a tie. It returns nil if there is none.
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

// frameSeconds returns the duration of n frames in seconds.
func frameSeconds(n int) float64 { return float64(n) / video.FrameRate }

// milliseconds returns d in milliseconds, rounded to 0.1 ms.
func milliseconds(d time.Duration) float64 { return round(d.Seconds()*1000, 1) }

// round rounds x to the given number of decimals. It never returns negative zero, which would be
// written as "-0".
func round(x float64, decimals int) float64 {
	unit := math.Pow10(decimals)
	return math.Round(x*unit)/unit + 0
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// publicKey returns the public key of the run, empty if the run is not signed.
func (r *Run) publicKey() string {
	if r.Signer == nil {
		return ""
	}
	return r.Signer.Public()
}

// seal writes a finished report and signs it if the run has a key. The report holds the
// placeholder record.Blank in place of the signature.
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
