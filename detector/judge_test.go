package detector

import (
	"math"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/video"
)

var testThresholds = Thresholds{TrackWeak: 0, TrackModerate: 1, TrackStrong: 3, PartWeak: 0.5, PartModerate: 1.5, PartStrong: 3.5}

// madeTrack returns a track from frame first on with the given logits, all judged, lips moving.
func madeTrack(id, first int, logits ...float64) Track {
	t := Track{ID: id, Start: video.FrameTime(first), End: video.FrameTime(first + len(logits))}
	for i, l := range logits {
		t.Scores = append(t.Scores, Score{Frame: first + i, Mouth: true, Voiced: true, Judged: true, EyeDist: 60,
			Opening: 0.2 + 0.2*math.Sin(float64(i)), Mismatch: 1 / (1 + math.Exp(-l))})
	}
	return t
}

func level(n int, logit float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = logit
	}
	return out
}

func each(t Track, change func(*Score)) Track {
	for i := range t.Scores {
		change(&t.Scores[i])
	}
	return t
}

func TestJudge(t *testing.T) {
	spliced := append(append(level(100, -4), level(30, 6)...), level(100, -4)...)
	tests := []struct {
		name    string
		tracks  []Track
		silent  bool // no sound
		voiced  int
		verdict Verdict
		band    Band
		reason  Reason // "" for none
	}{
		{"voice fits", []Track{madeTrack(0, 0, level(100, -3)...)}, false, 100, Consistent, None, ""},
		{"voice does not fit, weak", []Track{madeTrack(0, 0, level(100, 0.5)...)}, false, 100, Suspect, Weak, WholeClip},
		{"voice does not fit, moderate", []Track{madeTrack(0, 0, level(100, 2)...)}, false, 100, Suspect, Moderate, WholeClip},
		{"voice does not fit, strong", []Track{madeTrack(0, 0, level(100, 5)...)}, false, 100, Suspect, Strong, WholeClip},
		{"a second does not fit", []Track{madeTrack(0, 0, spliced...)}, false, 200, Suspect, Strong, PartOfClip},
		{"half of it does not fit", []Track{madeTrack(0, 0, append(level(100, -4), level(120, 6)...)...)}, false, 220, Suspect, Strong, PartOfClip},
		{"no face", nil, false, 100, Inconclusive, None, NoFace},
		{"no sound", []Track{madeTrack(0, 0, level(100, 5)...)}, true, 0, Inconclusive, None, NoSound},
		{"too short", []Track{madeTrack(0, 0, level(10, 5)...)}, false, 10, Inconclusive, None, TooShort},
		{"no speech", []Track{each(madeTrack(0, 0, level(100, 5)...), func(s *Score) { s.Voiced, s.Judged = false, false })}, false, 0, Inconclusive, None, NoSpeech},
		{"face too small", []Track{each(madeTrack(0, 0, level(100, 5)...), func(s *Score) { s.EyeDist, s.Judged = 8, false })}, false, 100, Inconclusive, None, FaceTooSmall},
		{"profile", []Track{each(madeTrack(0, 0, level(100, 5)...), func(s *Score) { s.Yaw, s.Judged = -70, false })}, false, 100, Inconclusive, None, Profile},
		{"lips at rest", []Track{each(madeTrack(0, 0, level(100, 5)...), func(s *Score) { s.Opening = 0.02 })}, false, 100, Inconclusive, None, SpeakerAbsent},
		{"a listener beside the speaker", []Track{madeTrack(0, 0, level(100, -3)...), madeTrack(1, 0, level(100, 5)...)}, false, 100, Consistent, None, ""},
		{"two who take turns", []Track{
			madeTrack(0, 0, append(level(100, -4), level(100, 5)...)...),
			madeTrack(1, 0, append(level(100, 5), level(100, -4)...)...)}, false, 200, Consistent, None, ""},
		{"two whom the voice fits neither", []Track{madeTrack(0, 0, level(100, 4)...), madeTrack(1, 0, level(100, 5)...)}, false, 100, Suspect, Strong, WholeClip},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &Result{Tracks: test.tracks, Voiced: test.voiced}
			Judge(r, !test.silent, testThresholds)
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

func TestSegmentIsWhereItWasPut(t *testing.T) {
	logits := append(append(level(100, -5), level(25, 7)...), level(100, -5)...)
	r := &Result{Tracks: []Track{madeTrack(0, 50, logits...)}, Voiced: 225}
	Judge(r, true, testThresholds)
	if len(r.Segments) != 1 {
		t.Fatalf("%d segments, want 1", len(r.Segments))
	}
	s := r.Segments[0]
	want := [2]time.Duration{video.FrameTime(150), video.FrameTime(175)}
	const within = 250 * time.Millisecond
	if d := s.Start - want[0]; d.Abs() > within {
		t.Errorf("segment starts at %v, want %v", s.Start, want[0])
	}
	if d := s.End - want[1]; d.Abs() > within {
		t.Errorf("segment ends at %v, want %v", s.End, want[1])
	}
}

func TestJudgingTwiceIsJudgingOnce(t *testing.T) {
	r := &Result{Tracks: []Track{madeTrack(0, 0, append(level(100, -4), level(50, 6)...)...)}, Voiced: 150}
	Judge(r, true, testThresholds)
	n, v := len(r.Segments), r.Verdict
	Judge(r, true, testThresholds)
	if len(r.Segments) != n || r.Verdict != v {
		t.Errorf("second judgement %s with %d segments, first %s with %d", r.Verdict, len(r.Segments), v, n)
	}
}

func TestThresholdsSurviveTheFile(t *testing.T) {
	if got := NewThresholds(testThresholds.Calibration()); got != testThresholds {
		t.Errorf("got %+v, want %+v", got, testThresholds)
	}
	if got := NewThresholds(nil); !math.IsInf(got.TrackWeak, 1) {
		t.Errorf("a missing threshold is %v, want one that is never reached", got.TrackWeak)
	}
}

func TestEveryReasonIsASentence(t *testing.T) {
	for _, r := range []Reason{NoFace, FaceTooSmall, Profile, NoSpeech, TooShort, NoSound, SpeakerAbsent, WholeClip, PartOfClip} {
		if r.String() == string(r) {
			t.Errorf("reason %q has no sentence", string(r))
		}
	}
}
