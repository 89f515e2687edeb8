package video

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A y4mReader reads pictures of a YUV4MPEG2 stream (man yuv4mpeg, mjpegtools): a header line,
// then for each picture the line "FRAME" and the planes. ffmpeg writes this format row by row
// from the decoder's memory; for raw video it would copy each picture first.
type y4mReader struct {
	r     io.Reader
	begun bool
}

var (
	y4mStream = []byte("YUV4MPEG2 ")
	y4mFrame  = []byte("FRAME\n")
)

// maxY4MHeader is the length of the longest accepted header line, in bytes.
const maxY4MHeader = 1 << 10

// next fills planes (Y, U, V, contiguous) with the next picture. The error is io.EOF after the
// last picture, io.ErrUnexpectedEOF if the stream ends within a picture.
func (y *y4mReader) next(planes []byte) error {
	if !y.begun {
		if err := y.begin(); err != nil {
			return err
		}
		y.begun = true
	}
	line := make([]byte, len(y4mFrame))
	if _, err := io.ReadFull(y.r, line); err != nil {
		return err
	}
	if !bytes.Equal(line, y4mFrame) {
		return fmt.Errorf("expected a picture in ffmpeg's stream, got %q", line)
	}
	_, err := io.ReadFull(y.r, planes)
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// begin reads the header line and ignores it: ffmpeg was told the size and the format.
func (y *y4mReader) begin() error {
	var line []byte
	for b := make([]byte, 1); len(line) < maxY4MHeader; line = append(line, b[0]) {
		if _, err := io.ReadFull(y.r, b); err != nil {
			return err
		}
		if b[0] == '\n' && bytes.HasPrefix(line, y4mStream) {
			return nil
		}
	}
	return fmt.Errorf("expected a YUV4MPEG2 stream from ffmpeg, got %.20q", line)
}
