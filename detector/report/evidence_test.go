package report

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

// TestScaleMatchesVerbal checks that the page names the same limits as verdict.Verbal.
func TestScaleMatchesVerbal(t *testing.T) {
	scale := english().Page.Scale
	if !strings.Contains(scale, "below 2 "+verdict.Verbal(math.Log10(1.99))) {
		t.Error("what is below 2 is called otherwise")
	}
	for _, from := range []string{"2", "10", "100", "1,000", "10,000", "1,000,000"} {
		var ratio float64
		fmt.Sscan(strings.ReplaceAll(from, ",", ""), &ratio)
		if want := "from " + from + " " + verdict.Verbal(math.Log10(ratio)); !strings.Contains(scale, want) {
			t.Errorf("the scale does not say %q", want)
		}
		if verdict.Verbal(math.Log10(ratio)) == verdict.Verbal(math.Log10(ratio*.999)) {
			t.Errorf("%s is no limit", from)
		}
	}
}

// TestEvidenceQuestions checks that each question has two propositions and a likelihood ratio,
// or says that there is none.
func TestEvidenceQuestions(t *testing.T) {
	w := english()
	got := w.evidenceQuestions(&File{Result: madePart()})
	if len(got) != 3 || len(got[0].Propositions) != 2 || len(got[1].Propositions) != 2 || len(got[2].Propositions) != 2 {
		t.Fatalf("%+v", got)
	}
	if !strings.Contains(got[0].Ratio, "18 times") || !strings.Contains(got[0].Ratio, "moderate support") || !strings.Contains(got[1].Ratio, "1.3 times") || !strings.Contains(got[1].Ratio, "no support") {
		t.Errorf("ratios %q and %q", got[0].Ratio, got[1].Ratio)
	}
	if !strings.HasPrefix(got[0].Ratio, "The segment from 0:01.32 to 0:01.64, track 1: the numbers are 133 times more probable") || !strings.Contains(got[0].Ratio, w.TrackAverages) {
		t.Errorf("the worst segment does not come first: %q", got[0].Ratio)
	}
	without := madePart()
	for i := range without.Segments {
		without.Segments[i].LogLR = math.NaN()
	}
	if got := w.evidenceQuestions(&File{Result: without})[0].Ratio; !strings.Contains(got, w.TrackAveragesOnly) || strings.Contains(got, "segment from") {
		t.Errorf("weights without a scale for parts: %q", got)
	}
	if got[1].Says != nil {
		t.Errorf("the weak test makes a verdict: %q", got[1].Says)
	}
	got = w.evidenceQuestions(&File{Result: &verdict.Result{Verdict: verdict.Inconclusive}})
	if got[0].Ratio != w.Page.NoRatio || got[1].Ratio != w.Page.NoRatio || got[2].Ratio != w.Page.NoRatio || got[0].Says[0] != w.Page.Unclear {
		t.Errorf("of nothing: %+v", got)
	}
	if w.evidenceQuestions(&File{Err: "no"}) != nil {
		t.Error("a file that could not be judged has evidence")
	}
}

func TestMotionLane(t *testing.T) {
	track := &verdict.Track{Scores: madeScores(100, 100, func(int) float64 { return 0 })}
	for _, tt := range []struct {
		name  string
		curve []verdict.MotionPoint
		want  string
	}{
		{"none", nil, ""},
		{"up and down by a second each", []verdict.MotionPoint{{Frame: 125, Logit: 3}, {Frame: 150, Logit: -1.5}}, "M800 500L800 250L2400 250L2400 500ZM2400 500L2400 625L4000 625L4000 500Z"},
		{"off the scale and at the end", []verdict.MotionPoint{{Frame: 199, Logit: 99}}, "M5536 500L5536 20L6400 20L6400 500Z"},
		{"no number", []verdict.MotionPoint{{Frame: 125, Logit: nan()}}, ""},
	} {
		track.Motion.Curve = tt.curve
		if got := newLanes(track, make([]float64, 100), verdict.Thresholds{}).Motion; got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	track.Motion.Curve = nil
	for f := range 2000 {
		track.Motion.Curve = append(track.Motion.Curve, verdict.MotionPoint{Frame: 100 + f, Logit: 1})
	}
	if n := strings.Count(newLanes(track, make([]float64, 100), verdict.Thresholds{}).Motion, "Z"); n > curveColumns || n < curveColumns/2 {
		t.Errorf("%d bars", n)
	}
}

// TestVoiceChangeInWords checks that the sentences name the innocent reasons, and that there are
// none if the weights have no likelihood ratio scale.
func TestVoiceChangeInWords(t *testing.T) {
	w := english()
	res := madePart()
	got := w.changeEvidence(res)
	for _, want := range []string{"32 times more probable if another voice speaks in a part of the file than if one voice speaks throughout: moderate support",
		"0:01.60 while the face of track 1 stays in the picture", "0:02.40 while no face stays in the picture", w.ChangeInnocent} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
	if got := w.evidenceQuestions(&File{Result: res})[2]; got.Says != nil || !strings.Contains(got.Ratio, "32 times") {
		t.Errorf("%+v", got)
	}
	for range 10 {
		res.Change.Points = append(res.Change.Points, res.Change.Points[0])
	}
	if got := w.changeEvidence(res); !strings.Contains(got, "; and at 6 more points.") {
		t.Errorf("of twelve: %q", got)
	}
	res.Change.Points, res.Change.LogLR = nil, -0.5
	if got := w.changeEvidence(res); !strings.Contains(got, "3.2 times more probable if one voice speaks throughout") || !strings.HasSuffix(got, w.ChangeNowhere) {
		t.Errorf("of one voice: %q", got)
	}
	for _, none := range []float64{0, nan()} {
		if res.Change.LogLR = none; w.changeEvidence(res) != "" {
			t.Errorf("without a scale: %q", w.changeEvidence(res))
		}
	}
}

func TestVoiceChangeLane(t *testing.T) {
	track := &verdict.Track{Scores: madeScores(100, 4, func(int) float64 { return 0 })}
	l := new(lanes)
	l.drawChange(track, &verdict.VoiceChange{})
	if l.Change != "" || l.ChangePoints != "" {
		t.Errorf("without sound: %+v", l)
	}
	v := madeVoiceChange(103, 101, 50, 1)
	v.Curve[100], v.Curve[102] = .15, float32(nan())
	l.drawChange(track, &v) // the sound ends before the track
	if want := "M0 1000L800 571L2400 0L3200 1000Z"; l.Change != want {
		t.Errorf("got %s, want %s", l.Change, want)
	}
	if want := "M2400 1000L2400 0"; l.ChangePoints != want {
		t.Errorf("moments %s, want %s", l.ChangePoints, want)
	}
}

// TestEvidenceTrack checks that a suspect track comes before a longer one.
func TestEvidenceTrack(t *testing.T) {
	res := &verdict.Result{Tracks: []verdict.Track{
		{ID: 0, Judged: 500, Verdict: verdict.Consistent},
		{ID: 1, Judged: 60, Verdict: verdict.Suspect, Band: verdict.Weak},
		{ID: 2, Judged: 50, Verdict: verdict.Suspect, Band: verdict.Moderate},
		{ID: 3, Judged: 40, Verdict: verdict.Suspect, Band: verdict.Moderate},
	}}
	if got := evidenceTrack(res).ID; got != 2 {
		t.Errorf("track %d, want 2", got)
	}
	if got := evidenceTrack(&verdict.Result{Tracks: res.Tracks[:1]}).ID; got != 0 {
		t.Errorf("track %d, want 0", got)
	}
	if evidenceTrack(&verdict.Result{}) != nil {
		t.Error("a track of none")
	}
}

// TestVoiceLanes checks that the voice lane rises above its middle for an impostor voice, falls
// below it for the same voice and is empty where nothing was compared. The overlap lane must
// mark frames with overlapped speech.
func TestVoiceLanes(t *testing.T) {
	var th verdict.Thresholds
	th.VoiceScales.Second = verdict.LRScale{Slope: 10, Offset: -5, MaxLogLR: 2}
	track := verdict.Track{Scores: make([]verdict.Score, 4)}
	for i, d := range []float64{.2, .2, 0, .9} {
		track.Scores[i] = verdict.Score{Frame: i, VoiceDistance: d, Overlapped: i == 1}
	}
	l, c := newLanes(&track, make([]float64, 4), th), newCurve(&track, nil)
	same, another := (1-centredScale(voiceLaneMax)(th.VoiceScales.Second.LogLR(.2)))*curveHeight, (1-centredScale(voiceLaneMax)(th.VoiceScales.Second.LogLR(.9)))*curveHeight
	if same <= curveHeight/2 || another >= curveHeight/2 {
		t.Errorf("heights %.0f of the same, %.0f of another's", same, another)
	}
	want := fmt.Sprintf("M0 500L800 %.0fL2400 %.0fL3200 500ZM4800 500L5600 %.0fL6400 500Z", same, same, another)
	if l.Voice != want {
		t.Errorf("another's voice %q, want %q", l.Voice, want)
	}
	if want := "M1600 0L3200 0L3200 1000L1600 1000Z"; c.Overlapped != want {
		t.Errorf("two at once %q, want %q", c.Overlapped, want)
	}
	if l := newLanes(&track, make([]float64, 4), verdict.Thresholds{}); l.Voice != "" {
		t.Errorf("without a ratio %q", l.Voice)
	}
}
