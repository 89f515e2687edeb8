package detector

import (
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// CourseWindow is how many frames one point of a lag's course is measured
	// on: 2 s, about the least in which a lag stands out.
	CourseWindow = 2 * video.FrameRate

	// CourseStep is the distance of two points in frames: 0.4 s.
	CourseStep = 2 * video.FrameRate / 5
)

// A LagPoint is the lag of a track's sound in the CourseWindow frames about one.
type LagPoint struct {
	Frame int // the middle of the window
	Lag   Lag
}

// Course follows the lag of a voice behind a face through time. Windows with
// less than MinJudged frames of a mouth seen and speech heard have no point.
func Course(f *Face, v *Voice) []LagPoint {
	var out []LagPoint
	for at := 0; at+CourseWindow <= len(f.Seen); at += CourseStep {
		part := &Face{
			First:      f.First + at,
			Embeddings: Loose(f.Embeddings.Of(at, at+CourseWindow)),
			Seen:       f.Seen[at : at+CourseWindow],
		}
		if v.spoken(part) >= MinJudged {
			out = append(out, LagPoint{part.First + CourseWindow/2, lagOf(avsync.Estimate(LagProfile(part, v)))})
		}
	}
	return out
}

// spoken counts the frames in which the mouth is seen and somebody speaks.
func (v *Voice) spoken(f *Face) int {
	n := 0
	for t, seen := range f.Seen {
		if seen && v.speaks(f.First+t) {
			n++
		}
	}
	return n
}

// lagOf returns a lag in time, its confidence held to 0..1.
func lagOf(l avsync.Lag) Lag {
	return Lag{Lag: l.Duration(video.FrameDuration), Confidence: min(max(l.Confidence, 0), 1)}
}
