package container

import (
	"bytes"
	"encoding/binary"
	"io"
)

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

// readRIFF walks the chunks of an AVI or WAV file; C2PA's is named after it.
func readRIFF(r io.ReaderAt, size int64) Facts {
	f := Facts{Kind: RIFF, C2PA: Absent}
	var head [12]byte
	for at := int64(0); at+8 <= size; {
		if _, err := r.ReadAt(head[:8], at); err != nil {
			f.C2PA = Unknown
			return f
		}
		length := int64(binary.LittleEndian.Uint32(head[4:8]))
		if at == 0 || string(head[:4]) == "RIFF" { // its chunks; an AVI above 1 GB has several
			at += 12
			continue
		}
		if length > size-at-8 {
			f.Cut = true
			if f.C2PA == Absent {
				f.C2PA = Unknown
			}
			return f
		}
		if string(head[:4]) == "C2PA" {
			b := box{from: at + 8, to: at + 8 + length}
			if f.C2PA = Damaged; isManifest(b.contents(r)) {
				f.C2PA = Present
			}
		}
		at += 8 + length + length%2
	}
	return f
}
