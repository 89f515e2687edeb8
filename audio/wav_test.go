package audio

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// chunk returns a RIFF chunk with its true size.
func chunk(id string, data []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(id), uint32(len(data)))
	out = append(out, data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// format returns the body of a "fmt " chunk.
func format(tag, channels uint16, rate uint32, bits uint16) []byte {
	le := binary.LittleEndian
	out := le.AppendUint16(nil, tag)
	out = le.AppendUint16(out, channels)
	out = le.AppendUint32(out, rate)
	out = le.AppendUint32(out, rate*uint32(channels*bits/8))
	out = le.AppendUint16(out, channels*bits/8)
	return le.AppendUint16(out, bits)
}

// riff returns a WAV file made of chunks.
func riff(chunks ...[]byte) []byte {
	body := append([]byte("WAVE"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func TestReadErrors(t *testing.T) {
	good := chunk("fmt ", format(1, 1, SampleRate, 16))
	whole := riff(good, chunk("data", make([]byte, 2000)))
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "no sound data at all: want a WAV stream"},
		{"text", []byte("this is no sound, but a text file"), `not a WAV stream: starts with "this"`},
		{"short text", []byte("hello"), "not a WAV stream: shorter than its header"},
		{"big-endian RIFX", append([]byte("RIFX"), whole[4:]...), `not a WAV stream: starts with "RIFX"`},
		{"AVI", append([]byte("RIFF\x10\x00\x00\x00AVI "), whole[12:]...), `not a WAV stream: starts with "RIFF"`},
		{"44.1 kHz stereo", riff(chunk("fmt ", format(1, 2, 44100, 16)), chunk("data", nil)),
			"wav is 44100 Hz, 2-channel, 16-bit: want 16000 Hz, 1-channel, 16-bit"},
		{"8 bits", riff(chunk("fmt ", format(1, 1, SampleRate, 8)), chunk("data", nil)),
			"wav is 16000 Hz, 1-channel, 8-bit: want 16000 Hz, 1-channel, 16-bit"},
		{"float", riff(chunk("fmt ", format(3, 1, SampleRate, 32)), chunk("data", nil)),
			"wav format 0x0003: want integer PCM (0x0001)"},
		{"cut in the format", whole[:30], "wav header cut short: no data chunk"},
		{"cut after the format", whole[:36], "wav header cut short: no data chunk"},
		{"data before format", riff(chunk("data", nil), good), "wav header: no format before the data"},
		{"format too small", riff(chunk("fmt ", []byte{1, 0}), chunk("data", nil)), "wav header: format chunk of 2 bytes"},
		{"format too large", riff(chunk("fmt ", make([]byte, 5000)), chunk("data", nil)), "wav header: format chunk of 5000 bytes"},
		{"endless chunk", append(riff(good), "junk\xff\xff\xff\xff and so on"...), "wav header cut short: no data chunk"},
		{"cut in the samples", whole[:len(whole)-1001], "wav data cut short: 499 of 1000 samples"},
		{"no samples where some are promised", whole[:44], "wav data cut short: 0 of 1000 samples"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Read(context.Background(), bytes.NewReader(tt.file), 0)
			if err == nil || s != nil {
				t.Fatalf("got %v, %v, want an error", s, err)
			}
			if err.Error() != tt.want {
				t.Errorf("error %q, want %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Error("error has more than a line")
			}
		})
	}
}

// The samples do not depend on the header or on the sizes of the stream's reads.
func TestReadStreams(t *testing.T) {
	plain := wavOf(noise(0.2, 0.5))
	data := plain[44:]
	format16 := chunk("fmt ", format(1, 1, SampleRate, 16))
	list := chunk("LIST", []byte("INFOISFT\x0e\x00\x00\x00Lavf59.27.100\x00"))
	sized := func(size uint32) []byte {
		out := binary.LittleEndian.AppendUint32([]byte("data"), size)
		return append(out, data...)
	}
	bytesOf := func(b []byte) func() io.Reader { return func() io.Reader { return bytes.NewReader(b) } }
	tests := []struct {
		name   string
		stream func() io.Reader
	}{
		{"true size", bytesOf(riff(format16, chunk("data", data)))},
		{"ffmpeg to a pipe", bytesOf(riff(format16, list, sized(0xFFFFFFFF)))},
		{"espeak-ng to a pipe", bytesOf(riff(format16, sized(0x7FFFF000)))},
		{"sox to a pipe", bytesOf(riff(format16, sized(0x7FFFFFFF-36)))},
		{"size left 0", bytesOf(riff(format16, sized(0)))},
		{"long format chunk", bytesOf(riff(chunk("fmt ", append(format(1, 1, SampleRate, 16), 0, 0)), sized(0xFFFFFFFF)))},
		{"odd chunk first", bytesOf(riff(chunk("junk", []byte{1, 2, 3}), format16, sized(0xFFFFFFFF)))},
		{"chunk after the data", bytesOf(riff(format16, chunk("data", data), list))},
		{"half a sample at the end", bytesOf(append(bytes.Clone(plain), 7))},
		{"one byte at a time", func() io.Reader { return iotest.OneByteReader(bytes.NewReader(plain)) }},
		{"error with the last bytes", func() io.Reader { return iotest.DataErrReader(bytes.NewReader(plain)) }},
	}
	want := samplesOf(t, bytes.NewReader(plain))
	if len(want) != 3200 {
		t.Fatalf("%d samples, want 3200", len(want))
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := samplesOf(t, tt.stream()); !slices.Equal(got, want) {
				t.Errorf("%d samples differ from the %d written", len(got), len(want))
			}
		})
	}
}

func samplesOf(t *testing.T, r io.Reader) []int {
	t.Helper()
	p, err := newPCMReader(r, FrameSamples)
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for {
		block, err := p.next()
		if err != nil {
			t.Fatal(err)
		}
		if len(block) == 0 {
			return out
		}
		out = append(out, block...)
	}
}

func TestReadPassesOnStreamErrors(t *testing.T) {
	broken := errors.New("the disk is on fire")
	file := wavOf(sine(1, 100, 0.5))
	for _, n := range []int{0, 20, 40, 44, 10001} {
		r := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(broken))
		if _, err := Read(context.Background(), r, 0); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: error %v, want %v", n, err, broken)
		}
	}
}

func FuzzRead(f *testing.F) {
	file := wavOf(noise(0.1, 0.5))
	f.Add(file)
	f.Add(file[:50])
	f.Add(riff(chunk("fmt ", format(1, 1, SampleRate, 16)), chunk("data", file[44:])))
	f.Add(riff(chunk("LIST", []byte("INFO")), chunk("fmt ", format(1, 2, 44100, 24))))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := Read(context.Background(), bytes.NewReader(file), 0)
		if err != nil {
			if err.Error() == "" || s != nil {
				t.Errorf("sound %v with error %q", s, err)
			}
			return
		}
		if s.Steps*Bands != len(s.Mel) || s.Frames != len(s.Voiced) || s.Frames != len(s.Level) {
			t.Errorf("%d frames, %d steps: mel %d, voiced %d, level %d", s.Frames, s.Steps, len(s.Mel), len(s.Voiced), len(s.Level))
		}
		for i, v := range Normalised(s) {
			if !(v >= -normaliseClip && v <= normaliseClip) {
				t.Fatalf("normalised value %d is %v", i, v)
			}
		}
	})
}
