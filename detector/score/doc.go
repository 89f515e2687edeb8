// Package score turns aligned embeddings into one record for each frame of a track: head, likeness,
// prominence, voice distance, overlapped speech. It also describes how a mouth moves.
//
// [Compare] aligns a track with the voice and asks the network; [Comparison.Score] fills in the
// records. Scores are raw: package verdict alone compares them with thresholds.
package score
