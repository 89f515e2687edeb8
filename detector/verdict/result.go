package verdict

import (
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/detector/container"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// A Verdict is what deepcheck says of a track or a file.
type Verdict string

// The verdicts. Inconclusive is a verdict, not an error: it comes with reasons.
const (
	Consistent   Verdict = "consistent"   // the voice fits a mouth in the picture
	Suspect      Verdict = "suspect"      // the voice does not fit, for the whole clip or a part
	Inconclusive Verdict = "inconclusive" // there is too little to tell by
	Failed       Verdict = "error"        // the file could not be read; only in reports, never from Scan
)

// A Band says how far the numbers stand from those of honest video.
type Band string

// The bands of a suspect verdict or segment; None goes with the other verdicts.
const (
	None     Band = ""
	Weak     Band = "weak"
	Moderate Band = "moderate"
	Strong   Band = "strong"
)

// Rank orders the bands: 0 for None to 3 for Strong.
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
	Path               string
	SHA256             string // of the file's bytes, hexadecimal
	Size               int64  // bytes
	Media              video.Info
	Part               bool // only a part of the file was to be judged
	First              int  // first frame, 0 but for a part
	Frames             int  // frames on the 25/s line, from the first on
	Voiced             int  // of them with speech
	Verdict            Verdict
	Band               Band
	Reasons            []Reason
	Warnings           []string // what was odd about the file, such as a cut end
	Tracks             []Track
	Segments           []Segment   // in order of time
	BelowFileThreshold []Segment   // likewise: suspect in a clip of some seconds, but not in a file so long
	OverlappedSpeech   []Segment   // likewise: suspect, if it were not for two or more people who speak at once about it
	Change             VoiceChange // of the sound as a whole, apart from the verdict

	Speech     []bool          // (Frames) from the first on: somebody speaks; nil without sound
	Thresholds Thresholds      // by which the verdicts were found
	Container  container.Facts // what the file's boxes say
}

// stretches are all lists of them, suspect or not.
func (r *Result) segmentLists() [3][]Segment {
	return [...][]Segment{r.Segments, r.BelowFileThreshold, r.OverlappedSpeech}
}

// Track returns the track with an id, nil where there is none.
func (r *Result) Track(id int) *Track {
	for i := range r.Tracks {
		if r.Tracks[i].ID == id {
			return &r.Tracks[i]
		}
	}
	return nil
}

// Span returns where in the file what was judged begins and ends.
func (r *Result) Span() (start, end time.Duration) {
	return video.FrameTime(r.First), video.FrameTime(r.First + r.Frames)
}

// A Track is one face through time and what was found on it.
type Track struct {
	ID         int
	Start, End time.Duration
	Lag        avsync.Lag // where it moves, its mean; without confidence where less than video.MinJudged frames show a mouth and hold speech
	Lags       []int      // frames, one for each of Scores: where the lag moves; nil elsewhere
	Verdict    Verdict
	Band       Band
	Reasons    []Reason
	Score      float64           // 0..1: how strongly the voice as a whole does not fit this mouth; NaN where it could not be judged
	Logit      float64           // of Score: that is 1 or 0 long before this is at its end
	LogLR      float64           // common logarithm of the likelihood ratio of Logit, another voice against its own; NaN where not judged
	CohortZ    float64           // how far the voice stands out at its own time, standard deviations, see Prominent; NaN where not judged
	Motion     Motion            // how the mouth moves, apart from the voice
	Judged     int               // frames that count
	Scores     []Score           // one a frame from Start to End
	LagCurve   []avsync.LagPoint // the lag over time, see avsync.LagCurve; nothing is judged by it
}

// LagAt returns the lag of the track at a time of the file.
func (t *Track) LagAt(at time.Duration) time.Duration {
	if len(t.Lags) == 0 {
		return t.Lag.Duration()
	}
	i := min(max(int((at-t.Start)/video.FrameDuration), 0), len(t.Lags)-1)
	return time.Duration(t.Lags[i]) * video.FrameDuration
}

// A Segment is a stretch of frames in which the voice does not fit.
type Segment struct {
	Track       int
	Start, End  time.Duration
	Kind        string // "mismatch"
	Band        Band
	Mean        float64      // mean mismatch of its judged frames
	Peak        float64      // highest level, see Levels; NaN where it is a whole track
	Cutaway     bool         // the voice goes on across a cut from a mouth that it fits
	Speaker     int          // the track of that mouth, where Cutaway
	LogLR       float64      // common logarithm of the likelihood ratio of Peak, another voice against its own; NaN where there is none
	VoiceLogLR  float64      // that of how its voice differs from the rest of the track's, by the sound alone: another's against the same; 0 where there is none
	Stills      []Still      // mouths of the segment, evenly spaced, where Options.Strips asks for them
	Spectrogram *Spectrogram // the sound that belongs to them, with Strip; nil for none
}

// A Moment is one mouth kept to be looked at.
type Still struct {
	Frame int
	Crop  *video.Crop // (CropSize, CropSize) grey
}

// A Sight is the log-mel spectrogram of a segment.
type Spectrogram struct {
	Start, End    time.Duration // in the sound: the times of the picture plus the lag of the track
	Columns, Rows int           // time steps and mel bands
	Grey          []byte        // (Columns, Rows) from the lowest band up; 0: 60 dB below the loudest, 255: the loudest
}

// A Motion is what the way in which the mouth of a track moves says of how it
// was made, apart from whether the voice fits it. It never makes a verdict:
// it is much weaker evidence (weights/README.md has its figures).
type Motion struct {
	Windows int     // stretches of 2 s that were judged; 0: nothing can be said
	Outline float64 // mean logit of how lips and jaw move, > 0: rather as generated ones do; NaN without windows
	Flicker float64 // mean logit of how the pictures of the mouth change, likewise
	Logit   float64 // the sum of both
	LogLR   float64 // common logarithm of the likelihood ratio, generated against filmed; NaN without windows

	Curve []MotionPoint // over time, to be looked at
}

// A MotionPoint is what one window says. Alone it says next to nothing.
type MotionPoint struct {
	Frame int     // the middle of the window
	Logit float64 // > 0: rather as generated mouths move
}
