package container

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode"
)

// A Presence says whether a file contains something.
type Presence string

// The presences.
const (
	Unknown Presence = ""        // not looked for in this kind of file, or boxes are unreadable
	Absent  Presence = "absent"  // the file was read to its end without finding it
	Present Presence = "present" // found; the contents were not verified
	Damaged Presence = "damaged" // its box was found, with invalid contents
)

// Kinds of file that Read recognises.
const (
	ISO      = "ISO media"
	RIFF     = "RIFF"
	Matroska = "Matroska"
)

// Facts are what a file says about itself. Read finds Kind, Parts, Cut, C2PA, the encoder marks in
// the pictures, and Brand and Writer of Matroska. AddTags adds the rest from ffprobe.
type Facts struct {
	Kind    string   // ISO, RIFF or Matroska; empty for any other
	Brand   string   // ISO: major brand, such as "isom" or "qt"; Matroska: "matroska" or "webm"
	Brands  []string // ISO: compatible brands
	Created string   // creation time, RFC 3339 in UTC; empty if unknown
	Writer  string   // writing program as named in the file, such as "Lavf59.27.100"
	Parts   bool     // ISO: fragmented, as for streaming
	Cut     bool     // a box extends beyond the end of the file
	C2PA    Presence // C2PA manifest

	// Distinct names that encoders left, such as "x264 core 164 r3095, crf=23.0".
	Encoders []string
	Handlers []string // distinct handler names of the tracks; Matroska: also track names
}

const (
	mostBoxes  = 200_000 // boxes read from a file; an hour in fragments of 0.1 s has 72,000
	mostText   = 200     // bytes kept of a name
	mostHeader = 1 << 16 // bytes read from the contents of a box
)

// Read returns the facts found in the size bytes of r, without those that AddTags adds. It never
// fails: facts that cannot be read are unknown.
func Read(r io.ReaderAt, size int64) Facts {
	var head [12]byte
	if n, _ := r.ReadAt(head[:], 0); n < len(head) {
		return Facts{}
	}
	switch {
	case isoTypes[string(head[4:8])]:
		return readISO(r, size)
	case string(head[:4]) == "RIFF":
		return readRIFF(r, size)
	case binary.BigEndian.Uint32(head[:]) == 0x1a45dfa3: // EBML
		return readMatroska(r, size)
	}
	return Facts{}
}

// isoTypes are the types of the first box of an ISO or QuickTime file.
var isoTypes = map[string]bool{"ftyp": true, "moov": true, "mdat": true, "free": true, "skip": true, "wide": true, "styp": true}

// errCut means that a box extends beyond its parent.
var errCut = errors.New("box cut off")

// A box is one box of an ISO file.
type box struct {
	kind     string
	from, to int64 // offsets of the contents in the file: [from, to)
}

// next reads the header of the box at offset at; its parent ends at end.
func next(r io.ReaderAt, at, end int64) (box, error) {
	var head [16]byte
	if end-at < 8 {
		return box{}, errCut
	}
	if _, err := r.ReadAt(head[:8], at); err != nil {
		return box{}, err
	}
	b := box{kind: string(head[4:8]), from: at + 8}
	length := int64(binary.BigEndian.Uint32(head[:4]))
	switch length {
	case 0: // to the end
		length = end - at
	case 1:
		if _, err := r.ReadAt(head[8:], at+8); err != nil {
			return box{}, err
		}
		length = int64(binary.BigEndian.Uint64(head[8:]))
		b.from += 8
	}
	if length < b.from-at || length > end-at {
		return b, errCut
	}
	b.to = at + length
	return b, nil
}

// contents returns the first mostHeader bytes of the contents, nil on a read error.
func (b box) contents(r io.ReaderAt) []byte {
	buf := make([]byte, min(b.to-b.from, mostHeader))
	n, err := r.ReadAt(buf, b.from)
	if err != nil && err != io.EOF {
		return nil
	}
	return buf[:n]
}

// An isoReader walks the boxes of one ISO file.
type isoReader struct {
	io.ReaderAt
	facts Facts
	left  int  // boxes left to read
	media bool // an mdat was seen
}

func readISO(r io.ReaderAt, size int64) Facts {
	iso := isoReader{ReaderAt: r, facts: Facts{Kind: ISO, C2PA: Absent}, left: mostBoxes}
	if err := iso.walk(0, size, 0); err != nil {
		iso.facts.Cut = err == errCut
		iso.facts.unseen() // the rest of the file
	}
	return iso.facts
}

// errTooMany means that a file exceeds mostBoxes or mostElements.
var errTooMany = errors.New("too many boxes")

func (r *isoReader) walk(at, end int64, depth int) error {
	for at < end {
		if r.left--; r.left < 0 {
			return errTooMany
		}
		b, err := next(r, at, end)
		if err != nil {
			return err
		}
		r.take(b, depth)
		at = b.to
	}
	return nil
}

// take reads one box at depth 0 or 1. A fault inside it does not stop the walk.
func (r *isoReader) take(b box, depth int) {
	f := &r.facts
	switch {
	case depth == 1: // inside moov
		f.Parts = f.Parts || b.kind == "mvex"
	case b.kind == "uuid":
		if p := c2pa(b.contents(r)); p != Absent && f.C2PA != Present {
			f.C2PA = p
		}
	case b.kind == "moof":
		f.Parts = true
	case b.kind == "moov":
		_ = r.walk(b.from, b.to, 1)
	case b.kind == "mdat" && !r.media && b.to > b.from:
		r.media = true
		f.encoded(r, b.from, b.to)
	}
}

// text returns s, up to mostText bytes, as valid UTF-8 without control characters and blanks
// around it: zeros that fill a field, the length before a QuickTime string.
func text(s string) string {
	outer := func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }
	return strings.TrimFunc(strings.ToValidUTF8(s[:min(len(s), mostText)], "?"), outer)
}
