package container

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
)

const (
	mostMarks = 16 // encoders or handlers kept

	// Bytes searched from the start of pictures and sound: encoders write their names before
	// the first picture.
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

// handled adds the name of a handler.
func (f *Facts) handled(name string) { f.Handlers = with(f.Handlers, name) }

// with appends name unless it is empty, known or beyond mostMarks.
func with(names []string, name string) []string {
	if name == "" || len(names) == mostMarks || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// handler reads the name in c, the contents of a hdlr box: version and flags, 4 bytes that are
// 0 or "mhlr", the type, 12 reserved bytes, the name. The name ends with a zero; in QuickTime
// it starts with its length (ISO/IEC 14496-12, section 8.4.3; QuickTime File Format, "Handler
// reference atoms").
func (f *Facts) handler(c []byte) {
	if len(c) < 25 || string(c[8:12]) == "mdir" || string(c[8:12]) == "mdta" {
		// The handler of tags, not of a track.
		return
	}
	name := c[24:]
	if n := int(name[0]); string(c[4:8]) == "mhlr" && n < len(name) {
		name = name[1 : 1+n]
	}
	name, _, _ = bytes.Cut(name, []byte{0})
	f.handled(text(string(name)))
}

// compressors reads the compressor names in c, the contents of a stsd box: version and flags, a
// count, a box for each sample format. In the box of a video format the name has 32 bytes at
// offset 50, the first of which is its length (ISO/IEC 14496-12, section 12.1.3). Other formats
// have other data there; only printable ASCII counts as a name.
func (f *Facts) compressors(c []byte) {
	const at, room = 50, 32
	for rest := c[min(len(c), 8):]; len(rest) >= 8; {
		length := int(uint32(rest[0])<<24 | uint32(rest[1])<<16 | uint32(rest[2])<<8 | uint32(rest[3]))
		if length < 8 || length > len(rest) {
			return
		}
		if length >= at+room {
			if n := int(rest[at]); n > 0 && n < room {
				name := rest[at+1 : at+1+n]
				if !bytes.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' }) {
					f.left(text(string(name)))
				}
			}
		}
		rest = rest[length:]
	}
}
