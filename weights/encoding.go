package weights

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

const (
	magic   = "DCWEIGHT"
	version = 1

	// MaxSize is the largest size of a weights file in bytes: over 30 times the embedded file.
	MaxSize = 256 << 20

	maxName       = 255
	maxDimensions = 8

	preamble = len(magic) + 4 + 8 // magic, version, length
	trailer  = sha256.Size
)

// encode returns the bytes of the file.
func (f *File) encode() ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	h := f.Header
	h.Created = h.Created.UTC().Truncate(time.Second)
	header, err := json.Marshal(h) // sorts the keys of maps
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	le := binary.LittleEndian
	b := le.AppendUint32([]byte(magic), version)
	b = le.AppendUint64(b, 0) // length, filled in below
	b = le.AppendUint32(b, uint32(len(header)))
	b = append(b, header...)
	b = le.AppendUint32(b, uint32(len(f.Tensors)))
	for _, t := range f.Tensors {
		b = le.AppendUint16(b, uint16(len(t.Name)))
		b = append(b, t.Name...)
		b = append(b, uint8(len(t.Shape)))
		for _, d := range t.Shape {
			b = le.AppendUint32(b, uint32(d))
		}
		for _, v := range t.Data {
			b = le.AppendUint32(b, math.Float32bits(v))
		}
	}
	if len(b)+trailer > MaxSize {
		return nil, fmt.Errorf("weights take %d bytes, want at most %d", len(b)+trailer, MaxSize)
	}
	le.PutUint64(b[len(magic)+4:], uint64(len(b)+trailer))
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// readAll returns the bytes of a weights file after verifying its length and checksum. It does not
// trust the announced length: memory grows with the bytes read.
func readAll(r io.Reader) ([]byte, error) {
	head := make([]byte, preamble)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	m := min(n, len(magic))
	if string(head[:m]) != magic[:m] {
		return nil, ErrMagic
	}
	if n < preamble {
		return nil, fmt.Errorf("%w after %d bytes", ErrTruncated, n)
	}
	if v := binary.LittleEndian.Uint32(head[len(magic):]); v > version {
		return nil, fmt.Errorf("%w: version %d, this program reads up to %d", ErrVersion, v, version)
	}
	want := binary.LittleEndian.Uint64(head[len(magic)+4:])
	if want < uint64(preamble+trailer) || want > MaxSize {
		return nil, ErrAltered
	}
	body := bytes.NewBuffer(head)
	if r, ok := r.(interface{ Len() int }); ok { // this length can be trusted
		body.Grow(min(r.Len(), int(want)) + bytes.MinRead)
	}
	// Read one byte more than announced, to detect bytes after the end.
	if _, err := io.Copy(body, io.LimitReader(r, int64(want)-int64(preamble)+1)); err != nil {
		return nil, err
	}
	b := body.Bytes()
	if uint64(len(b)) < want {
		return nil, fmt.Errorf("%w: %d of %d bytes", ErrTruncated, len(b), want)
	}
	end := want - trailer
	if uint64(len(b)) > want || sha256.Sum256(b[:end]) != [trailer]byte(b[end:]) {
		return nil, ErrAltered
	}
	return b, nil
}

// decode parses the result of readAll. Since the checksum is correct, an error means that the
// writer of the file was at fault.
func decode(b []byte) (*File, error) {
	p := parser{rest: b[preamble : len(b)-trailer]}
	if v := binary.LittleEndian.Uint32(b[len(magic):]); v != version {
		return nil, fmt.Errorf("malformed weights file: version %d", v)
	}
	f := new(File)
	if err := json.Unmarshal(p.bytes(int(p.uint32())), &f.Header); err != nil {
		return nil, fmt.Errorf("malformed weights file: header: %w", err)
	}
	for range p.uint32() {
		t := Tensor{Name: string(p.bytes(int(p.uint16())))}
		t.Shape = make([]int, p.uint8())
		for i := range t.Shape {
			t.Shape[i] = int(p.uint32())
		}
		if p.short {
			break
		}
		n, err := count(t.Shape)
		if err != nil {
			return nil, fmt.Errorf("malformed weights file: tensor %q: %w", t.Name, err)
		}
		raw := p.bytes(4 * n)
		if p.short {
			break
		}
		t.Data = make([]float32, n)
		for i := range t.Data {
			t.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		f.Tensors = append(f.Tensors, t)
	}
	if p.short {
		return nil, errors.New("malformed weights file: tensors extend beyond its end")
	}
	if len(p.rest) > 0 {
		return nil, fmt.Errorf("malformed weights file: %d bytes after the tensors", len(p.rest))
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("malformed weights file: %w", err)
	}
	return f, nil
}

// A parser reads numbers from the front of rest. Beyond the end, it sets short and returns zeros.
type parser struct {
	rest  []byte
	short bool
}

func (p *parser) bytes(n int) []byte {
	if p.short || n > len(p.rest) {
		p.short = true
		return nil
	}
	b := p.rest[:n]
	p.rest = p.rest[n:]
	return b
}

func (p *parser) uint8() uint8 {
	if b := p.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (p *parser) uint16() uint16 {
	if b := p.bytes(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (p *parser) uint32() uint32 {
	if b := p.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// count returns the number of values in a tensor of the given shape. It returns an error for an
// invalid shape.
func count(shape []int) (int, error) {
	if len(shape) < 1 || len(shape) > maxDimensions {
		return 0, fmt.Errorf("shape %v has %d dimensions, want 1..%d", shape, len(shape), maxDimensions)
	}
	n := 1
	for _, d := range shape {
		if d < 1 || d > MaxSize/4/n {
			return 0, fmt.Errorf("shape %v is empty or too large", shape)
		}
		n *= d
	}
	return n, nil
}

func notFinite(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) }
