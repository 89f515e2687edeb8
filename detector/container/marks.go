package container

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
)

const (
	mostMarks  = 16      // of a kind that are kept
	markWindow = 1 << 20 // bytes of pictures and sound that are searched: encoders name themselves in front of the first picture
)

// x264 and x265 name themselves in user data of their own in front of the first
// picture: these 16 bytes, then text (x264's encoder/set.c, x265's
// encoder/slicetype; ISO/IEC 14496-10, section D.2.7).
var encoderIDs = [][]byte{
	{0xdc, 0x45, 0xe9, 0xbd, 0xe6, 0xd9, 0x48, 0xb7, 0x96, 0x2c, 0xd8, 0x20, 0xd9, 0x23, 0xee, 0xef},
	{0x2c, 0xa2, 0xde, 0x09, 0xb5, 0x17, 0x47, 0xdb, 0xbb, 0x55, 0xa4, 0xfe, 0x7f, 0xc2, 0xfc, 0x4e},
}

// encoderRate is how an encoder says that it was told how much to throw away.
var encoderRate = regexp.MustCompile(`\b(crf|bitrate|qp)=[0-9.]+`)

// encoded searches the start of pictures and sound for what encoders say of
// themselves there.
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

// encoder shortens "x264 - core 164 r3095 baee400 - H.264/... - options: ...
// crf=23.0 ..." to name, version and rate.
func encoder(said string) string {
	who, options, _ := strings.Cut(said, " - options: ")
	if parts := strings.Split(who, " - "); len(parts) > 2 {
		who = parts[0] + " " + parts[1]
	}
	if rate := encoderRate.FindString(options); rate != "" {
		who += ", " + rate
	}
	return text([]byte(who))
}

// left keeps the name that an encoder left.
func (f *Facts) left(name string) { f.Encoders = with(f.Encoders, name) }

// handled keeps the name of a track's handler.
func (f *Facts) handled(name string) { f.Handlers = with(f.Handlers, name) }

// with returns names with another, each once and none empty.
func with(names []string, name string) []string {
	if name == "" || len(names) == mostMarks || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// handler reads the name in a hdlr box: version and flags, 4 bytes that are 0 or
// "mhlr", the type, 12 reserved bytes, then text that ends with a zero, or begins
// with its length as QuickTime's does (ISO/IEC 14496-12, section 8.4.3; QuickTime
// File Format, "Handler reference atoms").
func (f *Facts) handler(c []byte) {
	if len(c) < 25 || string(c[8:12]) == "mdir" || string(c[8:12]) == "mdta" { // of tags, not of a track
		return
	}
	name := c[24:]
	if n := int(name[0]); string(c[4:8]) == "mhlr" && n < len(name) {
		name = name[1 : 1+n]
	}
	name, _, _ = bytes.Cut(name, []byte{0})
	f.handled(text(name))
}

// compressors reads the names of the compressors in a stsd box: version and
// flags, a count, then a box for each format. In a picture's the name stands
// behind 50 bytes, its length in front, in 32 bytes (ISO/IEC 14496-12, section
// 12.1.3); in others something else does, so that only what a name can be counts.
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
					f.left(text(name))
				}
			}
		}
		rest = rest[length:]
	}
}
