package verdict

import (
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/detector/container"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// A Verdict is the conclusion about a track or a file.
type Verdict string

// The verdicts. Inconclusive is a verdict, not an error: it comes with reasons.
const (
	Consistent   Verdict = "consistent"   // the voice fits a mouth in the picture
	Suspect      Verdict = "suspect"      // the voice does not fit, throughout or in segments
	Inconclusive Verdict = "inconclusive" // not enough to judge
	Failed       Verdict = "error"        // the file could not be read; only in reports
)

// A Band is the strength of the evidence behind a suspect verdict or segment. Package train
// sets the thresholds of the bands.
type Band string

// The bands of a suspect verdict or segment. Other verdicts have None.
const (
	None     Band = ""
	Weak     Band = "weak"
	Moderate Band = "moderate"
	Strong   Band = "strong"
)

// Rank orders the bands, from 0 for None to 3 for Strong.
func (b Band) Rank() int { return slices.Index([]Band{None, Weak, Moderate, Strong}, b) }

// stronger returns the stronger of two bands.
func stronger(a, b Band) Band {
	if a.Rank() > b.Rank() {
		return a
	}
	return b
}

// A Result is what Scan finds in one file.
type Result struct {
	Path     string
	SHA256   string // of the file's bytes, hexadecimal
	Size     int64  // bytes
	Media    video.Info
	Part     bool // only a part of the file was scanned
	First    int  // first frame; 0 unless Part
	Frames   int  // number of frames, from First on
	Voiced   int  // number of those frames that hold speech
	Verdict  Verdict
	Band     Band
	Reasons  []Reason
	Warnings []string // anomalies of the file, such as a cut-off end
	Tracks   []Track

	// The lists of segments are ordered by start.
	Segments           []Segment // suspect
	BelowFileThreshold []Segment // suspect in a short clip, but not in a file of this length
	OverlappedSpeech   []Segment // would be suspect, but two or more people speak at once around it

	Change VoiceChange // of the file's voice; does not affect the verdict

	Speech     []bool          // (Frames) from First on: the frame holds speech; nil without sound
	Thresholds Thresholds      // used for the verdicts, raised for the length of the file
	Container  container.Facts // what the file states about itself
}

// segmentLists returns all lists of segments, suspect or not.
func (r *Result) segmentLists() [3][]Segment {
	return [...][]Segment{r.Segments, r.BelowFileThreshold, r.OverlappedSpeech}
}

// Track returns the track with an id, or nil.
func (r *Result) Track(id int) *Track {
	for i := range r.Tracks {
		if r.Tracks[i].ID == id {
			return &r.Tracks[i]
		}
	}
	return nil
}

// Span returns the start and the end of the scanned part, as times of the file.
func (r *Result) Span() (start, end time.Duration) {
	return video.FrameTime(r.First), video.FrameTime(r.First + r.Frames)
}

// A Track is one face through time and what was found on it.
type Track struct {
	ID         int
	Start, End time.Duration

	// Lag is the lag of the sound; the mean if the lag drifts. Its confidence is 0 if fewer than
	// video.MinJudged frames show a mouth and hold speech.
	Lag  avsync.Lag
	Lags []int // (len(Scores)) lag of each frame, in frames; nil if the lag is constant

	Verdict Verdict
	Band    Band
	Reasons []Reason

	// The next four are NaN if the track could not be judged.

	Score   float64 // 1/(1+exp(-Logit)), from 0 (fits) to 1 (does not fit)
	Logit   float64 // mismatch of the whole track; orders tracks whose Score rounds to 0 or 1
	LogLR   float64 // log10 likelihood ratio of Logit, impostor against own voice
	CohortZ float64 // of the whole track, see Summary.CohortZ

	Motion   Motion            // how the mouth moves; does not affect the verdict
	Judged   int               // number of judged frames
	Scores   []Score           // one for each frame from Start to End
	LagCurve []avsync.LagPoint // lag over time, for display only
}

// LagAt returns the lag of the sound behind the track at a time of the file.
func (t *Track) LagAt(at time.Duration) time.Duration {
	if len(t.Lags) == 0 {
		return t.Lag.Duration()
	}
	i := min(max(int((at-t.Start)/video.FrameDuration), 0), len(t.Lags)-1)
	return time.Duration(t.Lags[i]) * video.FrameDuration
}

// A Segment is a time range of a track in which the voice does not fit the mouth.
type Segment struct {
	Track      int // id
	Start, End time.Duration
	Kind       string // always "mismatch"
	Band       Band
	Mean       float64 // mean mismatch of its judged frames
	Peak       float64 // highest suspicion; NaN for a whole track
	Cutaway    bool    // the voice continues across a cut from a mouth that it fits
	Speaker    int     // id of the track with that mouth, if Cutaway
	LogLR      float64 // log10 likelihood ratio of Peak, impostor against own voice; NaN if unknown

	// VoiceLogLR is the log10 likelihood ratio of the greatest voice distance, other speaker
	// against same, from the sound alone; 0 if unknown.
	VoiceLogLR float64

	Stills      []Still      // mouths, evenly spaced; nil unless the scan keeps stills
	Spectrogram *Spectrogram // of its sound; nil for none
}

// A Still is one mouth that is kept for display.
type Still struct {
	Frame int
	Crop  *video.Crop // (CropSize, CropSize) grey
}

// A Spectrogram is the log-mel spectrogram of a segment.
type Spectrogram struct {
	Start, End    time.Duration // of the sound: times of the picture plus the lag of the track
	Columns, Rows int           // time steps and mel bands

	// Grey holds (Columns, Rows) values, lowest band first, from 0 for 60 dB below the loudest
	// value to 255 for the loudest.
	Grey []byte
}

// A Motion says whether a mouth moves as generated mouths do, regardless of the voice. It does
// not affect the verdict, because the evidence is much weaker (figures in weights/README.md).
type Motion struct {
	Windows int // number of windows of 2 s that were scored; 0: nothing is known

	// The mean logits of the windows are > 0 if the mouth moves more as generated mouths do. They
	// are NaN without windows.

	Outline float64 // of how lips and jaw move
	Flicker float64 // of how the pictures of the mouth change
	Logit   float64 // Outline + Flicker
	LogLR   float64 // log10 likelihood ratio of Logit, generated against filmed mouth

	Curve []MotionPoint // over time, for display
}

// A MotionPoint is the result of one window. A single window is hardly evidence.
type MotionPoint struct {
	Frame int     // middle of the window
	Logit float64 // > 0: more as in generated mouths
}
