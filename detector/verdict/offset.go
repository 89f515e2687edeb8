package verdict

import (
	"time"

	"github.com/deepcheck/deepcheck/video"
)

// Span returns where in the file what was judged begins and ends.
func (r *Result) Span() (start, end time.Duration) {
	return video.FrameTime(r.First), video.FrameTime(r.First + r.Frames)
}

// MoveTo makes a result one of a part of a file: what was counted from the part's first
// frame counts from the start of the file.
func (r *Result) MoveTo(first int) {
	by := video.FrameTime(first)
	r.Part, r.First = true, r.First+first
	for i := range r.Tracks {
		t := &r.Tracks[i]
		t.Start, t.End = t.Start+by, t.End+by
		for k := range t.Scores {
			t.Scores[k].Frame += first
		}
		for k := range t.Course {
			t.Course[k].Frame += first
		}
		for k := range t.Motion.Course {
			t.Motion.Course[k].Frame += first
		}
	}
	for _, segments := range r.stretches() {
		for i := range segments {
			s := &segments[i]
			s.Start, s.End = s.Start+by, s.End+by
			for k := range s.Strip {
				s.Strip[k].Frame += first
			}
			if s.Sound != nil {
				s.Sound.Start, s.Sound.End = s.Sound.Start+by, s.Sound.End+by
			}
		}
	}
	r.Change.First += first
	for i := range r.Change.Moments {
		r.Change.Moments[i].Frame += first
	}
}

// LagAt returns the lag of the track at a time of the file.
func (t *Track) LagAt(at time.Duration) time.Duration {
	if len(t.Lags) == 0 {
		return t.Lag.Duration()
	}
	i := min(max(int((at-t.Start)/video.FrameDuration), 0), len(t.Lags)-1)
	return time.Duration(t.Lags[i]) * video.FrameDuration
}
