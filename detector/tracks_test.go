package detector

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// Frames between two sightings have no mouth, and a run of unchanged pictures is frozen.
func TestTracksRecordLostAndFrozenFrames(t *testing.T) {
	m := randomModel(t, new(fixedFace))
	ts := newTracks(m.Runner, false)
	const lost, frozen, frames = 10, 20, 40 // frame that is lost, first of the frozen pictures
	for i := range frames {
		s := video.Sighting{Track: 3, Mouth: video.Mouth{Frame: 100 + i, Change: 9}}
		if i > frozen {
			s.Mouth.Change = 0
		}
		if i == lost {
			continue
		}
		if err := ts.add(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := ts.end(7); err != nil {
		t.Errorf("end of a track without mouths: %v", err)
	}
	scored, err := ts.score(t.Context(), m, nil)
	if err != nil || len(scored) != 1 {
		t.Fatalf("%d tracks, %v", len(scored), err)
	}
	tr := scored[0]
	if tr.ID != 3 || tr.Start != video.FrameTime(100) || tr.End != video.FrameTime(100+frames) || len(tr.Scores) != frames {
		t.Fatalf("track %d from %v to %v, %d scores", tr.ID, tr.Start, tr.End, len(tr.Scores))
	}
	for i, s := range tr.Scores {
		if s.Frame != 100+i || s.Mouth != (i != lost) || s.Frozen != (i >= frozen) || s.Judged || !math.IsNaN(s.Mismatch) {
			t.Errorf("frame %d: %+v", i, s)
		}
	}
}

func TestStillsAreEvenlySpaced(t *testing.T) {
	var s stills
	const frames = 5 * maxStills
	for i := range frames {
		s.add(&video.Mouth{Frame: i})
	}
	if len(s.kept) > maxStills || len(s.kept) < maxStills/2 {
		t.Errorf("%d stills kept", len(s.kept))
	}
	for i, k := range s.kept {
		if k.Frame != i*s.stride {
			t.Fatalf("still %d in frame %d, want %d", i, k.Frame, i*s.stride)
		}
	}
	start, end := video.FrameTime(frames/4), video.FrameTime(frames/2)
	some := s.between(start, end, 5)
	if len(some) != 5 {
		t.Fatalf("%d stills, want 5", len(some))
	}
	for i, k := range some {
		if at := video.FrameTime(k.Frame); at < start || at >= end || i > 0 && k.Frame-some[i-1].Frame < frames/4/5-s.stride {
			t.Errorf("still %d in frame %d", i, k.Frame)
		}
	}
	if few := s.between(start, start+video.FrameTime(s.stride), 5); len(few) != 1 {
		t.Errorf("%d stills in the time of one", len(few))
	}
}
