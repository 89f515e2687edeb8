// Package weights turns a trained network into one file and back: its tensors, together with
// their origin and the settings of their input.
//
// # File format
//
// All numbers are little-endian.
//
//	bytes   what
//	8       magic "DCWEIGHT"
//	4       uint32 version of the format, currently 1
//	8       uint64 length of the whole file
//	4       uint32 length of the header
//	...     header: one JSON object, UTF-8 (type Header)
//	4       uint32 number of tensors
//	        for each tensor:
//	2         uint16 length of the name
//	...       name, UTF-8
//	1         uint8 number of dimensions, 1..8
//	4 each    uint32 dimensions
//	4 each    float32 values, row-major
//	32      SHA-256 of all preceding bytes
//
// The length and the checksum are verified before the rest is parsed, so that a truncated file
// and an altered file give different errors and neither is reported as malformed. This package
// does not interpret the tensors: the network that loads them reports unknown names, missing
// names and wrong shapes.
//
// A file is identified by its fingerprint, the output of sha256sum. Equal Files encode to equal
// bytes.
package weights
