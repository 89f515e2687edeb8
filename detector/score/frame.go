package score

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// A Glimpse is what a frame of a track shows, in a third of the room that its Score takes:
// that much is kept of every frame while a file is read.
type FrameRecord struct {
	opening, yaw, eyeDist  float32
	x, y, w, h             float32 // of the face's box
	mouth, Frozen, corrupt bool
}

// GlimpseOf returns what is kept of a frame that shows a mouth.
func RecordFrame(m *video.Mouth) FrameRecord {
	b := m.Box
	return FrameRecord{opening: float32(m.Opening()), yaw: float32(m.Yaw), eyeDist: float32(m.EyeDist),
		x: float32(b.X), y: float32(b.Y), w: float32(b.W), h: float32(b.H), mouth: true, corrupt: m.Corrupt}
}

// Score returns the score of the frame, of which nothing is judged yet.
func (g *FrameRecord) Score(frame int) verdict.Score {
	return verdict.Score{Frame: frame, Mouth: g.mouth, Frozen: g.Frozen, Corrupt: g.corrupt, Mismatch: math.NaN(),
		Opening: float64(g.opening), Yaw: float64(g.yaw), EyeDist: float64(g.eyeDist),
		Box: video.Box{X: float64(g.x), Y: float64(g.y), W: float64(g.w), H: float64(g.h)}}
}
