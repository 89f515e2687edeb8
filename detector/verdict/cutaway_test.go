package verdict

import (
	"math"
	"slices"
	"testing"

	avsync "github.com/deepcheck/deepcheck/sync"
)

// cuts is a file of tracks one after the other, 4 s each, in each of which the voice fits or
// does not, and a voice that changes at some of the cuts.
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
	scale := LRScale{Slope: 1, Offset: -10, Most: 2} // a T of 10 says nothing
	const none = NoTrack
	for _, test := range []struct {
		name    string
		r       *Result
		speaker []int // of each segment
		band    Band
	}{
		{"away from a speaker", fileWithCuts([]bool{true, false}), []int{10}, Weak},
		{"towards one", fileWithCuts([]bool{false, true}), []int{11}, Weak},
		{"twice, and back", fileWithCuts([]bool{true, false, false, true}), []int{10, 10}, Weak},
		{"to another voice", fileWithCuts([]bool{true, false}, 1), []int{none}, Moderate},
		{"on its way back", fileWithCuts([]bool{true, false, true}, 1), []int{12}, Weak},
		{"between two whom it fits neither", fileWithCuts([]bool{false, false}), []int{none, none}, Moderate},
		{"one cutaway, and a stranger", fileWithCuts([]bool{true, false, true, false}, 3), []int{10, none}, Moderate},
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
				t.Errorf("%s: band %q of a segment, cutaway %v", test.name, s.Band, s.Cutaway)
			}
			got = append(got, s.Speaker)
		}
		if !slices.Equal(got, test.speaker) {
			t.Errorf("%s: speakers %v, want %v", test.name, got, test.speaker)
		}
	}
}

// Where it is not known that one voice goes on, nothing is excused.
func TestCutawayNeedsOneVoiceAcrossTheCut(t *testing.T) {
	scale := LRScale{Slope: 1, Offset: -10, Most: 2}
	for name, change := range map[string]func(*Result, *LRScale){
		"no scale":           func(_ *Result, s *LRScale) { *s = LRScale{} },
		"no course":          func(r *Result, _ *LRScale) { r.Change.Curve = nil },
		"too little speech":  func(r *Result, _ *LRScale) { r.Change.Curve = slices.Repeat([]float32{float32(math.NaN())}, 200) },
		"a gap between them": func(r *Result, _ *LRScale) { r.Tracks[0].End -= 2 * cutTolerance },
		"a second apart from the cut": func(r *Result, _ *LRScale) {
			r.Segments[0].Start += 2 * cutTolerance
		},
		"nobody judged there": func(r *Result, _ *LRScale) {
			for i := range r.Tracks[0].Scores[40:] {
				r.Tracks[0].Scores[40+i].Judged = false
			}
		},
	} {
		r, s := fileWithCuts([]bool{true, false}), scale
		change(r, &s)
		if r.MarkCutaways(testThresholds.Fusions, s); r.Segments[0].Cutaway || r.Band != Moderate {
			t.Errorf("%s: a cutaway, %s", name, r.Band)
		}
	}
}

// The cut is looked for in the sound where the speaker's lag puts it.
func TestCutawayUsesTheLag(t *testing.T) {
	r := fileWithCuts([]bool{true, false}, 1)
	for i := range r.Tracks {
		r.Tracks[i].Lag = avsync.Lag{Frames: -2 * cutReach}
	}
	if r.MarkCutaways(testThresholds.Fusions, LRScale{Slope: 1, Offset: -10, Most: 2}); !r.Segments[0].Cutaway {
		t.Error("the voice changes after the cut, and counts as if at it")
	}
}
