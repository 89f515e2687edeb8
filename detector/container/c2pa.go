package container

import "bytes"

// c2paBox is the extended type of the uuid box for C2PA in ISO files (C2PA Technical
// Specification 1.3, appendix A.4). Other places: riff.go (AVI, WAV), ebml.go (Matroska).
var c2paBox = []byte{0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81}

// manifestStore is the JUMBF type of a manifest store: "c2pa" and the rest of an ISO content
// type (section 11.1).
var manifestStore = []byte{'c', '2', 'p', 'a', 0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71}

// c2pa reports whether c, the contents of a uuid box, holds a manifest. The layout is: extended
// type, version and flags, purpose (zero-terminated), offset of the first merkle box, manifest
// store. A box with the purpose "merkle" holds only hashes of fragments.
func c2pa(c []byte) Presence {
	rest, ok := bytes.CutPrefix(c, c2paBox)
	if !ok {
		return Absent
	}
	if len(rest) < 4 {
		return Damaged
	}
	purpose, rest, ok := bytes.Cut(rest[4:], []byte{0})
	switch {
	case !ok:
		return Damaged
	case string(purpose) == "merkle":
		return Absent
	case len(rest) < 8 || !isManifest(rest[8:]):
		return Damaged
	}
	return Present
}

// isManifest reports whether b starts with a JUMBF superbox (ISO/IEC 19566-5) of the type
// manifestStore.
func isManifest(b []byte) bool {
	return len(b) >= 32 && string(b[4:8]) == "jumb" && string(b[12:16]) == "jumd" && bytes.Equal(b[16:32], manifestStore)
}
