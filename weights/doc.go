// Package weights turns a trained network into one file and back: the tensors,
// and in the same file everything that says where they come from and how they
// are to be fed.
//
// # The file
//
// All numbers are little endian.
//
//	bytes   what
//	8       magic "DCWEIGHT"
//	4       uint32 version of the format, now 1
//	8       uint64 length of the whole file
//	4       uint32 length of the header
//	...     header: one JSON object, UTF-8 (type Header)
//	4       uint32 number of tensors
//	        of each tensor:
//	2         uint16 length of the name
//	...       name, UTF-8
//	1         uint8 number of dimensions, 1..8
//	4 each    uint32 dimensions
//	4 each    float32 values, row-major
//	32      SHA-256 of all bytes before it
//
// The length comes before anything that is parsed and the checksum is compared
// before anything is believed, so a cut file and an altered one are told apart
// and neither is taken for another fault. What the tensors mean is no matter of
// this package: unknown and missing names and wrong shapes are found where they
// are loaded into a network.
//
// A file is known by its fingerprint, which is what sha256sum says of it. The
// same File always encodes to the same bytes.
package weights
