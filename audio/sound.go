package audio

import (
	"context"
	"io"
	"math"
	"time"
)

const (
	// SampleRate is the only rate that Read takes, in samples a second.
	SampleRate = 16000

	// FrameRate is the number of frames a second, video.FrameRate.
	FrameRate = 25

	// FrameSamples is the number of samples of one frame: 40 ms.
	FrameSamples = SampleRate / FrameRate

	// MinLevel is the level, in dBFS, that stands for no sound at all.
	MinLevel = -120

	fullScale = 1 << 15 // of a 16-bit sample
)

// A Sound is what deepcheck keeps of a sound track. Its samples are gone. A
// Sound is not written to after Read, so goroutines may share it.
type Sound struct {
	Mel   []LogPower // (Steps, Bands) of mel bands, see melBank
	Steps int        // Frames * StepsPerFrame

	Level  []float32 // (Frames) root mean square in dBFS (a full-scale square wave is 0), >= MinLevel
	Voiced []bool    // (Frames) somebody speaks in this frame
	Frames int       // the last one may be filled up with zeros

	Duration time.Duration // of the samples, without that filling
	Peak     float64       // greatest |sample| in dBFS, >= MinLevel
	Clipped  float64       // share of the samples that stand at either end of the range
}

// Read reads a WAV stream of 16 kHz mono 16-bit PCM to its end, from a file or
// from a pipe, whose header need not know the length. It keeps some 30 MB for
// an hour, for whose log-mel there is room from the start where length, how long the
// sound is said to be, is right; 0: unknown. A stream without samples is a Sound without
// frames. Read looks at ctx once a frame, but cannot interrupt a Read of the stream that blocks:
// whoever holds the other end must close it.
func Read(ctx context.Context, wav io.Reader, length time.Duration) (*Sound, error) {
	pcm, err := newPCMReader(wav, FrameSamples)
	if err != nil {
		return nil, err
	}
	var (
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

// VoicedShare returns the share of the frames in which somebody speaks, 0..1.
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

// decibel returns a power, full scale being 1, in dBFS.
func decibel(power float64) float64 {
	return max(10*math.Log10(max(power, 1e-30)), MinLevel)
}

// An analyser measures one frame at a time, with its two neighbours at hand.
type analyser struct {
	sound  *Sound
	mel    *melBank
	voice  *pitchFinder
	pitch  []pitch                   // (Frames)
	around [3 * FrameSamples]float64 // the frame before, the frame, the frame after
	ahead  bool                      // the frame after is a real one
}

// mostRoom is how long a sound is believed to be before it is heard.
const mostRoom = time.Hour

func newAnalyser(s *Sound, length time.Duration) *analyser {
	steps := int(min(max(length, 0), mostRoom) * SampleRate / Hop / time.Second)
	s.Mel = make([]LogPower, 0, (steps+FrameRate*StepsPerFrame)*Bands) // and a second more
	return &analyser{sound: s, mel: newMelBank(), voice: newPitchFinder()}
}

// push takes the next frame and measures the one before it.
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

// measure appends the numbers of the frame in the middle.
func (a *analyser) measure() {
	power := 0.0
	for _, x := range a.around[FrameSamples : 2*FrameSamples] {
		power += x * x
	}
	a.sound.Level = append(a.sound.Level, float32(decibel(power/FrameSamples)))

	// A step's window stands out on both sides of its hop alike.
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
