package video

// Lengths that several packages share, in frames.
const (
	// HalfSecond is the number of frames on either side of a frame that make up the second
	// around it.
	HalfSecond = FrameRate / 2

	// MinJudged is the least number of frames with mouth and speech that a verdict needs: 1 s.
	MinJudged = FrameRate

	// ClipLength is the length of the longest clips on which thresholds are fitted: 8 s.
	ClipLength = 8 * FrameRate
)
