package verdict

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// A second of 2 logits stands out where the voice fits well beside it, and does not where
// it fits badly all through.
func TestSuspicionSubtractsTheBaseline(t *testing.T) {
	peak := func(beside float64) float64 {
		track := newTrack(0, 0, concat(constant(60, beside), constant(30, 2), constant(60, beside))...)
		return testThresholds.PeakSuspicion(track.Scores)
	}
	well, badly := peak(-4), peak(-0.5)
	if want := 2 + baselineShare*4; math.Abs(well-want) > 1e-9 {
		t.Errorf("beside a good fit %.2f, want %.2f", well, want)
	}
	if want := 2 + baselineShare*0.5; math.Abs(badly-want) > 1e-9 {
		t.Errorf("beside a bad fit %.2f, want %.2f", badly, want)
	}
	// what does not fit at all takes nothing from its seconds
	if got := testThresholds.PeakSuspicion(newTrack(0, 0, constant(100, 3)...).Scores); math.Abs(got-3) > 1e-9 {
		t.Errorf("of a stranger %.2f, want 3", got)
	}
	// and what fits as only those do who were trained on takes no more than the bound
	if got, want := peak(-8), 2-baselineShare*minBaseline; math.Abs(got-want) > 1e-9 {
		t.Errorf("beside a fit known by heart %.2f, want %.2f", got, want)
	}
	// more than half of a clip may be replaced
	if got := testThresholds.PeakSuspicion(newTrack(0, 0, concat(constant(80, -4), constant(120, 3))...).Scores); math.Abs(got-(3+baselineShare*4)) > 1e-9 {
		t.Errorf("with six tenths replaced %.2f, want %.2f", got, 3+baselineShare*4)
	}
}

func TestSuspicionWithoutJudgedFrames(t *testing.T) {
	track := withScores(newTrack(0, 0, constant(50, 3)...), func(s *Score) { s.Judged = false })
	for i, v := range testThresholds.Suspicion(track.Scores) {
		if !math.IsNaN(v) {
			t.Fatalf("frame %d: level %v of nothing", i, v)
		}
	}
	if got := testThresholds.PeakSuspicion(track.Scores); !math.IsInf(got, -1) {
		t.Errorf("peak %v", got)
	}
	if logit, n := testThresholds.Logit(track.Scores); n != 0 || !math.IsNaN(logit) {
		t.Errorf("logit %v of %d frames", logit, n)
	}
}

// Two stretches of like logits are told apart by how alike mouth and sound are.
func TestLikenessFindsASegment(t *testing.T) {
	th := testThresholds
	th.Second, th.Track = Fusion{0, -20, 5}, Fusion{0, -20, 5}
	track := withScores(newTrack(0, 0, constant(150, 0)...), func(s *Score) {
		s.Likeness = 0.5
		if s.Frame >= 60 && s.Frame < 90 {
			s.Likeness = 0
		}
	})
	r := &Result{Tracks: []Track{track}, Voiced: 150}
	Decide(r, true, th)
	if r.Verdict != Suspect || len(r.Segments) != 1 || r.Reasons[0] != PartOfFile {
		t.Fatalf("%s, %v, %d segments", r.Verdict, r.Reasons, len(r.Segments))
	}
	if logit, _ := th.Logit(track.Scores); math.Abs(logit-(-20*0.4+5)) > 1e-9 {
		t.Errorf("of the track %.2f", logit)
	}
}

func TestSuspicionsMatchDecide(t *testing.T) {
	scores := append(append(constant(100, -4), constant(30, 6)...), constant(100, -4)...)
	r := &Result{Tracks: []Track{newTrack(7, 10, scores...)}, Voiced: 230}
	Decide(r, true, testThresholds)
	if r.Thresholds != testThresholds {
		t.Errorf("thresholds %+v", r.Thresholds)
	}
	stretches := testThresholds.RefineBoundaries(r.Tracks[0].Scores, FindIntervals(Suspicions(r.Tracks, testThresholds)[0], testThresholds.SegmentWeak))
	if len(stretches) != 1 || len(r.Segments) != 1 || video.FrameTime(10+stretches[0].From) != r.Segments[0].Start || video.FrameTime(10+stretches[0].To) != r.Segments[0].End {
		t.Errorf("stretches %+v, segments %+v", stretches, r.Segments)
	}
}
