package video

import "time"

const (
	// FrameRate is the rate, in pictures a second, of the one time line on
	// which pictures, sound and scores are placed. Every input is brought to it.
	FrameRate = 25

	// FrameDuration is the time from one frame to the next: 40 ms.
	FrameDuration = time.Second / FrameRate
)

// FrameTime returns the time of frame i, counted from the start that a player
// shows.
func FrameTime(i int) time.Duration { return time.Duration(i) * FrameDuration }

// FrameAt returns the frame that begins at a time, the nearest one.
func FrameAt(at time.Duration) int { return int(at.Round(FrameDuration) / FrameDuration) }

// A Picture is one decoded frame in planar YUV 4:2:0, limited range, as ffmpeg's
// pix_fmt yuv420p delivers it, upright as a player shows it.
type Picture struct {
	Index         int    // frame number on the 25/s line, from 0
	Missing       bool   // no picture exists at this time (a gap); the planes repeat a neighbour
	Spoilt        bool   // made of what an error in the decoding may have damaged
	Width, Height int    // pixels of the planes below, both even
	Y             []byte // (Height, Width)
	U, V          []byte // (Height/2, Width/2)
}
