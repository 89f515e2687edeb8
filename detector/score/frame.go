package score

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// A FrameRecord holds the measurements of one frame of a track while the file is decoded, in a
// third of the memory of a [verdict.Score]. The zero value is a frame without a mouth.
type FrameRecord struct {
	opening, yaw, eyeDist  float32
	x, y, w, h             float32 // box of the face, shown pixels
	mouth, Frozen, corrupt bool
}

// RecordFrame returns the record of a frame that shows a mouth.
func RecordFrame(m *video.Mouth) FrameRecord {
	b := m.Box
	return FrameRecord{opening: float32(m.Opening()), yaw: float32(m.Yaw), eyeDist: float32(m.EyeDist),
		x: float32(b.X), y: float32(b.Y), w: float32(b.W), h: float32(b.H), mouth: true, corrupt: m.Corrupt}
}

// Score returns the score of the frame with its measurements; nothing is judged yet, and Mismatch
// is NaN.
func (g *FrameRecord) Score(frame int) verdict.Score {
	return verdict.Score{Frame: frame, Mouth: g.mouth, Frozen: g.Frozen, Corrupt: g.corrupt, Mismatch: math.NaN(),
		Opening: float64(g.opening), Yaw: float64(g.yaw), EyeDist: float64(g.eyeDist),
		Box: video.Box{X: float64(g.x), Y: float64(g.y), W: float64(g.w), H: float64(g.h)}}
}
