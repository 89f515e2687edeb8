package detector

import (
	"time"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// maxStills is the greatest number of crops kept per track: 5 MB.
const maxStills = 512

// stills keeps crops of a track, evenly spaced in time and at most maxStills, so that an hour takes
// no more memory than a minute.
type stills struct {
	kept   []verdict.Still
	stride int // least distance of two crops, in frames
	last   int // frame of the last crop
}

// add takes the mouth of the next frame. When the stills are full, it drops every other one and
// doubles the stride.
func (s *stills) add(m *video.Mouth) {
	if s.stride == 0 {
		s.stride = 2
	}
	if len(s.kept) > 0 && m.Frame-s.last < s.stride {
		return
	}
	if len(s.kept) == maxStills {
		for i := range maxStills / 2 {
			s.kept[i] = s.kept[2*i]
		}
		clear(s.kept[maxStills/2:])
		s.kept = s.kept[:maxStills/2]
		s.stride *= 2
	}
	crop := m.Crop
	s.kept = append(s.kept, verdict.Still{Frame: m.Frame, Crop: &crop})
	s.last = m.Frame
}

// between returns at most n stills in [start, end), evenly spaced.
func (s *stills) between(start, end time.Duration, n int) []verdict.Still {
	var in []verdict.Still
	for _, m := range s.kept {
		if t := video.FrameTime(m.Frame); t >= start && t < end {
			in = append(in, m)
		}
	}
	if len(in) <= n {
		return in
	}
	out := make([]verdict.Still, n)
	for i := range out {
		out[i] = in[i*len(in)/n]
	}
	return out
}

// addStills adds up to n stills to every suspect segment.
func (ts *tracks) addStills(r *verdict.Result, n int) {
	for i := range r.Segments {
		s := &r.Segments[i]
		for _, t := range ts.all {
			if t.id == s.Track {
				s.Stills = t.stills.between(s.Start, s.End, n)
			}
		}
	}
}
