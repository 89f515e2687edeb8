// Package dataset turns a list of clips into the inputs of the network, one [Sample] per clip.
//
//	list (TSV or folder) -> []Clip -> Sample, one per clip, cached in a folder
//
// The code of a scan decodes each clip once. The sample is cached under the SHA-256 hash of the
// file, as are the sample of the degraded clip ([LoadDegraded]) and the raw sound ([ClipSound]).
package dataset
