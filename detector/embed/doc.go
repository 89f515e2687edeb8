// Package embed turns mouth crops and log-mel into embeddings, one for each frame of a track
// ([Mouths]) and of the sound ([Voice]).
//
//	crops (CropSize, CropSize), points (Points, 2) -> MouthReader -> Mouths (n, Embed)
//	log-mel (4·frames, Bands) -> EmbedSound -> Voice (frames+2·Padding, Embed)
//	Mouths -> MouthActivity -> (n) how much the mouth moves
//
// An embedding is (network.Embed) float32 of unit length. A mouth and the sound that belongs to it
// have similar embeddings. The reader of mouths also scores their flicker, and a Voice also has
// the probability of overlapped speech and a speaker embedding (network.SpeakerWidth) for each
// frame. Frames are those of the 25 frames/s timeline, levels are in dBFS.
package embed
