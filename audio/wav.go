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

const (
	formatPCM = 1 // wFormatTag of integer PCM

	// placeholderSize is the least data size that means "up to the end of the stream". A
	// program that writes WAV to a pipe cannot go back to fill in the size: ffmpeg leaves
	// 0xFFFFFFFF, espeak-ng 0x7FFFF000, sox 0x7FFFFFFF minus its header, others 0. As a true
	// size it would be 18 hours of sound.
	placeholderSize = 0x7FFFF000

	// endlessSize is the data size given to the decoder if the true size is unknown: the
	// largest even size, 37 hours. It must be even because go-audio/wav rounds odd sizes up,
	// which would turn 0xFFFFFFFF into 0.
	endlessSize = 0xFFFFFFFE

	// maxFormatSize bounds the "fmt " chunk; that of an extensible format has 40 bytes.
	maxFormatSize = 1 << 10
)

// A pcmReader reads the samples of a WAV stream in order.
type pcmReader struct {
	decoder  *wav.Decoder
	buffer   goaudio.IntBuffer
	read     int64 // samples so far
	declared int64 // samples announced by the header; < 0 if unknown
}

// newPCMReader reads a WAV header and checks that 16 kHz mono 16-bit PCM follows. Blocks have
// block samples.
//
// The decoder of go-audio/wav may seek, trusts chunk sizes when it allocates, and reports a bad
// header as success. Therefore the header is read here, and the decoder gets a canonical header
// of 44 bytes in front of the samples, for which it neither seeks nor allocates nor fails.
func newPCMReader(r io.Reader, block int) (*pcmReader, error) {
	br := bufio.NewReaderSize(r, 1<<16)
	size, err := readHeader(br)
	if err != nil {
		return nil, err
	}
	p := &pcmReader{declared: int64(size) / 2}
	if size == 0 || size >= placeholderSize {
		p.declared = -1
		size = endlessSize
	}
	p.buffer.Data = make([]int, block)
	p.decoder = wav.NewDecoder(&forwardReader{r: io.MultiReader(bytes.NewReader(canonicalHeader(size)), br)})
	if err := p.decoder.FwdToPCM(); err != nil {
		return nil, fmt.Errorf("wav header: %w", err)
	}
	if err := p.decoder.Err(); err != nil {
		return nil, fmt.Errorf("wav header: %w", err)
	}
	return p, nil
}

// next returns the next block of samples. The last block may be shorter; after it, next returns
// an empty slice. The slice is valid until the next call.
func (p *pcmReader) next() ([]int, error) {
	n, err := p.decoder.PCMBuffer(&p.buffer)
	if err != nil {
		return nil, fmt.Errorf("wav data: %w", err)
	}
	p.read += int64(n)
	if n == 0 && p.declared >= 0 && p.read < p.declared {
		return nil, fmt.Errorf("wav data cut short: %d of %d samples", p.read, p.declared)
	}
	return p.buffer.Data[:n], nil
}

// readHeader reads a RIFF/WAVE header up to the first sample and returns the announced size of
// the data chunk in bytes.
func readHeader(r io.Reader) (uint32, error) {
	var riff struct {
		ID   [4]byte
		Size uint32
		Form [4]byte
	}
	switch err := binary.Read(r, binary.LittleEndian, &riff); {
	case errors.Is(err, io.EOF):
		return 0, errors.New("no sound data at all: want a WAV stream")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return 0, errors.New("not a WAV stream: shorter than its header")
	case err != nil:
		return 0, fmt.Errorf("wav header: %w", err)
	}
	if string(riff.ID[:]) != "RIFF" || string(riff.Form[:]) != "WAVE" {
		return 0, fmt.Errorf("not a WAV stream: starts with %q", riff.ID[:])
	}
	for formatSeen := false; ; {
		var chunk struct {
			ID   [4]byte
			Size uint32
		}
		if err := binary.Read(r, binary.LittleEndian, &chunk); err != nil {
			return 0, headerError(err)
		}
		switch string(chunk.ID[:]) {
		case "fmt ":
			if err := readFormat(r, chunk.Size); err != nil {
				return 0, err
			}
			formatSeen = true
		case "data":
			if !formatSeen {
				return 0, errors.New("wav header: no format before the data")
			}
			return chunk.Size &^ 1, nil // without half a sample
		default:
			// Chunks are padded to an even length.
			if _, err := io.CopyN(io.Discard, r, int64(chunk.Size)+int64(chunk.Size&1)); err != nil {
				return 0, headerError(err)
			}
		}
	}
}

// readFormat reads a "fmt " chunk of the given size. It returns an error unless the format is
// 16 kHz mono 16-bit PCM.
func readFormat(r io.Reader, size uint32) error {
	var format struct {
		Tag, Channels    uint16
		Rate, ByteRate   uint32
		BlockAlign, Bits uint16
	}
	if int(size) < binary.Size(format) || size > maxFormatSize {
		return fmt.Errorf("wav header: format chunk of %d bytes", size)
	}
	if err := binary.Read(r, binary.LittleEndian, &format); err != nil {
		return headerError(err)
	}
	rest := int64(size) + int64(size&1) - int64(binary.Size(format))
	if _, err := io.CopyN(io.Discard, r, rest); err != nil {
		return headerError(err)
	}
	if format.Tag != formatPCM {
		return fmt.Errorf("wav format %#04x: want integer PCM (0x0001)", format.Tag)
	}
	if format.Rate != SampleRate || format.Channels != 1 || format.Bits != 16 || format.BlockAlign != 2 {
		return fmt.Errorf("wav is %d Hz, %d-channel, %d-bit: want %d Hz, 1-channel, 16-bit",
			format.Rate, format.Channels, format.Bits, SampleRate)
	}
	return nil
}

// headerError returns the error for err met within the header.
func headerError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("wav header cut short: no data chunk")
	}
	return fmt.Errorf("wav header: %w", err)
}

// canonicalHeader returns the 44 bytes in front of size bytes of 16 kHz mono 16-bit PCM.
func canonicalHeader(size uint32) []byte {
	const headerRest = 36 // bytes between the RIFF size and the samples
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

// A forwardReader is an io.ReadSeeker, as go-audio/wav requires, on a stream. Seek only returns
// the position.
type forwardReader struct {
	r   io.Reader
	pos int64
}

// Read fills p unless the stream ends, and drops half a sample at the end. Otherwise an odd
// number of bytes from a pipe would make the decoder split a sample.
func (f *forwardReader) Read(p []byte) (int, error) {
	n, err := io.ReadFull(f.r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		n &^= 1
		err = nil // the end is reported by the next call
	}
	f.pos += int64(n)
	return n, err
}

func (f *forwardReader) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekCurrent && offset == 0 {
		return f.pos, nil
	}
	return f.pos, errors.New("a stream cannot seek")
}
