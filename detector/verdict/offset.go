package verdict

import "github.com/deepcheck/deepcheck/video"

// OffsetBy turns the result of a part that starts at frame first of a file into times and frames
// of the file.
func (r *Result) OffsetBy(first int) {
	offset := video.FrameTime(first)
	r.Part, r.First = true, r.First+first
	for i := range r.Tracks {
		t := &r.Tracks[i]
		t.Start, t.End = t.Start+offset, t.End+offset
		for k := range t.Scores {
			t.Scores[k].Frame += first
		}
		for k := range t.LagCurve {
			t.LagCurve[k].Frame += first
		}
		for k := range t.Motion.Curve {
			t.Motion.Curve[k].Frame += first
		}
	}
	for _, segments := range r.segmentLists() {
		for i := range segments {
			s := &segments[i]
			s.Start, s.End = s.Start+offset, s.End+offset
			for k := range s.Stills {
				s.Stills[k].Frame += first
			}
			if s.Spectrogram != nil {
				s.Spectrogram.Start, s.Spectrogram.End = s.Spectrogram.Start+offset, s.Spectrogram.End+offset
			}
		}
	}
	r.Change.First += first
	for i := range r.Change.Points {
		r.Change.Points[i].Frame += first
	}
}
