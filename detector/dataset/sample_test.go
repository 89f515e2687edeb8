package dataset

import (
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// No mouth of a photograph counts as moving, and mouths in frozen pictures are not seen.
func TestStandingMouths(t *testing.T) {
	mouths := func(change func(frame int) float64) []video.Mouth {
		out := make([]video.Mouth, 40)
		for i := range out {
			out[i].Frame, out[i].Change = i, change(i)
		}
		return out
	}
	photograph := mouths(func(int) float64 { return 0.2 })
	speaker := mouths(func(i int) float64 {
		if i >= 10 && i < 18 {
			return 0.1
		}
		return 4
	})
	if got := moving(photograph); got != 0 {
		t.Errorf("%d mouths of a photograph move", got)
	}
	if got := moving(speaker); got != 31 {
		t.Errorf("%d mouths of the speaker move, want 31", got)
	}
	s := &Sample{Frames: 40}
	s.setMouths(speaker)
	for i, seen := range s.Seen {
		if want := i < 9 || i >= 18; seen != want {
			t.Errorf("frame %d seen: %v, want %v", i, seen, want)
		}
	}
	if at := slices.Index(s.Seen, false); at != 9 {
		t.Errorf("the picture stands from %d on, want 9", at)
	}
}
