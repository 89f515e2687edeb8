package verdict

import (
	"math"
	"slices"
	"testing"

	avsync "github.com/deepcheck/deepcheck/sync"
)

// fileWithCuts returns a file of consecutive tracks of 4 s. The voice fits in those with fits[i]
// and changes at the start of the tracks in changes.
func fileWithCuts(fits []bool, changes ...int) *Result {
	const n = 100
	r := &Result{Change: VoiceChange{Curve: make([]float32, n*len(fits))}, Voiced: n * len(fits)}
	for i, fit := range fits {
		logit := 2.0
		if fit {
			logit = -4
		}
		r.Tracks = append(r.Tracks, newTrack(10+i, n*i, constant(n, logit)...))
	}
	for i := range r.Change.Curve {
		r.Change.Curve[i] = 1
	}
	for _, c := range changes {
		r.Change.Curve[n*c+cutReach-1] = 400
	}
	Decide(r, true, testThresholds)
	return r
}

func TestCutaways(t *testing.T) {
	scale := LRScale{Slope: 1, Offset: -10, MaxLogLR: 2} // a change score of 10 is neutral
	const none = NoTrack
	for _, test := range []struct {
		name     string
		r        *Result
		speakers []int // of each segment
		band     Band
	}{
		{"from a speaker", fileWithCuts([]bool{true, false}), []int{10}, Weak},
		{"to a speaker", fileWithCuts([]bool{false, true}), []int{11}, Weak},
		{"two cutaways in a row", fileWithCuts([]bool{true, false, false, true}), []int{10, 10}, Weak},
		{"to another voice", fileWithCuts([]bool{true, false}, 1), []int{none}, Moderate},
		{"the same voice only after the cutaway", fileWithCuts([]bool{true, false, true}, 1), []int{12}, Weak},
		{"between two impostors", fileWithCuts([]bool{false, false}), []int{none, none}, Moderate},
		{"a cutaway and an impostor", fileWithCuts([]bool{true, false, true, false}, 3), []int{10, none}, Moderate},
		{"nothing suspect", fileWithCuts([]bool{true, true}), nil, None},
	} {
		if test.r.MarkCutaways(testThresholds.Fusions, scale); test.r.Band != test.band {
			t.Errorf("%s: band %q, want %q", test.name, test.r.Band, test.band)
		}
		var got []int
		for _, s := range test.r.Segments {
			if !s.Cutaway {
				s.Speaker = none
			}
			if (s.Band == Weak) != s.Cutaway {
				t.Errorf("%s: segment with band %q, cutaway %v", test.name, s.Band, s.Cutaway)
			}
			got = append(got, s.Speaker)
		}
		if !slices.Equal(got, test.speakers) {
			t.Errorf("%s: speakers %v, want %v", test.name, got, test.speakers)
		}
	}
}

// A segment is a cutaway only if one voice is known to continue across the cut.
func TestCutawayNeedsOneVoiceAcrossTheCut(t *testing.T) {
	scale := LRScale{Slope: 1, Offset: -10, MaxLogLR: 2}
	for name, change := range map[string]func(*Result, *LRScale){
		"no scale":                 func(_ *Result, s *LRScale) { *s = LRScale{} },
		"no curve":                 func(r *Result, _ *LRScale) { r.Change.Curve = nil },
		"too little speech":        func(r *Result, _ *LRScale) { r.Change.Curve = slices.Repeat([]float32{float32(math.NaN())}, 200) },
		"a gap between the tracks": func(r *Result, _ *LRScale) { r.Tracks[0].End -= 2 * cutTolerance },
		"a segment away from the cut": func(r *Result, _ *LRScale) {
			r.Segments[0].Start += 2 * cutTolerance
		},
		"no judged frames at the cut": func(r *Result, _ *LRScale) {
			for i := range r.Tracks[0].Scores[40:] {
				r.Tracks[0].Scores[40+i].Judged = false
			}
		},
	} {
		r, s := fileWithCuts([]bool{true, false}), scale
		change(r, &s)
		if r.MarkCutaways(testThresholds.Fusions, s); r.Segments[0].Cutaway || r.Band != Moderate {
			t.Errorf("%s: cutaway %v, band %q, want none and %q", name, r.Segments[0].Cutaway, r.Band, Moderate)
		}
	}
}

// The cut in the sound is displaced by the lag of the speaker.
func TestCutawayUsesTheLag(t *testing.T) {
	r := fileWithCuts([]bool{true, false}, 1)
	for i := range r.Tracks {
		r.Tracks[i].Lag = avsync.Lag{Frames: -2 * cutReach}
	}
	if r.MarkCutaways(testThresholds.Fusions, LRScale{Slope: 1, Offset: -10, MaxLogLR: 2}); !r.Segments[0].Cutaway {
		t.Error("no cutaway, but the voice does not change at the cut")
	}
}
