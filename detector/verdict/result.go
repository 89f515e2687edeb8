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

// A Reason says why a track or file is inconclusive, or what a suspect verdict
// rests on. Its String is a plain sentence.
type Reason string

// The reasons.
const (
	NoFace             Reason = "no_face"        // no face was found
	FaceTooSmall       Reason = "face_too_small" // faces, but too few pixels in them
	Profile            Reason = "profile"        // the face is turned away
	NoSpeech           Reason = "no_speech"      // the sound holds no speech
	TooShort           Reason = "too_short"      // too little speech with a visible mouth
	NoSound            Reason = "no_sound"       // the file has no sound, or only digital silence
	LipsIdle           Reason = "speaker_absent" // lips at rest while the voice speaks
	FrozenPicture      Reason = "frozen_picture" // the picture stands while the voice speaks
	WholeFile          Reason = "whole_clip"     // the voice fits no moving mouth anywhere in the clip
	PartOfFile         Reason = "part_of_clip"   // the voice does not fit in the segments listed
	OverlappedSpeech   Reason = "voices_overlap" // it does not fit, but only where two or more people speak at once
	CorruptPictures    Reason = "damaged"        // it does not fit, but only in pictures that may be damaged
	BelowFileThreshold Reason = "by_chance"      // a stretch does not fit, but in a file so long chance explains it
)

// String returns the reason as a sentence for people.
func (r Reason) String() string {
	switch r {
	case NoFace:
		return "no face was found"
	case FaceTooSmall:
		return "the face is too small to read the mouth"
	case Profile:
		return "the face is turned too far to the side"
	case NoSpeech:
		return "the sound holds no speech"
	case TooShort:
		return "too little speech with a visible mouth"
	case NoSound:
		return "there is no sound"
	case LipsIdle:
		return "the lips are at rest while the voice speaks: the speaker may not be in the picture"
	case FrozenPicture:
		return "the picture stands still while the voice speaks"
	case WholeFile:
		return "the voice fits no moving mouth in the whole clip: a dub, a voice-over or a forgery; this method cannot tell which"
	case PartOfFile:
		return "the voice does not fit the mouth in the segments listed"
	case OverlappedSpeech:
		return "the voice does not fit the mouth, but two or more people speak at once, and a mouth's own voice fits less then"
	case CorruptPictures:
		return "the voice does not fit the mouth, but in pictures that may be damaged, as the file could not be decoded without errors"
	case BelowFileThreshold:
		return "a stretch does not fit as a whole clip's would not, but in a file of this length chance gives such ones"
	}
	return string(r)
}

// A Score is what is known of one frame of one track. Scores are raw: segments
// and verdicts are made from them by Judge, so that thresholds can change
// without decoding again.
type Score struct {
	Frame             int       // on the line of 25 frames a second
	Mouth             bool      // a mouth was seen
	Frozen            bool      // in a picture that stands still, see Freeze
	Corrupt           bool      // in a picture that an error in the decoding may have damaged: a misfit is no evidence
	Voiced            bool      // the sound holds speech
	Idle              bool      // somebody speaks, but these lips are at rest
	Judged            bool      // Mismatch counts: mouth and speech were both there, the picture not frozen and the lips not at rest
	Mismatch          float64   // 0 (fits) .. 1 (does not); only where Judged
	Likeness          float64   // cosine of what the towers make of mouth and sound, -1..1; only where Judged
	CohortZ           float64   // how far Likeness stands out among other times of the track, standard deviations; only where Judged
	Overlap           float64   // how surely two or more people speak at once in the second about it, 0..1; only where Judged
	Overlapped        bool      // so surely that, in most frames, a misfit is no evidence: a mouth's own voice fits less where another is mixed with it
	VoiceDistance     float64   // of the voice of the second about it from that of the rest of the track, cosine distance of speaker embeddings, 0..2; 0 where either holds too little
	VoiceDistanceNear float64   // the same of 11 frames about it; only where Judged
	Level             float64   // dBFS of the sound
	Opening           float64   // inner lips' gap as a part of the mouth's width
	Yaw               float64   // degrees
	EyeDist           float64   // pixels as shown
	Box               video.Box // the face, pixels as shown
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
