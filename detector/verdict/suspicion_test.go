package verdict

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// A second of 2 logits is more suspicious in a track that otherwise fits well than in one that fits
// badly throughout.
func TestSuspicionSubtractsTheBaseline(t *testing.T) {
	peakAmong := func(rest float64) float64 {
		track := newTrack(0, 0, concat(constant(60, rest), constant(30, 2), constant(60, rest))...)
		return testThresholds.PeakSuspicion(track.Scores)
	}
	well, badly := peakAmong(-4), peakAmong(-0.5)
	if want := 2 + baselineShare*4; math.Abs(well-want) > 1e-9 {
		t.Errorf("rest fits well: %.2f, want %.2f", well, want)
	}
	if want := 2 + baselineShare*0.5; math.Abs(badly-want) > 1e-9 {
		t.Errorf("rest fits badly: %.2f, want %.2f", badly, want)
	}
	// A positive baseline is not subtracted.
	if got := testThresholds.PeakSuspicion(newTrack(0, 0, constant(100, 3)...).Scores); math.Abs(got-3) > 1e-9 {
		t.Errorf("impostor throughout: %.2f, want 3", got)
	}
	// The baseline is bounded: only speakers of the training set fit this well.
	if got, want := peakAmong(-8), 2-baselineShare*minBaseline; math.Abs(got-want) > 1e-9 {
		t.Errorf("rest fits as in training: %.2f, want %.2f", got, want)
	}
	// More than half of a clip may be replaced.
	if got := testThresholds.PeakSuspicion(newTrack(0, 0, concat(constant(80, -4), constant(120, 3))...).Scores); math.Abs(got-(3+baselineShare*4)) > 1e-9 {
		t.Errorf("60 %% replaced: %.2f, want %.2f", got, 3+baselineShare*4)
	}
}

func TestSuspicionWithoutJudgedFrames(t *testing.T) {
	track := withScores(newTrack(0, 0, constant(50, 3)...), func(s *Score) { s.Judged = false })
	for i, v := range testThresholds.Suspicion(track.Scores) {
		if !math.IsNaN(v) {
			t.Fatalf("frame %d: suspicion %v, want NaN", i, v)
		}
	}
	if got := testThresholds.PeakSuspicion(track.Scores); !math.IsInf(got, -1) {
		t.Errorf("peak %v, want -Inf", got)
	}
	if logit, n := testThresholds.Logit(track.Scores); n != 0 || !math.IsNaN(logit) {
		t.Errorf("logit %v of %d frames, want NaN of 0", logit, n)
	}
}

// The likeness alone is enough to find a segment.
func TestLikenessFindsASegment(t *testing.T) {
	thresholds := testThresholds
	thresholds.Second, thresholds.Track = Fusion{0, -20, 5}, Fusion{0, -20, 5}
	track := withScores(newTrack(0, 0, constant(150, 0)...), func(s *Score) {
		s.Likeness = 0.5
		if s.Frame >= 60 && s.Frame < 90 {
			s.Likeness = 0
		}
	})
	r := &Result{Tracks: []Track{track}, Voiced: 150}
	Decide(r, true, thresholds)
	if r.Verdict != Suspect || len(r.Segments) != 1 || r.Reasons[0] != PartOfFile {
		t.Fatalf("%s %v with %d segments, want one segment", r.Verdict, r.Reasons, len(r.Segments))
	}
	if logit, _ := thresholds.Logit(track.Scores); math.Abs(logit-(-20*0.4+5)) > 1e-9 {
		t.Errorf("logit of the track %.2f, want -3", logit)
	}
}

func TestSuspicionsMatchDecide(t *testing.T) {
	logits := concat(constant(100, -4), constant(30, 6), constant(100, -4))
	r := &Result{Tracks: []Track{newTrack(7, 10, logits...)}, Voiced: 230}
	Decide(r, true, testThresholds)
	if r.Thresholds != testThresholds {
		t.Errorf("thresholds %+v, want %+v", r.Thresholds, testThresholds)
	}
	found := FindIntervals(Suspicions(r.Tracks, testThresholds)[0], testThresholds.SegmentWeak)
	intervals := testThresholds.RefineBoundaries(r.Tracks[0].Scores, found)
	if len(intervals) != 1 || len(r.Segments) != 1 ||
		video.FrameTime(10+intervals[0].From) != r.Segments[0].Start || video.FrameTime(10+intervals[0].To) != r.Segments[0].End {
		t.Errorf("intervals %+v, segments %+v", intervals, r.Segments)
	}
}
