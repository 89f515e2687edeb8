package container

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// made returns an ISO box.
func made(kind string, contents ...[]byte) []byte {
	c := bytes.Join(contents, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(c))), kind...), c...)
}

func manifest(purpose string, store []byte) []byte {
	return made("uuid", c2paBox, make([]byte, 4), []byte(purpose), []byte{0}, make([]byte, 8), store)
}

func chunk(kind string, c []byte) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(c))), c...)
}

// el returns a Matroska element.
func el(id uint32, contents ...[]byte) []byte {
	c := bytes.Join(contents, nil)
	head := bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, id), "\x00")
	return append(append(head, 0x40|byte(len(c)>>8), byte(len(c))), c...)
}

// matroska returns a file with more before its cluster.
func matroska(more ...[]byte) []byte {
	return append(el(idEBML, el(idDocType, []byte("webm"))), el(idSegment, append(more, el(idCluster, make([]byte, 30)))...)...)
}

// matroskaLive returns a file with more at its end. Its segment and clusters have unknown
// lengths.
func matroskaLive(more ...[]byte) []byte {
	endless := func(id uint32) []byte {
		return append(binary.BigEndian.AppendUint32(nil, id), 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	}
	block := el(0xa3, make([]byte, 20))
	return bytes.Join(append([][]byte{el(idEBML), endless(idSegment), endless(idCluster), block, block, endless(idCluster), block}, more...), nil)
}

// attached returns an attachment with the media type kind.
func attached(kind string, data []byte) []byte {
	return el(idAttachments, el(idAttached, el(idAttachedData, data), el(idAttachedType, []byte(kind))))
}

func TestRead(t *testing.T) {
	ftyp := made("ftyp", []byte("isom\x00\x00\x02\x00isommp41"))
	store := made("jumb", made("jumd", manifestStore, []byte("\x03c2pa\x00")))
	moov := made("moov", made("mvhd", make([]byte, 100)), made("trak", made("udta")))
	mdat := made("mdat", make([]byte, 100))
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, tt := range []struct {
		name string
		file []byte
		kind string
		c2pa Presence
		cut  bool
	}{
		{"plain", join(ftyp, moov, mdat), ISO, Absent, false},
		{"manifest in front", join(ftyp, manifest("manifest", store), moov, mdat), ISO, Present, false},
		{"manifest behind", join(ftyp, moov, mdat, manifest("manifest", store)), ISO, Present, false},
		{"only merkle", join(ftyp, moov, manifest("merkle", nil)), ISO, Absent, false},
		{"box without manifest", join(ftyp, moov, manifest("manifest", []byte("nothing"))), ISO, Damaged, false},
		{"another uuid", join(ftyp, made("uuid", make([]byte, 16), []byte("manifest\x00"), store)), ISO, Absent, false},
		{"the words in the pictures", join(ftyp, made("mdat", c2paBox, store)), ISO, Absent, false},
		{"cut", join(ftyp, moov, mdat)[:len(ftyp)+len(moov)+50], ISO, Unknown, true},
		{"cut behind the manifest", join(ftyp, manifest("manifest", store), mdat[:50]), ISO, Present, true},
		{"avi", chunk("RIFF", join([]byte("AVI "), chunk("LIST", []byte("ab")), chunk("idx1", nil))), RIFF, Absent, false},
		{"avi with manifest", chunk("RIFF", join([]byte("AVI "), chunk("LIST", []byte("ab")), chunk("C2PA", store))), RIFF, Present, false},
		{"nothing behind the head", append([]byte{0x1a, 0x45, 0xdf, 0xa3}, make([]byte, 20)...), Matroska, Unknown, false},
		{"matroska", matroska(), Matroska, Absent, false},
		{"matroska, live", matroskaLive(attached("application/c2pa", store)), Matroska, Present, false},
		{"matroska with manifest", matroska(attached("application/c2pa", store)), Matroska, Present, false},
		{"matroska with an old one", matroska(attached("application/x-c2pa-manifest-store", store)), Matroska, Present, false},
		{"matroska with a damaged one", matroska(attached("application/c2pa", []byte("nothing"))), Matroska, Damaged, false},
		{"matroska with a font", matroska(attached("font/ttf", store)), Matroska, Absent, false},
		{"matroska with attachments that cannot be read", matroska(el(idAttachments, append([]byte{0, 0}, attached("application/c2pa", store)...))), Matroska, Unknown, false},
		{"matroska, cut", matroska()[:len(matroska())-5], Matroska, Unknown, true},
		{"matroska, cut behind the manifest", matroska(attached("application/c2pa", store), el(idCluster, make([]byte, 9)))[:len(matroska(attached("application/c2pa", store)))+8], Matroska, Present, true},
		{"text", []byte("this is no video at all"), "", Unknown, false},
		{"nothing", nil, "", Unknown, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := Read(bytes.NewReader(tt.file), int64(len(tt.file)))
			if f.Kind != tt.kind || f.C2PA != tt.c2pa || f.Cut != tt.cut {
				t.Errorf("got kind %q, C2PA %q, cut %v; want %q, %q, %v", f.Kind, f.C2PA, f.Cut, tt.kind, tt.c2pa, tt.cut)
			}
		})
	}
	for want, file := range map[bool][]byte{true: join(ftyp, made("moov", made("mvex")), mdat), false: join(ftyp, moov, mdat)} {
		if f := Read(bytes.NewReader(file), int64(len(file))); f.Parts != want {
			t.Errorf("fragmented is %v, want %v", f.Parts, want)
		}
	}
}

// Names left by encoders and writing programs are found.
func TestMarks(t *testing.T) {
	said := append(bytes.Clone(encoderIDs[0]), "x264 - core 164 r3095 baee400 - H.264/MPEG-4 AVC codec - Copyleft 2003-2022 - http://x - options: cabac=1 ref=3 rc=crf crf=23.0 qcomp=0.60\x00\x80"...)
	for _, tt := range []struct {
		name             string
		file             []byte
		encoders, writer string
	}{
		{"iso", bytes.Join([][]byte{made("ftyp", make([]byte, 8)), made("moov"), made("mdat", []byte{1, 2, 3}, said), made("mdat", said)}, nil),
			"x264 core 164 r3095 baee400, crf=23.0", ""},
		{"none", bytes.Join([][]byte{made("ftyp", make([]byte, 8)), made("moov"), made("mdat", []byte("x264"))}, nil), "", ""},
		{"matroska", matroska(el(idInfo, el(idMuxing, []byte("Lavf59")), el(idWriting, []byte("HandBrake 1.6"))), el(idCluster, said)),
			"x264 core 164 r3095 baee400, crf=23.0", "HandBrake 1.6"},
		{"matroska, library only", matroska(el(idInfo, el(idMuxing, []byte("Lavf59")))), "", "Lavf59"},
		{"riff", chunk("RIFF", bytes.Join([][]byte{[]byte("AVI "), chunk("LIST", append([]byte("movi"), said...))}, nil)),
			"x264 core 164 r3095 baee400, crf=23.0", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := Read(bytes.NewReader(tt.file), int64(len(tt.file)))
			if e := strings.Join(f.Encoders, "|"); e != tt.encoders || f.Writer != tt.writer {
				t.Errorf("got encoders %q, writer %q; want %q, %q", e, f.Writer, tt.encoders, tt.writer)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(made("ftyp", []byte("isom\x00\x00\x02\x00isom")))
	f.Add(made("moov", made("udta", made("meta"))))
	f.Add(chunk("RIFF", []byte("AVI ")))
	f.Add(matroskaLive(attached("application/c2pa", []byte("x"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		Read(bytes.NewReader(b), int64(len(b)))
	})
}
