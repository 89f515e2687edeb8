package facemodel

import (
	"encoding/binary"
	"fmt"
)

// A reader reads a flatbuffer. It checks every access against the file's length. The first
// bad access sets err; from then on every read returns zero, so callers check err once at the
// end.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// bytes returns the n bytes at pos, or nil if the file ends before pos+n.
func (r *reader) bytes(pos, n int) []byte {
	if r.err != nil {
		return nil
	}
	if pos < 0 || n < 0 || pos > len(r.data) || n > len(r.data)-pos {
		r.fail("offset %d+%d is outside the file of %d bytes", pos, n, len(r.data))
		return nil
	}
	return r.data[pos : pos+n : pos+n]
}

func (r *reader) uint16(pos int) int {
	if b := r.bytes(pos, 2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (r *reader) int32(pos int) int {
	if b := r.bytes(pos, 4); b != nil {
		return int(int32(binary.LittleEndian.Uint32(b)))
	}
	return 0
}

// follow returns the position that the unsigned offset at pos points to. The position is
// always greater than pos, so chains of offsets end.
func (r *reader) follow(pos int) int {
	b := r.bytes(pos, 4)
	if b == nil {
		return 0
	}
	off := int64(binary.LittleEndian.Uint32(b))
	if off == 0 || int64(pos)+off >= int64(len(r.data)) {
		r.fail("offset at %d points outside the file", pos)
		return 0
	}
	return pos + int(off)
}

// A table is a flatbuffer table, whose fields are located through a vtable. The zero table has
// no fields.
type table struct {
	r      *reader
	pos    int
	vtable int
	size   int // of the vtable in bytes
}

func (r *reader) table(pos int) table {
	vt := pos - r.int32(pos)
	t := table{r: r, pos: pos, vtable: vt, size: r.uint16(vt)}
	if r.err != nil {
		return table{}
	}
	if t.size < 4 || r.bytes(vt, t.size) == nil {
		r.fail("table at %d has a bad vtable", pos)
		return table{}
	}
	return t
}

// field returns the position of field i, or 0 if the table omits the field.
func (t table) field(i int) int {
	if at := 4 + 2*i; t.r != nil && at+2 <= t.size {
		if off := t.r.uint16(t.vtable + at); off != 0 {
			return t.pos + off
		}
	}
	return 0
}

func (t table) uint8(i int) int {
	if pos := t.field(i); pos != 0 {
		if b := t.r.bytes(pos, 1); b != nil {
			return int(b[0])
		}
	}
	return 0
}

func (t table) int32(i, missing int) int {
	if pos := t.field(i); pos != 0 {
		return t.r.int32(pos)
	}
	return missing
}

func (t table) table(i int) table {
	if pos := t.field(i); pos != 0 {
		if at := t.r.follow(pos); at != 0 {
			return t.r.table(at)
		}
	}
	return table{}
}

// vector returns the raw elements of vector field i, size bytes each, and the position of the
// first. A missing vector is empty. A vector of more than limit elements is an error.
func (t table) vector(i, size, limit int) (elems []byte, start int) {
	pos := t.field(i)
	if pos == 0 {
		return nil, 0
	}
	at := t.r.follow(pos)
	n := t.r.int32(at)
	if n < 0 || n > limit {
		t.r.fail("vector at %d has %d elements, want at most %d", at, n, limit)
		return nil, 0
	}
	return t.r.bytes(at+4, n*size), at + 4
}

func (t table) int32s(i, limit int) []int {
	raw, _ := t.vector(i, 4, limit)
	ints := make([]int, len(raw)/4)
	for k := range ints {
		ints[k] = int(int32(binary.LittleEndian.Uint32(raw[4*k:])))
	}
	return ints
}

func (t table) tables(i, limit int) []table {
	raw, start := t.vector(i, 4, limit)
	tables := make([]table, 0, len(raw)/4)
	for k := range len(raw) / 4 {
		at := t.r.follow(start + 4*k)
		if t.r.err != nil {
			return nil
		}
		tables = append(tables, t.r.table(at))
	}
	return tables
}
