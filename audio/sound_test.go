package audio

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/video"
)

// pcmOf returns samples (full scale = 1) as Read expects them.
func pcmOf(samples []float64) []byte {
	var out []byte
	for _, x := range samples {
		v := math.Round(x * fullScale)
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(max(-fullScale, min(fullScale-1, v)))))
	}
	return out
}

// read returns the Sound of samples.
func read(t testing.TB, samples []float64) *Sound {
	t.Helper()
	s, err := Read(context.Background(), bytes.NewReader(pcmOf(samples)), 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// made returns seconds of f(t), t in seconds.
func made(seconds float64, f func(t float64) float64) []float64 {
	out := make([]float64, int(seconds*SampleRate))
	for i := range out {
		out[i] = f(float64(i) / SampleRate)
	}
	return out
}

// sine returns seconds of a sine wave.
func sine(seconds, hertz, amplitude float64) []float64 {
	return made(seconds, func(t float64) float64 { return amplitude * math.Sin(2*math.Pi*hertz*t) })
}

// noise returns seconds of uniform white noise within ±amplitude.
func noise(seconds, amplitude float64) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	return made(seconds, func(float64) float64 { return amplitude * (2*r.Float64() - 1) })
}

// talk returns seconds of a speech-like sound: five syllables per second, each a hiss followed by
// a buzz of gliding pitch whose harmonics pass through two moving formants.
func talk(seconds float64) []float64 {
	r := rand.New(rand.NewPCG(3, 4))
	phase := 0.0
	return made(seconds, func(t float64) float64 {
		syllable := math.Mod(5*t, 1)
		pitch := 130 + 25*math.Sin(2*math.Pi*0.9*t) + 12*math.Sin(2*math.Pi*3.1*t)
		phase += 2 * math.Pi * pitch / SampleRate
		if syllable < 0.25 {
			return 0.03 * r.NormFloat64()
		}
		sum := 0.0
		for k := 1.0; k*pitch < 3500; k++ {
			near := func(formant, width float64) float64 {
				d := (k*pitch - formant) / width
				return 1 / (1 + d*d)
			}
			sum += math.Sin(k*phase) * (near(550+200*math.Sin(7*t), 120) + 0.4*near(1600+500*math.Sin(5*t), 200))
		}
		return 0.15 * sum * math.Sin(math.Pi*(syllable-0.25)/0.75)
	})
}

func TestFrameRate(t *testing.T) {
	if FrameRate != video.FrameRate {
		t.Errorf("FrameRate is %d, video.FrameRate %d", FrameRate, video.FrameRate)
	}
}

func TestReadMeasures(t *testing.T) {
	square := made(1, func(t float64) float64 {
		if math.Mod(100*t, 1) < 0.5 {
			return 1
		}
		return -1
	})
	tests := []struct {
		name     string
		samples  []float64
		frames   int
		duration time.Duration
		level    float64 // of frame 0
		peak     float64
		clipped  float64
	}{
		{"nothing", nil, 0, 0, 0, MinLevel, 0},
		{"one sample", []float64{0}, 1, 62500 * time.Nanosecond, MinLevel, MinLevel, 0},
		{"a frame and a sample", make([]float64, FrameSamples+1), 2, 40*time.Millisecond + 62500*time.Nanosecond, MinLevel, MinLevel, 0},
		{"silence", make([]float64, SampleRate), 25, time.Second, MinLevel, MinLevel, 0},
		{"sine at -6 dBFS", sine(1, 1000, 0.5), 25, time.Second, -9.03, -6.02, 0},
		{"full-scale square", square, 25, time.Second, 0, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := read(t, tt.samples)
			if s.Frames != tt.frames || s.Steps != 4*tt.frames {
				t.Fatalf("%d frames, %d steps, want %d, %d", s.Frames, s.Steps, tt.frames, 4*tt.frames)
			}
			if len(s.Level) != s.Frames || len(s.Voiced) != s.Frames || len(s.Mel) != s.Steps*Bands {
				t.Fatalf("lengths: level %d, voiced %d, mel %d", len(s.Level), len(s.Voiced), len(s.Mel))
			}
			if s.Duration != tt.duration {
				t.Errorf("duration %v, want %v", s.Duration, tt.duration)
			}
			if s.Frames > 0 && math.Abs(float64(s.Level[0])-tt.level) > 0.01 {
				t.Errorf("level %v, want %v", s.Level[0], tt.level)
			}
			if math.Abs(s.Peak-tt.peak) > 0.01 {
				t.Errorf("peak %v, want %v", s.Peak, tt.peak)
			}
			if s.Clipped != tt.clipped {
				t.Errorf("clipped %v, want %v", s.Clipped, tt.clipped)
			}
		})
	}
}

// Delaying a sound by k frames moves its features by k frames and changes nothing else.
func TestShift(t *testing.T) {
	// Long enough to have an inner part whose neighbourhoods lie within the sound.
	samples := append(append(noise(6, 0.01), talk(8)...), noise(6, 0.01)...)
	for i, x := range noise(20, 0.003) {
		samples[i] += x
	}
	before := read(t, samples)
	for _, k := range []int{1, 2, 7, 15} {
		after := read(t, append(noise(float64(k)/FrameRate, 0.01), samples...))
		if after.Frames != before.Frames+k {
			t.Fatalf("shift %d: %d frames, want %d", k, after.Frames, before.Frames+k)
		}
		for s := StepsPerFrame; s < before.Steps-StepsPerFrame; s++ {
			for b := range Bands {
				was, is := before.Mel[s*Bands+b], after.Mel[(s+k*StepsPerFrame)*Bands+b]
				if was != is {
					t.Fatalf("shift %d: step %d, band %d: %v, want %v", k, s, b, is, was)
				}
			}
		}
		x, y := Normalised(before), Normalised(after)
		const edge = normaliseSteps + StepsPerFrame
		for i := edge * Bands; i < (before.Steps-edge)*Bands; i++ {
			if x[i] != y[i+k*StepsPerFrame*Bands] {
				t.Fatalf("shift %d: normalised value %d: %v, want %v", k, i, y[i+k*StepsPerFrame*Bands], x[i])
			}
		}
		for f := floorFrames + 1; f < before.Frames-floorFrames-1; f++ {
			if before.Voiced[f] != after.Voiced[f+k] {
				t.Errorf("shift %d: frame %d: voiced %v, want %v", k, f, after.Voiced[f+k], before.Voiced[f])
			}
		}
	}
	if v := before.VoicedShare(); v < 0.3 || v > 0.5 {
		t.Errorf("voiced share %.2f, want about 0.4: 8 s of 20 s", v)
	}
}

func TestReadCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, bytes.NewReader(pcmOf(sine(1, 100, 0.5))), 0); err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func BenchmarkRead60s(b *testing.B) {
	raw := pcmOf(talk(60))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(raw), 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode60s is the part of BenchmarkRead60s that decodes the samples.
func BenchmarkDecode60s(b *testing.B) {
	raw := pcmOf(talk(60))
	b.ReportAllocs()
	for b.Loop() {
		p := newPCMReader(bytes.NewReader(raw), maxBytes, FrameSamples)
		for {
			block, err := p.next()
			if err != nil {
				b.Fatal(err)
			}
			if len(block) == 0 {
				break
			}
		}
	}
}

func BenchmarkNormalised60s(b *testing.B) {
	s := read(b, talk(60))
	for b.Loop() {
		Normalised(s)
	}
}

func BenchmarkVoiceActivity60s(b *testing.B) {
	s := read(b, talk(60))
	p := make([]pitch, s.Frames)
	for b.Loop() {
		voiceActivity(s, p)
	}
}
