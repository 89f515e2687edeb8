package dataset

import (
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// No mouth of a photograph counts as moving, and mouths in frozen pictures are not seen.
func TestFrozenMouths(t *testing.T) {
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
		t.Errorf("%d moving mouths in a photograph, want 0", got)
	}
	if got := moving(speaker); got != 31 {
		t.Errorf("%d moving mouths of the speaker, want 31", got)
	}
	s := &Sample{Frames: 40}
	s.setMouths(speaker)
	for i, seen := range s.Seen {
		if want := i < 9 || i >= 18; seen != want {
			t.Errorf("frame %d seen: %v, want %v", i, seen, want)
		}
	}
	if at := slices.Index(s.Seen, false); at != 9 {
		t.Errorf("first frozen picture at %d, want 9", at)
	}
}
