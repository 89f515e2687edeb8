// Package avsync aligns mouths and sound: it turns the embeddings of one track and of the file's
// sound into the lag of that sound, and into windows of sound that match the mouths.
//
// [Align] is its face. [LagProfile] measures how alike mouths and sound are at every lag,
// [Estimate] takes the best lag, [TrackDrift] follows a lag that drifts in a long track, and
// [LagCurve] measures the lag over time for display.
//
// The lag is > 0 when the sound is late: frame t of the picture is heard at frame t + lag.
// Frames are those of the 25 frames/s time line of package video.
package avsync
