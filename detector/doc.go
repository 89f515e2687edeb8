// Package detector turns a video file into a verdict: does this voice come from
// this mouth?
//
// [Scan] is the whole path: file -> mouths + log-mel -> embeddings -> lag ->
// mismatch of every frame -> segments -> verdict. Scoring ([Compare]) is kept
// apart from judging ([Judge]), which is a pure function of scores and
// thresholds.
//
// Terms: a frame is 40 ms on the 25/s line; a track is one face through time;
// the lag is that of the sound, > 0 when it is late; the mismatch of a frame is
// 0 (fits) .. 1 (does not).
package detector
