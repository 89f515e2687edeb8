// Package dataset reads lists of clips, and what the network sees of them.
//
//	list (TSV or folder) -> []Clip -> Sample, one a clip, kept in a cache folder
//
// A [Sample] is decoded once, by the code of a scan, and kept under the hash of its file;
// so is what becomes of a clip that is passed on ([LoadWorn]) and its whole sound ([Hear]).
package dataset
