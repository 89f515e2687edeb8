package video

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A y4mReader reads pictures of a YUV4MPEG2 stream (man yuv4mpeg, mjpegtools): a
// header line, then for each picture the line "FRAME" and the planes. ffmpeg writes
// it from the decoder's own memory, row by row; as raw video it would copy each
// picture first.
type y4mReader struct {
	r     io.Reader
	begun bool
}

var (
	y4mStream = []byte("YUV4MPEG2 ")
	y4mFrame  = []byte("FRAME\n")
)

// maxY4MHeader is the length of the longest header line that is believed.
const maxY4MHeader = 1 << 10

// next fills planes (Y, U, V one after the other) with the next picture. The error is
// io.EOF behind the last one, io.ErrUnexpectedEOF where the stream ends within one.
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
		return fmt.Errorf("no picture in the stream of ffmpeg, but %q", line)
	}
	_, err := io.ReadFull(y.r, planes)
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// begin reads the header line. Size and format are those that ffmpeg was asked for.
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
	return fmt.Errorf("no YUV4MPEG2 stream of ffmpeg, but %.20q", line)
}
