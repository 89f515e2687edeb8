package container

import (
	"bytes"
	"encoding/binary"
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

func TestRead(t *testing.T) {
	ftyp := made("ftyp", []byte("isom\x00\x00\x02\x00isommp41"))
	store := made("jumb", made("jumd", manifestStore, []byte("\x03c2pa\x00")))
	mvhd := made("mvhd", make([]byte, 4), binary.BigEndian.AppendUint32(nil, 2082844800+86400), make([]byte, 92))
	too := made("udta", made("meta", make([]byte, 4), made("hdlr"), made("ilst", made("\xa9too", made("data", make([]byte, 8), []byte("Lavf59.27.100"))))))
	moov := made("moov", mvhd, made("trak", made("udta")), too)
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
		{"matroska", append([]byte{0x1a, 0x45, 0xdf, 0xa3}, make([]byte, 20)...), Matroska, Unknown, false},
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
	whole := join(ftyp, moov, mdat)
	f := Read(bytes.NewReader(whole), int64(len(whole)))
	if f.Brand != "isom" || len(f.Brands) != 2 || f.Writer != "Lavf59.27.100" || f.Created != "1970-01-02T00:00:00Z" {
		t.Errorf("got %+v", f)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(made("ftyp", []byte("isom\x00\x00\x02\x00isom")))
	f.Add(made("moov", made("udta", made("meta"))))
	f.Add(chunk("RIFF", []byte("AVI ")))
	f.Fuzz(func(t *testing.T, b []byte) {
		Read(bytes.NewReader(b), int64(len(b)))
	})
}
