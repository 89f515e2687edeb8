package weights

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// small returns a small File with every field set.
func small() *File {
	return &File{
		Header: Header{
			Tool:      "deepcheck test",
			Created:   time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC),
			Recipe:    Recipe{Command: "deepcheck train clips.tsv", Steps: 7, Batch: 20, Numbers: map[string]float64{"rate": 1e-3, "frames": 28}, Stages: []string{"towers"}},
			Seed:      math.MaxUint64,
			DataHash:  strings.Repeat("ab", 32),
			TrainedOn: []string{"a", "b"},
			HeldOut:   []string{"c"},
			Figures:   []Figure{{Name: "swap_auc", Value: .97, Low: .95, High: .98, N: 120}},
			Mel:       MelSettings{SampleRate: 16000, Window: 400, Hop: 160, FFT: 512, Bands: 40, Low: 60, High: 7600, Floor: 1e-10},
			Calibration: Calibration{
				"weak": .5, "strong": .9, "moderate": .7,
			},
		},
		Tensors: []Tensor{
			{Name: "picture.1.weight", Shape: []int{2, 3}, Data: []float32{1, -2, 3.5, math.SmallestNonzeroFloat32, math.MaxFloat32, 0}},
			{Name: "temperature", Shape: []int{1}, Data: []float32{.07}},
		},
	}
}

func encoded(t testing.TB, f *File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sealed returns b, a file without its trailer, with the correct length and checksum.
func sealed(b []byte) []byte {
	b = bytes.Clone(b)
	binary.LittleEndian.PutUint64(b[12:], uint64(len(b)+sha256.Size))
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

func TestRoundTrip(t *testing.T) {
	f := small()
	b := encoded(t, f)
	if again := encoded(t, f); !bytes.Equal(b, again) {
		t.Error("two writes of the same file differ")
	}
	got, err := Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, f) {
		t.Errorf("read back\n%+v, want\n%+v", got, f)
	}
	if want := fingerprint(b); got.Fingerprint() != want {
		t.Errorf("fingerprint %s, want the SHA-256 of the bytes %s", got.Fingerprint(), want)
	}
	if got.Tensor("temperature").Data[0] != .07 || got.Tensor("none") != nil {
		t.Error("Tensor returns the wrong tensor")
	}
}

func TestFingerprintFollowsChange(t *testing.T) {
	f := small()
	encoded(t, f)
	before := f.Fingerprint()
	f.Tensors[0].Data[0]++
	encoded(t, f)
	if before == "" || f.Fingerprint() == before {
		t.Errorf("fingerprint %q before and %q after a change", before, f.Fingerprint())
	}
}

func TestReadFaults(t *testing.T) {
	good := encoded(t, small())
	change := func(i int) []byte { b := bytes.Clone(good); b[i] ^= 1; return b }
	newer := bytes.Clone(good)
	newer[8]++
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"text", []byte("hello, this is not a weights file"), ErrMagic},
		{"short text", []byte("hi"), ErrMagic},
		{"newer version", newer, ErrVersion},
		{"newer version, cut", newer[:100], ErrVersion},
		{"empty", nil, ErrTruncated},
		{"cut in the magic", good[:5], ErrTruncated},
		{"cut in the length", good[:15], ErrTruncated},
		{"cut in the header", good[:60], ErrTruncated},
		{"cut in a tensor", good[:len(good)-50], ErrTruncated},
		{"cut in the checksum", good[:len(good)-1], ErrTruncated},
		{"altered header", change(40), ErrAltered},
		{"altered tensor", change(len(good) - 40), ErrAltered},
		{"altered checksum", change(len(good) - 1), ErrAltered},
		{"altered length, above MaxSize", change(19), ErrAltered},
		{"bytes after the end", append(bytes.Clone(good), 0), ErrAltered},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Read(bytes.NewReader(tt.data)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// A file cut at any byte, or with any byte changed, gives an error.
func TestReadEveryCutAndFlip(t *testing.T) {
	good := encoded(t, small())
	for i := range good {
		if _, err := Read(bytes.NewReader(good[:i])); !errors.Is(err, ErrTruncated) {
			t.Fatalf("cut to %d bytes: got %v, want %v", i, err, ErrTruncated)
		}
		b := bytes.Clone(good)
		b[i] ^= 0x10
		if _, err := Read(bytes.NewReader(b)); err == nil {
			t.Fatalf("byte %d altered: no error", i)
		}
	}
}

// Files with a correct checksum but malformed content.
func TestReadMalformed(t *testing.T) {
	le := binary.LittleEndian
	start := func(header string, tensors uint32) []byte {
		b := le.AppendUint32([]byte(magic), version)
		b = le.AppendUint64(b, 0)
		b = le.AppendUint32(b, uint32(len(header)))
		return le.AppendUint32(append(b, header...), tensors)
	}
	tensor := func(b []byte, name string, shape []uint32, data ...float32) []byte {
		b = append(le.AppendUint16(b, uint16(len(name))), name...)
		b = append(b, byte(len(shape)))
		for _, d := range shape {
			b = le.AppendUint32(b, d)
		}
		for _, v := range data {
			b = le.AppendUint32(b, math.Float32bits(v))
		}
		return b
	}
	older := start("{}", 0)
	older[8] = 0
	tests := []struct {
		name string
		body []byte
		want string
	}{
		{"version 0", older, "version 0"},
		{"header is not JSON", start("{", 0), "header"},
		{"header longer than the file", le.AppendUint32(le.AppendUint64(le.AppendUint32([]byte(magic), version), 0), 1<<31), "header"},
		{"a million tensors announced", start("{}", 1e6), "beyond its end"},
		{"shape larger than memory", tensor(start("{}", 1), "w", []uint32{1 << 31, 1 << 31, 1 << 31}), "too large"},
		{"shape larger than the file", tensor(start("{}", 1), "w", []uint32{1000, 1000}), "beyond its end"},
		{"empty dimension", tensor(start("{}", 1), "w", []uint32{0}), "empty"},
		{"no dimensions", tensor(start("{}", 1), "w", nil), "0 dimensions"},
		{"no name", tensor(start("{}", 1), "", []uint32{1}, 1), "name"},
		{"duplicate name", tensor(tensor(start("{}", 2), "w", []uint32{1}, 1), "w", []uint32{1}, 1), "duplicate"},
		{"not a number", tensor(start("{}", 1), "w", []uint32{1}, float32(math.NaN())), "NaN"},
		{"bytes after the tensors", append(start("{}", 0), 1, 2, 3), "3 bytes after"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(bytes.NewReader(sealed(tt.body)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error containing %q", err, tt.want)
			}
		})
	}
}

func TestWriteRefuses(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*File)
		want  string
	}{
		{"shape and data differ", func(f *File) { f.Tensors[1].Shape = []int{2} }, `tensor "temperature" has 1 numbers, want 2 for shape [2]`},
		{"training diverged", func(f *File) { f.Tensors[0].Data[2] = float32(math.Inf(1)) }, `tensor "picture.1.weight": number 2 is +Inf`},
		{"duplicate name", func(f *File) { f.Tensors[1].Name = f.Tensors[0].Name }, "duplicate tensor"},
		{"figure is not a number", func(f *File) { f.Figures[0].Value = math.NaN() }, "header"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := small()
			tt.spoil(f)
			var b bytes.Buffer
			if err := f.Write(&b); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error containing %q", err, tt.want)
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes written despite the error", b.Len())
			}
		})
	}
}

func TestSaveAndOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "new.weights")
	f := small()
	if err := f.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Fingerprint() != f.Fingerprint() {
		t.Errorf("fingerprint %s, want %s", got.Fingerprint(), f.Fingerprint())
	}

	f.Tensors[0].Data[0] = float32(math.NaN())
	if err := f.Save(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want an error naming %s", err, path)
	}
	if again, err := Open(path); err != nil || again.Fingerprint() != got.Fingerprint() {
		t.Errorf("a failed save damaged the file: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files left in the folder, want 1", len(left))
	}
}

func TestOpenFaults(t *testing.T) {
	dir := t.TempDir()
	cut := filepath.Join(dir, "cut.weights")
	b := encoded(t, small())
	if err := os.WriteFile(cut, b[:len(b)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, path string
		want       error
	}{
		{"missing", filepath.Join(dir, "none.weights"), fs.ErrNotExist},
		{"folder", dir, nil},
		{"cut", cut, ErrTruncated},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(tt.path)
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if n := strings.Count(err.Error(), tt.path); n != 1 {
				t.Errorf("%q names the path %d times, want once", err, n)
			}
		})
	}
}

// The committed weights can be read. Without weights, the error is ErrNoWeights.
func TestDefault(t *testing.T) {
	f, err := Default()
	if errors.Is(err, ErrNoWeights) {
		t.Skip("no weights built in yet")
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Tensors) == 0 || len(f.Fingerprint()) != 64 || len(f.HeldOut) == 0 || len(f.DataHash) != 64 {
		t.Errorf("%d tensors, fingerprint %q, held out %q, data %q: want none of them empty", len(f.Tensors), f.Fingerprint(), f.HeldOut, f.DataHash)
	}
}

// FuzzRead checks that Read does not panic on any bytes and that every File it accepts can be
// written and read again. Some inputs get a correct length and checksum, so that they reach the
// parser.
func FuzzRead(f *testing.F) {
	good := encoded(f, small())
	f.Add(good, false)
	f.Add(good[:len(good)-sha256.Size], true)
	f.Add([]byte(magic), false)
	f.Fuzz(func(t *testing.T, b []byte, seal bool) {
		if seal && len(b) >= preamble {
			b = sealed(b)
		}
		got, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		again, err := Read(bytes.NewReader(encoded(t, got)))
		if err != nil {
			t.Fatalf("not readable after a rewrite: %v", err)
		}
		if len(again.Tensors) != len(got.Tensors) {
			t.Fatalf("%d tensors after a rewrite, want %d", len(again.Tensors), len(got.Tensors))
		}
	})
}
