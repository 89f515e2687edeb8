package container

import "bytes"

// c2paBox is the extended type of the uuid box that holds C2PA's data in an ISO
// file (C2PA Technical Specification 1.3, appendix A.4).
var c2paBox = []byte{0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81}

// manifestStore is the type in the description of the JUMBF box that is a
// manifest store: "c2pa" and the rest of an ISO content type (section 11.1).
var manifestStore = []byte{'c', '2', 'p', 'a', 0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71}

// c2pa tells from the contents of a uuid box whether it holds a manifest:
// extended type, version and flags, purpose with a zero behind it, offset of
// the first merkle box, then the manifest store. Boxes of the purpose "merkle"
// hold hashes of fragments only.
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

// isManifest tells whether b begins with a JUMBF superbox described as a C2PA
// manifest store (ISO/IEC 19566-5).
func isManifest(b []byte) bool {
	return len(b) >= 32 && string(b[4:8]) == "jumb" && string(b[12:16]) == "jumd" && bytes.Equal(b[16:32], manifestStore)
}
