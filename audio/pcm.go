package audio

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	goaudio "github.com/go-audio/audio"
	"github.com/go-audio/wav"
)

// maxBytes is the size of the longest sound that Read decodes: 37 hours. It is the largest even
// size that a WAV header can give. It must be even because go-audio/wav rounds odd sizes up,
// which would turn 0xFFFFFFFF into 0.
const maxBytes = 0xFFFFFFFE

// A pcmReader decodes a stream of raw samples: 16 kHz, mono, signed 16-bit little-endian.
type pcmReader struct {
	decoder *wav.Decoder
	buffer  goaudio.IntBuffer
}

// newPCMReader returns a pcmReader that decodes the first limit bytes of r, an even number, in
// blocks of block samples. It leaves the bytes after limit in r.
//
// The decoder of go-audio/wav gets a canonical WAV header of 44 bytes before the samples. It
// neither seeks in such a stream nor allocates memory according to the size in the header.
func newPCMReader(r io.Reader, limit uint32, block int) *pcmReader {
	// The buffer saves system calls: a block of one frame has only 1280 bytes.
	samples := bufio.NewReaderSize(io.LimitReader(r, int64(limit)), 1<<16)
	stream := io.MultiReader(bytes.NewReader(canonicalHeader(limit)), samples)
	p := &pcmReader{decoder: wav.NewDecoder(forwardReader{stream})}
	p.buffer.Data = make([]int, block)
	return p
}

// next returns the next block of samples. The last block may be shorter; after it, next returns
// an empty slice. The slice is valid until the next call.
func (p *pcmReader) next() ([]int, error) {
	n, err := p.decoder.PCMBuffer(&p.buffer)
	if err != nil {
		return nil, fmt.Errorf("sound data: %w", err)
	}
	return p.buffer.Data[:n], nil
}

// canonicalHeader returns the WAV header of 44 bytes for size bytes of 16 kHz mono 16-bit PCM.
func canonicalHeader(size uint32) []byte {
	const (
		formatPCM  = 1  // wFormatTag of integer PCM
		headerRest = 36 // bytes between the RIFF size and the samples
	)
	h := make([]byte, 0, 44)
	le := binary.LittleEndian
	h = append(h, "RIFF"...)
	h = le.AppendUint32(h, min(size, 0xFFFFFFFF-headerRest)+headerRest)
	h = append(h, "WAVEfmt "...)
	h = le.AppendUint32(h, 16)
	h = le.AppendUint16(h, formatPCM)
	h = le.AppendUint16(h, 1)
	h = le.AppendUint32(h, SampleRate)
	h = le.AppendUint32(h, 2*SampleRate)
	h = le.AppendUint16(h, 2)
	h = le.AppendUint16(h, 16)
	h = append(h, "data"...)
	return le.AppendUint32(h, size)
}

// A forwardReader is an io.ReadSeeker, as go-audio/wav requires, on a stream that cannot seek.
type forwardReader struct {
	r io.Reader
}

// Read fills p unless the stream ends, and drops half a sample at the end. Otherwise an odd
// number of bytes from a pipe would make the decoder split a sample.
func (f forwardReader) Read(p []byte) (int, error) {
	n, err := io.ReadFull(f.r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		n &^= 1
		err = nil // the next call reports the end
	}
	return n, err
}

// Seek returns an error.
func (f forwardReader) Seek(int64, int) (int64, error) {
	return 0, errors.New("a stream cannot seek")
}
