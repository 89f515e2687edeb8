package store

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// ErrNewer means that the file has the form of a later version. Test with errors.Is.
var ErrNewer = errors.New("written by a newer deepcheck")

var (
	errForeign = errors.New("not a store of this kind") // any other file
	errOld     = errors.New("written by an older deepcheck")
	errDamaged = errors.New("damaged record")
)

// A kind is what a file is used for; it is named in the first line.
type kind string

const (
	journalKind kind = "journal"
	historyKind kind = "history"
)

const (
	formatName   = "deepcheck store "
	version      = "1"
	markerLength = 16
	headerSum    = 4
	sumLength    = sha256.Size
	prefixLength = markerLength + 4 + 4
	maxHead      = 1 << 20 // bytes of a head; names and options are far shorter
)

// A marker begins each record of a file.
type marker [markerLength]byte

func newMarker() (m marker) {
	rand.Read(m[:]) // never fails
	return m
}

// firstLine returns the first line of a file of a kind.
func (k kind) firstLine() string { return formatName + version + " " + string(k) + "\n" }

// oldPrefix is how files of the kind began before version 1: lines of JSON that hold gob.
func (k kind) oldPrefix() string { return `{"schema":"deepcheck/` + string(k) + `/1"` }

// header returns the first bytes of a file.
func (k kind) header(m marker) []byte {
	b := append([]byte(k.firstLine()), m[:]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:headerSum]...)
}

func (k kind) headerLength() int64 {
	return int64(len(k.firstLine()) + markerLength + headerSum)
}

// readHeader reads the first bytes of a file. cut is true for an empty file, and for one that
// ends within its header. The error is errForeign, ErrNewer, errOld or that of r.
func (k kind) readHeader(r io.ReaderAt) (m marker, cut bool, err error) {
	b := make([]byte, k.headerLength())
	n, err := r.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return m, false, err
	}
	b = b[:n]
	line := k.firstLine()
	switch got := string(b); {
	case got == "" || len(got) >= len(formatName) && strings.HasPrefix(line, got):
		return m, true, nil
	case strings.HasPrefix(got, line) && len(got) < int(k.headerLength()):
		return m, true, nil
	case strings.HasPrefix(got, line):
		copy(m[:], b[len(line):])
		if !bytes.Equal(b, k.header(m)) {
			return m, false, errForeign
		}
		return m, false, nil
	case strings.HasPrefix(got, k.oldPrefix()):
		return m, false, errOld
	case k.newer(got):
		return m, false, ErrNewer
	}
	return m, false, errForeign
}

// newer reports whether a file begins with the first line of this kind in another version.
func (k kind) newer(begin string) bool {
	line, _, whole := strings.Cut(begin, "\n")
	rest, ok := strings.CutPrefix(line, formatName)
	number, ending, _ := strings.Cut(rest, " ")
	return whole && ok && number != "" && strings.Trim(number, "0123456789") == "" && ending == string(k)
}

// appendRecord appends one record to b.
func appendRecord(b []byte, m marker, head, body []byte) ([]byte, error) {
	if len(head) > maxHead || len(body) > math.MaxUint32 {
		return nil, fmt.Errorf("record too large: %d and %d bytes", len(head), len(body))
	}
	start := len(b)
	b = append(b, m[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(head)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	b = append(b, head...)
	headSum := sha256.Sum256(b[start:])
	b = append(b, headSum[:]...)
	b = append(b, body...)
	h := sha256.New()
	h.Write(headSum[:])
	h.Write(body)
	return h.Sum(b), nil
}

// A place is where the body of a record is in its file.
type place struct {
	headSum [sumLength]byte
	body    int64 // offset
	length  int64
}

// end returns the offset after the record.
func (p place) end() int64 { return p.body + p.length + sumLength }

// readHead reads the head of the record at an offset of a file of the given size. The error is
// errDamaged, or that of r.
func readHead(r io.ReaderAt, at, size int64, m marker) (head []byte, p place, err error) {
	var prefix [prefixLength]byte
	if size-at < prefixLength {
		return nil, p, errDamaged
	}
	if _, err := r.ReadAt(prefix[:], at); err != nil {
		return nil, p, err
	}
	headLength := int64(binary.BigEndian.Uint32(prefix[markerLength:]))
	p.length = int64(binary.BigEndian.Uint32(prefix[markerLength+4:]))
	p.body = at + prefixLength + headLength + sumLength
	if !bytes.HasPrefix(prefix[:], m[:]) || headLength > maxHead || p.end() > size {
		return nil, p, errDamaged
	}
	b := make([]byte, headLength+sumLength)
	if _, err := r.ReadAt(b, at+prefixLength); err != nil {
		return nil, p, err
	}
	head = b[:headLength]
	copy(p.headSum[:], b[headLength:])
	h := sha256.New()
	h.Write(prefix[:])
	h.Write(head)
	if !bytes.Equal(h.Sum(nil), p.headSum[:]) {
		return nil, p, errDamaged
	}
	return head, p, nil
}

// check reads the body and compares its checksum. The error is errDamaged, or that of r.
func (p place) check(r io.ReaderAt) error {
	h := sha256.New()
	h.Write(p.headSum[:])
	if _, err := io.Copy(h, io.NewSectionReader(r, p.body, p.length)); err != nil {
		return err
	}
	var sum [sumLength]byte
	if _, err := r.ReadAt(sum[:], p.body+p.length); err != nil {
		return err
	}
	if !bytes.Equal(h.Sum(nil), sum[:]) {
		return errDamaged
	}
	return nil
}

// read returns the body. The error is errDamaged, or that of r.
func (p place) read(r io.ReaderAt) ([]byte, error) {
	if err := p.check(r); err != nil {
		return nil, err
	}
	body := make([]byte, p.length)
	_, err := r.ReadAt(body, p.body)
	return body, err
}

// eachRecord calls visit for each intact record from an offset, and returns the offset after
// the last one. It stops at an error of r or visit.
func eachRecord(r io.ReaderAt, at, size int64, m marker, visit func(head []byte, p place) error) (end int64, err error) {
	for end = at; at < size; {
		head, p, err := readHead(r, at, size, m)
		if err == nil {
			err = p.check(r)
		}
		switch {
		case err == nil:
			if err := visit(head, p); err != nil {
				return end, err
			}
			at, end = p.end(), p.end()
		case errors.Is(err, errDamaged):
			if at, err = findMarker(r, at+1, size, m); err != nil {
				return end, err
			}
		default:
			return end, err
		}
	}
	return end, nil
}

// findMarker returns the offset of the first marker at or after an offset; size if there is
// none.
func findMarker(r io.ReaderAt, at, size int64, m marker) (int64, error) {
	b := make([]byte, 1<<16)
	for at < size {
		n, err := r.ReadAt(b[:min(int64(len(b)), size-at)], at)
		if err != nil && err != io.EOF {
			return 0, err
		}
		if i := bytes.Index(b[:n], m[:]); i >= 0 {
			return at + int64(i), nil
		}
		if n < len(b) {
			break
		}
		at += int64(n - markerLength + 1)
	}
	return size, nil
}
