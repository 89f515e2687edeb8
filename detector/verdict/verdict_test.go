package verdict

import (
	"math"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

var testThresholds = Thresholds{TrackWeak: 0, TrackModerate: 1, TrackStrong: 3, SegmentWeak: 0.5, SegmentModerate: 1.5, SegmentStrong: 3.5}

// newTrack returns a track that starts at frame first and has frames with these logits, all judged.
func newTrack(id, first int, logits ...float64) Track {
	t := Track{ID: id, Start: video.FrameTime(first), End: video.FrameTime(first + len(logits))}
	for i, logit := range logits {
		t.Scores = append(t.Scores, Score{Frame: first + i, Mouth: true, Voiced: true, Judged: true, EyeDist: 60,
			Opening: 0.2 + 0.2*math.Sin(float64(i)), Mismatch: 1 / (1 + math.Exp(-logit))})
	}
	return t
}

// constant returns n equal logits.
func constant(n int, logit float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = logit
	}
	return out
}

// concat concatenates logits.
func concat(parts ...[]float64) []float64 { return slices.Concat(parts...) }

// withScores changes every score of a track.
func withScores(t Track, change func(*Score)) Track {
	for i := range t.Scores {
		change(&t.Scores[i])
	}
	return t
}

// withIdle makes the lips idle in the frames [from, to) of a track.
func withIdle(t Track, from, to int) Track {
	for i := from; i < to; i++ {
		t.Scores[i].Idle, t.Scores[i].Judged = true, false
	}
	return t
}

// withOverlap adds overlapped speech in the frames [from, to) of a track.
func withOverlap(t Track, from, to int) Track {
	for i := from; i < to; i++ {
		t.Scores[i].Overlap, t.Scores[i].Overlapped = .8, true
	}
	return t
}

func TestDecide(t *testing.T) {
	spliced := concat(constant(100, -4), constant(30, 6), constant(100, -4))
	tests := []struct {
		name    string
		tracks  []Track
		silent  bool // no sound
		voiced  int
		verdict Verdict
		band    Band
		reason  Reason // "" for none
	}{
		{"voice fits", []Track{newTrack(0, 0, constant(100, -3)...)}, false, 100, Consistent, None, ""},
		{"weak mismatch", []Track{newTrack(0, 0, constant(100, 0.5)...)}, false, 100, Suspect, Weak, WholeFile},
		{"moderate mismatch", []Track{newTrack(0, 0, constant(100, 2)...)}, false, 100, Suspect, Moderate, WholeFile},
		{"strong mismatch", []Track{newTrack(0, 0, constant(100, 5)...)}, false, 100, Suspect, Strong, WholeFile},
		{"a second does not fit", []Track{newTrack(0, 0, spliced...)}, false, 200, Suspect, Strong, PartOfFile},
		{"half does not fit", []Track{newTrack(0, 0, concat(constant(100, -4), constant(120, 6))...)}, false, 220, Suspect, Strong, PartOfFile},
		{"no face", nil, false, 100, Inconclusive, None, NoFace},
		{"no sound", []Track{newTrack(0, 0, constant(100, 5)...)}, true, 0, Inconclusive, None, NoSound},
		{"too short", []Track{newTrack(0, 0, constant(10, 5)...)}, false, 10, Inconclusive, None, TooShort},
		{"no speech", []Track{withScores(newTrack(0, 0, constant(100, 5)...), func(s *Score) { s.Voiced, s.Judged = false, false })}, false, 0, Inconclusive, None, NoSpeech},
		{"face too small", []Track{withScores(newTrack(0, 0, constant(100, 5)...), func(s *Score) { s.EyeDist, s.Judged = 8, false })}, false, 100, Inconclusive, None, FaceTooSmall},
		{"profile", []Track{withScores(newTrack(0, 0, constant(100, 5)...), func(s *Score) { s.Yaw, s.Judged = -70, false })}, false, 100, Inconclusive, None, FaceTurned},
		{"idle lips", []Track{withScores(newTrack(0, 0, constant(100, 5)...), func(s *Score) { s.Idle, s.Judged = true, false })}, false, 100, Inconclusive, None, LipsIdle},
		{"frozen picture", []Track{withScores(newTrack(0, 0, constant(100, 5)...), func(s *Score) { s.Frozen, s.Judged = true, false })}, false, 100, Inconclusive, None, FrozenPicture},
		{"a question from behind the camera", []Track{withIdle(newTrack(0, 0, concat(constant(100, 5), constant(100, -3))...), 0, 100)}, false, 200, Consistent, None, ""},
		{"a listener beside the speaker", []Track{newTrack(0, 0, constant(100, -3)...), newTrack(1, 0, constant(100, 5)...)}, false, 100, Consistent, None, ""},
		{"two speakers take turns", []Track{
			newTrack(0, 0, concat(constant(100, -4), constant(100, 5))...),
			newTrack(1, 0, concat(constant(100, 5), constant(100, -4))...)}, false, 200, Consistent, None, ""},
		{"the voice fits neither of two", []Track{newTrack(0, 0, constant(100, 4)...), newTrack(1, 0, constant(100, 5)...)}, false, 100, Suspect, Strong, WholeFile},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &Result{Tracks: test.tracks, Voiced: test.voiced}
			Decide(r, !test.silent, testThresholds)
			if r.Verdict != test.verdict || r.Band != test.band {
				t.Errorf("verdict %s %s, want %s %s (reasons %v)", r.Verdict, r.Band, test.verdict, test.band, r.Reasons)
			}
			if test.reason != "" && (len(r.Reasons) != 1 || r.Reasons[0] != test.reason) {
				t.Errorf("reasons %v, want %s", r.Reasons, test.reason)
			}
			if (r.Verdict == Suspect) != (len(r.Segments) > 0) {
				t.Errorf("%s with %d segments", r.Verdict, len(r.Segments))
			}
		})
	}
}

// A mismatch in corrupt pictures does not count. A match there does, and so does a mismatch in
// other pictures.
func TestCorruptPictures(t *testing.T) {
	corrupt := func(t Track, from, to int) Track {
		for i := from; i < to; i++ {
			t.Scores[i].Corrupt = true
		}
		return t
	}
	spliced := func() Track { return newTrack(0, 0, concat(constant(100, -4), constant(25, 6), constant(100, -4))...) }
	for _, test := range []struct {
		name     string
		track    Track
		verdict  Verdict
		reason   Reason
		segments int
	}{
		{"all corrupt, does not fit", corrupt(newTrack(0, 0, constant(100, 5)...), 0, 100), Inconclusive, CorruptPictures, 0},
		{"all corrupt, fits", corrupt(newTrack(0, 0, constant(100, -3)...), 0, 100), Consistent, "", 0},
		{"does not fit, partly corrupt", corrupt(newTrack(0, 0, constant(100, 5)...), 0, 40), Suspect, WholeFile, 1},
		{"does not fit where corrupt, fits elsewhere", corrupt(newTrack(0, 0, concat(constant(60, 5), constant(60, -3))...), 0, 60), Inconclusive, CorruptPictures, 0},
		{"a spliced second in corrupt pictures", corrupt(spliced(), 95, 130), Inconclusive, CorruptPictures, 0},
		{"a spliced second, half corrupt", corrupt(spliced(), 90, 110), Suspect, PartOfFile, 1},
		{"a spliced second after corrupt pictures", corrupt(spliced(), 0, 95), Suspect, PartOfFile, 1},
		{"corrupt pictures and overlapped speech", corrupt(withOverlap(newTrack(0, 0, constant(100, 5)...), 0, 30), 30, 100), Inconclusive, CorruptPictures, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &Result{Tracks: []Track{test.track}, Voiced: len(test.track.Scores)}
			Decide(r, true, testThresholds)
			if r.Verdict != test.verdict || len(r.Segments) != test.segments || test.reason != "" && !slices.Equal(r.Reasons, []Reason{test.reason}) {
				t.Errorf("%s %v, %d segments, want %s %s, %d", r.Verdict, r.Reasons, len(r.Segments), test.verdict, test.reason, test.segments)
			}
		})
	}
}

// A mismatch in overlapped speech does not count. A match there does, and so does a mismatch
// where one person speaks.
func TestOverlappedSpeech(t *testing.T) {
	tests := []struct {
		name                 string
		track                Track
		verdict              Verdict
		band                 Band
		reason               Reason // "" for none
		segments, overlapped int
	}{
		{"all overlapped, does not fit", withOverlap(newTrack(0, 0, constant(100, 5)...), 0, 100), Inconclusive, None, OverlappedSpeech, 0, 1},
		{"all overlapped, fits", withOverlap(newTrack(0, 0, constant(100, -3)...), 0, 100), Consistent, None, "", 0, 0},
		{"does not fit, partly overlapped", withOverlap(newTrack(0, 0, constant(100, 5)...), 0, 50), Suspect, Strong, WholeFile, 1, 0},
		{"does not fit where overlapped, fits elsewhere", withOverlap(newTrack(0, 0, concat(constant(100, 1), constant(40, -3))...), 0, 100), Inconclusive, None, OverlappedSpeech, 0, 1},
		{"strong second, overlapped only inside", withOverlap(newTrack(0, 0, concat(constant(100, -4), constant(25, 6), constant(100, -4))...), 95, 130), Suspect, Strong, PartOfFile, 1, 0},
		{"weak second, overlapped around", withOverlap(newTrack(0, 0, concat(constant(100, -1), constant(25, 0.2), constant(100, -1))...), 0, 225), Consistent, None, "", 0, 1},
		{"strong second, overlapped around", withOverlap(newTrack(0, 0, concat(constant(100, -4), constant(25, 6), constant(100, -4))...), 50, 180), Inconclusive, None, OverlappedSpeech, 0, 1},
		{"overlapped second, another without overlap much later", withOverlap(newTrack(0, 0, concat(constant(100, -4), constant(25, 6), constant(300, -4), constant(25, 6), constant(100, -4))...), 0, 225), Suspect, Strong, PartOfFile, 1, 1},
		{"second without overlap, the rest overlapped", withOverlap(newTrack(0, 0, concat(constant(100, 2), constant(25, 6))...), 0, 100), Inconclusive, None, OverlappedSpeech, 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &Result{Tracks: []Track{test.track}, Voiced: len(test.track.Scores)}
			Decide(r, true, testThresholds)
			if r.Verdict != test.verdict || r.Band != test.band || len(r.Segments) != test.segments || len(r.OverlappedSpeech) != test.overlapped {
				t.Errorf("%s %s, %d segments and %d overlapped, want %s %s, %d, %d (%v; %+v)", r.Verdict, r.Band, len(r.Segments), len(r.OverlappedSpeech),
					test.verdict, test.band, test.segments, test.overlapped, r.Reasons, r.OverlappedSpeech)
			}
			if test.reason != "" && !slices.Equal(r.Reasons, []Reason{test.reason}) {
				t.Errorf("reasons %v, want %s", r.Reasons, test.reason)
			}
		})
	}
}

func TestLongFile(t *testing.T) {
	thresholds := testThresholds
	// The thresholds rise by ln 20 = 3.0 and by 6.0 logits in a file of 20 clip lengths.
	thresholds.TrackRise, thresholds.SegmentRise = 1, 2
	spliced := func(n int, logit float64) []float64 {
		return concat(constant(100, -5), constant(n, logit), constant(20*video.ClipLength, -5))
	}
	const raised = baselineShare * 5 // by which a suspicion exceeds its logit if the baseline is -5
	tests := []struct {
		name    string
		logits  []float64
		verdict Verdict
		band    Band
		below   int // number of segments below the threshold of the file
	}{
		{"second, weak in a clip", spliced(25, 1.5-raised), Consistent, None, 1},
		{"second, strong in a clip", spliced(25, 4-raised), Inconclusive, None, 1},
		{"second above the threshold of the file", spliced(25, 7-raised), Suspect, Weak, 0},
		{"weaker second that adjoins it", concat(constant(100, -5), constant(25, 2-raised), constant(10, -5), constant(25, 7-raised), constant(20*video.ClipLength, -5)), Suspect, Weak, 0},
		{"weaker second that does not adjoin it", concat(constant(100, -5), constant(25, 2-raised), constant(22, -5), constant(25, 7-raised), constant(20*video.ClipLength, -5)), Suspect, Weak, 1},
		{"six seconds, each below the threshold of the file", spliced(150, 3.5), Suspect, Weak, 0},
		{"half of the file", concat(constant(10*video.ClipLength, -5), constant(10*video.ClipLength, 1.2)), Suspect, Weak, 0},
		{"the whole file", constant(20*video.ClipLength, 1.2), Suspect, Moderate, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &Result{Tracks: []Track{newTrack(0, 0, test.logits...)}, Voiced: len(test.logits)}
			Decide(r, true, thresholds)
			if r.Verdict != test.verdict || r.Band != test.band || len(r.BelowFileThreshold) != test.below {
				t.Errorf("%s %s, %d segments below the threshold %+v, want %s %s, %d", r.Verdict, r.Band, len(r.BelowFileThreshold), r.BelowFileThreshold, test.verdict, test.band, test.below)
			}
			if (r.Verdict == Suspect) != (len(r.Segments) > 0) {
				t.Errorf("%s with %d segments", r.Verdict, len(r.Segments))
			}
			if r.Verdict == Inconclusive && !slices.Equal(r.Reasons, []Reason{BelowFileThreshold}) {
				t.Errorf("reasons %v, want %s", r.Reasons, BelowFileThreshold)
			}
		})
	}
}

func TestDecideTwice(t *testing.T) {
	r := &Result{Tracks: []Track{newTrack(0, 0, concat(constant(100, -4), constant(50, 6))...)}, Voiced: 150}
	Decide(r, true, testThresholds)
	n, v := len(r.Segments), r.Verdict
	Decide(r, true, testThresholds)
	if len(r.Segments) != n || r.Verdict != v {
		t.Errorf("second call: %s with %d segments, first: %s with %d", r.Verdict, len(r.Segments), v, n)
	}
}
