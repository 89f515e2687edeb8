// Package container reads what a media file's own boxes say of it.
//
//	bytes of a file -> Read -> Facts: brand, dates, writing program, encoders, C2PA manifest
//
// Only what stands in the bytes is told, nothing is inferred: a fact that a
// format cannot hold, or that this package does not look for in it, is unknown
// and not absent. Nothing that is found is verified; a manifest that is present
// may be forged.
//
// Terms: a box is a length, a four-letter type and contents (ISO/IEC 14496-12,
// section 4.2); RIFF has chunks, which are the same with other byte order, and
// Matroska elements, which have numbers for types (RFC 8794). A
// C2PA manifest is the signed history of a file, in a box of its own.
package container
