// Package detector turns a video file into a verdict: does the voice match the speaker's lips?
//
// [Scan] is the whole flow, and each step has a package:
//
//	file -> hash, facts                            video, detector/container
//	     -> tracks of mouths, sound                video, audio
//	     -> embeddings                             detector/embed, detector/network
//	     -> alignment                              sync
//	     -> scores                                 detector/score, detector/internal/lips
//	     -> segments, verdict                      detector/verdict
//	     -> stills, spectrograms
//
// This package holds what joins the steps: [Decode], which reads pictures and sound in one
// pass, the tracks, whose mouths are embedded during decoding, [Model], and the stills and
// spectrograms that are kept for display.
//
// Terms:
//   - A frame is 40 ms of the 25 frames/s timeline.
//   - A track is one face through time.
//   - The lag is that of the sound behind the picture, in frames, > 0 if the sound is late.
//   - The mismatch of a frame is 0 (the voice fits the mouth) to 1 (it does not).
package detector
