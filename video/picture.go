package video

import "time"

const (
	// FrameRate is the rate, in frames/s, of the timeline on which pictures, sound and scores
	// are placed. Every input is converted to this rate.
	FrameRate = 25

	// FrameDuration is the time from one frame to the next: 40 ms.
	FrameDuration = time.Second / FrameRate
)

// FrameTime returns the start of frame i, counted from the start that a player shows.
func FrameTime(i int) time.Duration { return time.Duration(i) * FrameDuration }

// FrameAt returns the frame whose start is nearest to a time.
func FrameAt(at time.Duration) int { return int(at.Round(FrameDuration) / FrameDuration) }

// A Picture is one decoded frame in planar YUV 4:2:0, limited range (ffmpeg's pix_fmt yuv420p),
// upright as a player shows it.
type Picture struct {
	Index         int    // frame on the 25/s timeline, from 0
	Missing       bool   // the file has no picture here (a gap); the planes repeat a neighbour
	Corrupt       bool   // a decoding error may have corrupted the picture
	Width, Height int    // of the Y plane, in pixels, both even
	Y             []byte // (Height, Width)
	U, V          []byte // (Height/2, Width/2)
}
