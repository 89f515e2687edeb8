// Package train turns a list of clips into a weights file, and a weights file
// and a list of clips into figures.
//
// Run reads a list (a TSV of file, label, generator, source, or a folder of
// genuine clips), caches what the network sees of every clip, trains the two
// towers contrastively, then, with the towers frozen, the cross-attention head
// on sound that was replaced or displaced for a stretch, and writes one weights
// file. Evaluate measures a weights file on a list.
//
// Sources, not clips, are kept apart: a source is wholly trained on or wholly
// left out.
package train
