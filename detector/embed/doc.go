// Package embed turns mouths and sound into embeddings: what the towers of the network make of each
// frame of a track ([Face]) and of each frame of the sound ([Voice]), and how much a mouth moves.
//
// An embedding is (network.Embed) float32 of unit length. The embeddings of a mouth and of its
// sound are close where both belong together.
package embed
