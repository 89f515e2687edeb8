// Package avsync turns the embeddings of one track and of the file's sound into the lag of that
// sound and into windows of sound that match the mouths.
//
//	mouths (n, width) + sound -> LagProfile (2·Search+1) -> Estimate -> Lag
//	                          -> TrackDrift (n) lags, in a long track
//	                          -> Align: Alignment, whose Cut returns the matching sound
//
// [Align] is the entry point. [LagProfile] measures how alike mouths and sound are at every lag,
// [Estimate] finds the best lag, [TrackDrift] follows a lag that drifts in a long track, and
// [LagCurve] measures the lag over time for display. The package uses neither the network nor
// OpenCV: embeddings come in through [Mouths] and [Sounds].
//
// Terms:
//   - The lag is > 0 if the sound is late: the sound of picture frame t is at frame t + lag.
//   - The likeness of a mouth and a sound is the cosine of their embeddings, -1..1.
//   - Frames are those of the 25 frames/s timeline of package video.
package avsync
