package video

// Lengths that several packages share, in frames.
const (
	// HalfSecond is the reach to either side of a frame of the second around it.
	HalfSecond = FrameRate / 2

	// MinJudged is the least number of frames with mouth and speech that a verdict needs: 1 s.
	MinJudged = FrameRate

	// ClipLength is the length of the longest clips that thresholds are fitted on: 8 s.
	ClipLength = 8 * FrameRate
)
