package container

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
)

const (
	mostMarks = 16 // encoders, handlers and brands kept of each

	// markWindow is how many bytes are searched from the start of pictures and sound: encoders
	// write their names before the first picture.
	markWindow = 1 << 20
)

// encoderIDs start the user data in which x264 and x265 write their names as text, before the
// first picture (x264: encoder/set.c, x265: encoder/slicetype; ISO/IEC 14496-10, section
// D.2.7).
var encoderIDs = [][]byte{
	{0xdc, 0x45, 0xe9, 0xbd, 0xe6, 0xd9, 0x48, 0xb7, 0x96, 0x2c, 0xd8, 0x20, 0xd9, 0x23, 0xee, 0xef},
	{0x2c, 0xa2, 0xde, 0x09, 0xb5, 0x17, 0x47, 0xdb, 0xbb, 0x55, 0xa4, 0xfe, 0x7f, 0xc2, 0xfc, 0x4e},
}

// encoderRate matches the rate control setting among the options of an encoder.
var encoderRate = regexp.MustCompile(`\b(crf|bitrate|qp)=[0-9.]+`)

// encoded searches the pictures and sound in [from, to) for the names of encoders.
func (f *Facts) encoded(r io.ReaderAt, from, to int64) {
	c := make([]byte, max(0, min(to-from, markWindow)))
	n, err := r.ReadAt(c, from)
	if err != nil && err != io.EOF {
		return
	}
	for _, id := range encoderIDs {
		if _, said, ok := bytes.Cut(c[:n], id); ok {
			said = said[:min(len(said), 2048)]
			if end := bytes.IndexFunc(said, func(r rune) bool { return r < ' ' || r > '~' }); end >= 0 {
				said = said[:end]
			}
			f.left(encoder(string(said)))
		}
	}
}

// encoder shortens "x264 - core 164 r3095 baee400 - H.264/... - options: ... crf=23.0 ..." to
// name, version and rate control.
func encoder(said string) string {
	who, options, _ := strings.Cut(said, " - options: ")
	if parts := strings.Split(who, " - "); len(parts) > 2 {
		who = parts[0] + " " + parts[1]
	}
	if rate := encoderRate.FindString(options); rate != "" {
		who += ", " + rate
	}
	return text(who)
}

// left adds the name of an encoder.
func (f *Facts) left(name string) { f.Encoders = with(f.Encoders, name) }

// with appends name unless it is empty, known or beyond mostMarks.
func with(names []string, name string) []string {
	if name == "" || len(names) == mostMarks || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}
