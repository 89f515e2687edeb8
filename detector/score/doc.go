// Package score turns the embeddings of a track and of the sound into one raw score for each frame
// of the track ([verdict.Score]).
//
//	Mouths (n, Embed), Voice -> Compare -> Comparison (n): lag, logits of the head, likeness
//	Comparison -> Score -> (n) Mismatch, CohortZ, VoiceDistance, Overlap
//	lips.Trace, Mouths, Voice -> MouthMotion -> verdict.Motion
//
// Terms:
//   - The head is the part of the network that gives the logit that a voice does not belong to a
//     mouth.
//   - The likeness is the cosine of the embeddings of a mouth and its sound, -1..1.
//   - The cohort z is the likeness in standard deviations above that of the same mouth with the
//     same voice at other times.
//   - The voice distance is the cosine distance, 0..2, of the speaker embedding around a frame from
//     that of the rest of the track.
//
// Frames are those of the 25 frames/s timeline, counted from the start of the track if not said
// otherwise. Scores are raw: only package verdict derives segments and verdicts from them.
package score
