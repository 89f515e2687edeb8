package container

import (
	"errors"
	"io"
	"math/bits"
)

// Matroska elements that are read (RFC 9559, section 5.1).
const (
	idEBML         = 0x1a45dfa3
	idDocType      = 0x4282 // "matroska" or "webm"
	idSegment      = 0x18538067
	idInfo         = 0x1549a966
	idMuxing       = 0x4d80 // the multiplexing library
	idWriting      = 0x5741 // the writing program
	idCluster      = 0x1f43b675
	idAttachments  = 0x1941a469
	idAttached     = 0x61a7
	idAttachedType = 0x4660
	idAttachedData = 0x465c
)

// mostElements limits the elements read from a file. An hour of a live stream has half a
// million, as its clusters have unknown lengths and are stepped into.
const mostElements = 1_000_000

// mostDepth limits elements inside elements.
const mostDepth = 5

// manifestTypes are the media types of a manifest in a separate file: the present one, and
// that of C2PA before 1.4.
var manifestTypes = map[string]bool{"application/c2pa": true, "application/x-c2pa-manifest-store": true}

// errNoElement means that the bytes are not an element.
var errNoElement = errors.New("not an element")

// A matroskaReader walks the elements of one file.
type matroskaReader struct {
	io.ReaderAt
	facts   Facts
	left    int    // elements left to read
	cluster bool   // a cluster was seen
	kind    string // media type of the current attachment
	data    box    // data of the current attachment
}

// readMatroska reads a Matroska or WebM file. C2PA defines no place for a manifest in it; an
// attachment that is a manifest counts.
func readMatroska(r io.ReaderAt, size int64) Facts {
	m := matroskaReader{ReaderAt: r, facts: Facts{Kind: Matroska, C2PA: Absent}, left: mostElements}
	if err := m.walk(0, size, 0); err != nil {
		m.facts.Cut = err == errCut
		m.facts.unseen()
	}
	return m.facts
}

// element reads the element at offset at; its parent ends at end. endless means that the
// length is unknown: b then extends to end and includes the elements that follow.
func element(r io.ReaderAt, at, end int64) (id uint32, b box, endless bool, err error) {
	var head [12]byte
	n, err := r.ReadAt(head[:min(12, end-at)], at)
	if err != nil && err != io.EOF {
		return 0, box{}, false, err
	}
	width := 1 + bits.LeadingZeros8(head[0])
	switch {
	case width > 4 && n > 0:
		return 0, box{}, false, errNoElement
	case n <= width:
		return 0, box{}, false, errCut
	}
	for _, c := range head[:width] {
		id = id<<8 | uint32(c)
	}
	long := 1 + bits.LeadingZeros8(head[width])
	switch {
	case long > 8:
		return 0, box{}, false, errNoElement
	case n < width+long:
		return 0, box{}, false, errCut
	}
	length := int64(head[width] & (0xff >> long))
	endless = length == 0xff>>long
	for _, c := range head[width+1 : width+long] {
		length = length<<8 | int64(c)
		endless = endless && c == 0xff
	}
	b.from = at + int64(width+long)
	if b.to = b.from + length; endless {
		b.to = end
	}
	if b.to > end || b.to < b.from {
		return id, b, false, errCut
	}
	return id, b, endless, nil
}

// walk reads the elements in [at, end). It steps into segments and endless elements as if their
// contents were on the same level.
func (m *matroskaReader) walk(at, end int64, depth int) error {
	cut := false
	for at < end {
		if m.left--; m.left < 0 {
			return errTooMany
		}
		id, b, endless, err := element(m, at, end)
		if id == idCluster && !m.cluster {
			m.cluster = true
			m.facts.encoded(m, b.from, end)
		}
		if err == errCut && id == idSegment { // read the rest of the segment
			cut, endless, err = true, true, nil
		}
		switch {
		case err != nil:
			return err
		case id == idSegment, endless:
			at = b.from
		default:
			m.take(id, b, depth)
			at = b.to
		}
	}
	if cut {
		return errCut
	}
	return nil
}

// take reads one element. A fault inside it does not stop the walk.
func (m *matroskaReader) take(id uint32, b box, depth int) {
	f := &m.facts
	if depth > mostDepth {
		return
	}
	switch id {
	case idEBML, idInfo:
		_ = m.walk(b.from, b.to, depth+1)
	case idAttachments:
		if m.walk(b.from, b.to, depth+1) != nil {
			f.unseen() // the unreadable rest may hold a manifest
		}
	case idAttached:
		m.kind, m.data = "", box{}
		if m.walk(b.from, b.to, depth+1) != nil {
			f.unseen()
		}
		if !manifestTypes[m.kind] || f.C2PA == Present {
			break
		}
		if f.C2PA = Damaged; isManifest(m.data.contents(m)) {
			f.C2PA = Present
		}
	case idDocType:
		f.Brand = text(string(b.contents(m)))
	case idWriting:
		f.Writer = text(string(b.contents(m)))
	case idMuxing:
		if c := text(string(b.contents(m))); f.Writer == "" {
			f.Writer = c
		}
	case idAttachedType:
		m.kind = text(string(b.contents(m)))
	case idAttachedData:
		m.data = b
	}
}
