// Package container turns the boxes of a media file into facts about the file.
//
//	bytes of a file -> Read -> Facts: brand, date, writing program, encoders, C2PA manifest
//
// Facts are what the bytes say; nothing is inferred or verified. A manifest that is present may
// be forged. A fact that the format cannot hold, or that this package does not look for in the
// format, is unknown, not absent.
//
// Terms: a box is a length, a four-letter type and contents (ISO/IEC 14496-12, section 4.2).
// The chunks of RIFF are the same with little-endian lengths. The elements of Matroska have
// numbers for types (RFC 8794). A C2PA manifest is the signed history of a file, in a box of
// its own.
package container
