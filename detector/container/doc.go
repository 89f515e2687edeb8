// Package container turns a media file into facts that the file states about itself.
//
//	bytes of a file -> Read -> Facts: kind, fragments, cut-off end, encoder marks, C2PA manifest
//	ffprobe's tags -> Facts.AddTags -> also brands, date, writing program, encoders, handlers
//
// Each fact has one source: Read finds only what ffprobe does not know. Nothing is inferred or
// verified; a manifest that is present may be forged. A fact that the format cannot hold, or
// that is not looked for in the format, is unknown, not absent.
//
// Terms: a box is a length, a four-letter type and contents (ISO/IEC 14496-12, section 4.2).
// The chunks of RIFF are the same with little-endian lengths. The elements of Matroska have
// numbers for types (RFC 8794). A C2PA manifest is the signed history of a file, in a separate
// box. A tag is a name and a value that ffprobe reports for a file or a stream.
package container
