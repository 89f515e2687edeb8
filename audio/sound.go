package audio

import (
	"context"
	"io"
	"math"
	"time"
)

const (
	// SampleRate is the sampling rate that Read accepts, in Hz.
	SampleRate = 16000

	// FrameRate is the number of frames per second; equals video.FrameRate.
	FrameRate = 25

	// FrameSamples is the number of samples in a frame: 40 ms.
	FrameSamples = SampleRate / FrameRate

	// MinLevel, in dBFS, is the lowest level reported; digital silence has this level.
	MinLevel = -120

	fullScale = 1 << 15 // of a 16-bit sample
)

// A Sound holds the features of a sound track. It does not keep the samples. A Sound does not
// change after Read, so goroutines may share it.
type Sound struct {
	Mel   []LogPower // (Steps, Bands), see melBank
	Steps int        // Frames * StepsPerFrame

	Level  []float32 // (Frames) RMS in dBFS (0 for a full-scale square wave), >= MinLevel
	Voiced []bool    // (Frames) somebody speaks in this frame
	Frames int       // the last frame may be padded with zeros

	Duration time.Duration // of the samples, without padding
	Peak     float64       // largest |sample| in dBFS, >= MinLevel
	Clipped  float64       // share of samples at either end of the range, 0..1
}

// Read reads a stream of raw samples (16 kHz, mono, signed 16-bit little-endian) to its end. It
// stops after 37 hours and leaves the rest in the stream, see maxBytes. A Sound takes about 30 MB
// per hour. length is the announced duration, 0 if unknown; Read allocates memory for it in
// advance, for an hour at most. A stream without samples gives a Sound without frames. Errors are
// those of ctx and of the stream. Read checks ctx once per frame but cannot interrupt a blocked
// read of the stream: the owner of the stream must close it.
func Read(ctx context.Context, stream io.Reader, length time.Duration) (*Sound, error) {
	var (
		pcm     = newPCMReader(stream, maxBytes, FrameSamples)
		s       Sound
		samples int64
		peak    float64
		clipped int64
		a       = newAnalyser(&s, length)
		frame   [FrameSamples]float64
	)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		block, err := pcm.next()
		if err != nil {
			return nil, err
		}
		if len(block) == 0 {
			break
		}
		for i, v := range block {
			frame[i] = float64(v) / fullScale
			peak = max(peak, math.Abs(frame[i]))
			if v <= -fullScale || v >= fullScale-1 {
				clipped++
			}
		}
		clear(frame[len(block):])
		samples += int64(len(block))
		a.push(&frame)
	}
	a.finish()
	s.Steps = s.Frames * StepsPerFrame
	s.Duration = time.Duration(samples) * (time.Second / SampleRate)
	s.Peak = decibel(peak * peak)
	if samples > 0 {
		s.Clipped = float64(clipped) / float64(samples)
	}
	s.Voiced = voiceActivity(&s, a.pitch)
	return &s, nil
}

// VoicedShare returns the share of frames in which somebody speaks, 0..1; 0 without frames.
func (s *Sound) VoicedShare() float64 {
	if s.Frames == 0 {
		return 0
	}
	n := 0
	for _, v := range s.Voiced {
		if v {
			n++
		}
	}
	return float64(n) / float64(s.Frames)
}

// decibel returns a power (full scale = 1) in dBFS, at least MinLevel.
func decibel(power float64) float64 {
	return max(10*math.Log10(max(power, 1e-30)), MinLevel)
}

// An analyser measures one frame at a time, from that frame and both its neighbours.
type analyser struct {
	sound  *Sound
	mel    *melBank
	voice  *pitchFinder
	pitch  []pitch                   // (Frames)
	around [3 * FrameSamples]float64 // the previous frame, the frame, the next frame
	ahead  bool                      // the last third of around holds a frame not yet measured
}

// maxPreallocated bounds the announced length for which memory is allocated in advance.
const maxPreallocated = time.Hour

func newAnalyser(s *Sound, length time.Duration) *analyser {
	steps := int(min(max(length, 0), maxPreallocated) * SampleRate / Hop / time.Second)
	s.Mel = make([]LogPower, 0, (steps+FrameRate*StepsPerFrame)*Bands) // plus one second
	return &analyser{sound: s, mel: newMelBank(), voice: newPitchFinder()}
}

// push takes the next frame and measures the previous one.
func (a *analyser) push(frame *[FrameSamples]float64) {
	copy(a.around[:], a.around[FrameSamples:])
	copy(a.around[2*FrameSamples:], frame[:])
	if a.ahead {
		a.measure()
	}
	a.ahead = true
}

// finish measures the last frame.
func (a *analyser) finish() {
	if a.ahead {
		a.push(new([FrameSamples]float64))
	}
}

// measure appends the features of the middle frame.
func (a *analyser) measure() {
	power := 0.0
	for _, x := range a.around[FrameSamples : 2*FrameSamples] {
		power += x * x
	}
	a.sound.Level = append(a.sound.Level, float32(decibel(power/FrameSamples)))

	// A step's window extends equally beyond both ends of its hop.
	const lead = (Window - Hop) / 2
	var steps [StepsPerFrame * Bands]LogPower
	for i := 0; i < StepsPerFrame; i += 2 {
		at := FrameSamples + i*Hop - lead
		a.mel.two(steps[i*Bands:], a.around[at:], a.around[at+Hop:])
	}
	a.sound.Mel = append(a.sound.Mel, steps[:]...)

	a.pitch = append(a.pitch, a.voice.find(&a.around))
	a.sound.Frames++
}
