package container

import (
	"encoding/binary"
	"io"
)

// readRIFF walks the chunks of an AVI or WAV file. C2PA has a chunk of that name.
func readRIFF(r io.ReaderAt, size int64) Facts {
	f := Facts{Kind: RIFF, C2PA: Absent}
	var head [12]byte
	left := mostBoxes
	media := false
	for at := int64(0); at+8 <= size; left-- {
		n, err := r.ReadAt(head[:min(12, size-at)], at)
		if err != nil && err != io.EOF || left == 0 {
			f.unseen()
			return f
		}
		kind, list := string(head[:4]), string(head[8:max(8, n)])
		length := int64(binary.LittleEndian.Uint32(head[4:8]))
		if at == 0 || kind == "RIFF" { // step into it; an AVI above 1 GB has several
			at += 12
			continue
		}
		if kind == "LIST" && list == "movi" && !media {
			media = true
			f.encoded(r, at+12, size)
		}
		if length > size-at-8 {
			f.Cut = true
			f.unseen()
			return f
		}
		if kind == "C2PA" {
			b := box{from: at + 8, to: at + 8 + length}
			if f.C2PA = Damaged; isManifest(b.contents(r)) {
				f.C2PA = Present
			}
		}
		at += 8 + length + length%2
	}
	return f
}

// unseen records that a part of the file was not read: an absent manifest becomes unknown.
func (f *Facts) unseen() {
	if f.C2PA == Absent {
		f.C2PA = Unknown
	}
}
