package verdict

import (
	"math"
	"testing"
)

func TestZeroFusionKeepsTheLogit(t *testing.T) {
	if got := (Fusion{}).Fuse(-1.5, 0.7); got != -1.5 {
		t.Errorf("got %v", got)
	}
	if got := (Fusion{0.5, -10, 2}).Fuse(-1, 0.25); got != -1 {
		t.Errorf("got %v, want -1", got)
	}
}

// The logit of a track may exceed MaxLogit, so that such tracks can still be compared.
func TestTrackLogitIsNotBounded(t *testing.T) {
	thresholds := testThresholds
	thresholds.Track = Fusion{1, -40, 10}
	logit := func(likeness float64) float64 {
		track := withScores(newTrack(0, 0, constant(100, -6)...), func(s *Score) { s.Likeness = likeness })
		r := &Result{Tracks: []Track{track}, Voiced: 100}
		Decide(r, true, thresholds)
		if x := r.Tracks[0]; x.Verdict != Consistent || x.Score <= 0 || x.Score >= 1 {
			t.Errorf("%s, score %v", x.Verdict, x.Score)
		}
		return r.Tracks[0].Logit
	}
	if a, b := logit(0.5), logit(0.7); math.Abs(a+16) > 1e-9 || math.Abs(b+24) > 1e-9 {
		t.Errorf("logits %.2f and %.2f, want -16 and -24", a, b)
	}
}

// The result is high only if both logits are, and low if either is.
func TestConservativeFuse(t *testing.T) {
	for _, x := range []struct{ fit, cohort, low, high float64 }{
		{5, 5, 4, 5},
		{5, -5, -4, -3}, // near -5 + ln 4
		{-5, 5, -5.1, -5},
		{-5, -5, -6, -5},
		{5, 300, 5 - 1e-9, 5},
		{5, -3000, -2999, -2998},
	} {
		if got := conservativeFuse(x.fit, x.cohort); got < x.low || got > x.high {
			t.Errorf("fit %v, cohort %v: %v, want %v to %v", x.fit, x.cohort, got, x.low, x.high)
		}
	}
}

// In a degraded picture no voice resembles the mouth. The track is consistent nevertheless if
// its voice stands out at its own time.
func TestCohortZClearsADegradedPicture(t *testing.T) {
	thresholds := testThresholds
	thresholds.Fusions = Fusions{Track: Fusion{Likeness: -40, Offset: 12}, Cohort: CohortFusion{Slope: -2, Offset: 8}}
	for _, x := range []struct {
		cohortZ float64 // of each frame
		want    Verdict
	}{{1, Consistent}, {.2, Suspect}} {
		scores := make([]Score, 100)
		for i := range scores {
			scores[i] = Score{Frame: i, Mouth: true, Voiced: true, EyeDist: 60, Judged: true, Mismatch: .01, Likeness: .1, CohortZ: x.cohortZ}
		}
		r := Result{Frames: 100, Tracks: []Track{{Scores: scores}}}
		Decide(&r, true, thresholds)
		if r.Verdict != x.want {
			t.Errorf("cohort z %v: %v, want %v", x.cohortZ, r.Verdict, x.want)
		}
	}
}
