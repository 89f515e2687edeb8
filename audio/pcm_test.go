package audio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"testing"
	"testing/iotest"
)

// Every 16-bit value is decoded exactly, whatever the sizes of the stream's reads.
func TestReadStreams(t *testing.T) {
	var want []int
	var raw []byte
	for v := math.MinInt16; v <= math.MaxInt16; v++ {
		want = append(want, v)
		raw = append(raw, byte(v), byte(v>>8))
	}
	for name, stream := range map[string]io.Reader{
		"whole":                     bytes.NewReader(raw),
		"half a sample at the end":  bytes.NewReader(append(bytes.Clone(raw), 7)),
		"one byte at a time":        iotest.OneByteReader(bytes.NewReader(raw)),
		"half of each read":         iotest.HalfReader(bytes.NewReader(raw)),
		"end with the last bytes":   iotest.DataErrReader(bytes.NewReader(raw)),
		"one and a half at the end": io.MultiReader(bytes.NewReader(raw[:len(raw)-3]), bytes.NewReader(raw[len(raw)-3:])),
	} {
		t.Run(name, func(t *testing.T) {
			if got := samplesOf(t, newPCMReader(stream, maxBytes, FrameSamples)); !slices.Equal(got, want) {
				t.Errorf("%d samples differ from the %d written", len(got), len(want))
			}
		})
	}
	for _, n := range []int{0, 1} {
		if got := samplesOf(t, newPCMReader(bytes.NewReader(raw[:n]), maxBytes, FrameSamples)); len(got) != 0 {
			t.Errorf("%d samples of %d bytes, want none", len(got), n)
		}
	}
}

// The samples beyond the limit stay in the stream, to be drained by the caller.
func TestReadLeavesTheRest(t *testing.T) {
	raw := pcmOf(noise(20, 0.5))
	const limit = 300_002
	stream := bytes.NewReader(raw)
	if got := samplesOf(t, newPCMReader(stream, limit, FrameSamples)); len(got) != limit/2 {
		t.Errorf("%d samples, want %d", len(got), limit/2)
	}
	if rest, err := io.ReadAll(stream); err != nil || !bytes.Equal(rest, raw[limit:]) {
		t.Errorf("%d bytes left, want %d", len(rest), len(raw)-limit)
	}
}

// The largest size in the header reaches the decoder unchanged.
func TestReadDecodesMaxBytes(t *testing.T) {
	p := newPCMReader(bytes.NewReader(nil), maxBytes, FrameSamples)
	samplesOf(t, p)
	if got := p.decoder.PCMLen(); got != maxBytes {
		t.Errorf("the decoder expects %d bytes, want %d", got, int64(maxBytes))
	}
}

func samplesOf(t *testing.T, p *pcmReader) []int {
	t.Helper()
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
	raw := pcmOf(sine(1, 100, 0.5))
	for _, n := range []int{0, 1, 2, 1280, 10001} {
		r := io.MultiReader(bytes.NewReader(raw[:n]), iotest.ErrReader(broken))
		s, err := Read(context.Background(), r, 0)
		if !errors.Is(err, broken) || s != nil {
			t.Errorf("after %d bytes: sound %v, error %v, want %v", n, s, err, broken)
		} else if want := "sound data: the disk is on fire"; err.Error() != want {
			t.Errorf("after %d bytes: error %q, want %q", n, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	raw := pcmOf(noise(0.1, 0.5))
	f.Add(raw)
	f.Add(raw[:51])
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := Read(context.Background(), bytes.NewReader(raw), 0)
		if err != nil {
			t.Fatal(err)
		}
		if samples := len(raw) / 2; s.Frames != (samples+FrameSamples-1)/FrameSamples {
			t.Errorf("%d frames of %d samples", s.Frames, samples)
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
