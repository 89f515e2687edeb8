package evaluate

import (
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
)

// A clipSound is the sound of a clip, as a dataset.Sample holds it.
type clipSound struct {
	mel    []float32 // (frames·4, Bands) normalised log-mel
	level  []float32 // (frames) dBFS
	voiced []bool    // (frames)
}

// silence returns n frames of digital silence.
func silence(n int) *clipSound {
	s := &clipSound{mel: make([]float32, n*dataset.MelRow), level: make([]float32, n), voiced: make([]bool, n)}
	for i := range s.mel {
		s.mel[i] = audio.SilentValue
	}
	for t := range s.level {
		s.level[t] = audio.MinLevel
	}
	return s
}

func (s *clipSound) frames() int { return len(s.voiced) }

// silent reports whether the sound is digital silence.
func (s *clipSound) silent() bool {
	return len(s.level) == 0 || slices.Max(s.level) <= audio.SilenceLevel
}

// speechShare returns the share of the frames with speech.
func (s *clipSound) speechShare() float64 {
	n := 0
	for _, v := range s.voiced {
		if v {
			n++
		}
	}
	return float64(n) / float64(max(1, len(s.voiced)))
}

// copyAt copies n frames of o, from frame from on, to frame at. Frames outside either sound are
// left out.
func (s *clipSound) copyAt(at int, other *clipSound, from, n int) {
	skip := max(0, -at, -from)
	at, from = at+skip, from+skip
	n = min(n-skip, s.frames()-at, other.frames()-from)
	if n <= 0 {
		return
	}
	copy(s.mel[at*dataset.MelRow:(at+n)*dataset.MelRow], other.mel[from*dataset.MelRow:])
	copy(s.level[at:at+n], other.level[from:])
	copy(s.voiced[at:at+n], other.voiced[from:])
}

// shifted returns the sound by frames later (by > 0) or earlier (by < 0), at the same length,
// with silence in the gap.
func (s *clipSound) shifted(by int) *clipSound {
	out := silence(s.frames())
	out.copyAt(by, s, 0, s.frames())
	return out
}

// ofLength returns the first n frames of the sound, padded with silence.
func (s *clipSound) ofLength(n int) *clipSound {
	out := silence(n)
	out.copyAt(0, s, 0, n)
	return out
}

// crossFade is the length, in log-mel steps of 10 ms, of the cross-fade at either end of a
// splice.
const crossFade = 2

// spliced returns the sound with frames [at, at+n) replaced by frames [from, from+n) of o. The
// sound itself is not changed.
func (s *clipSound) spliced(at int, other *clipSound, from, n int) *clipSound {
	out := silence(s.frames())
	out.copyAt(0, s, 0, s.frames())
	out.copyAt(at, other, from, n)
	mix := func(step int, own float32) {
		for i := step * audio.Bands; i < (step+1)*audio.Bands; i++ {
			out.mel[i] += own * (s.mel[i] - out.mel[i])
		}
	}
	first, last := at*audio.StepsPerFrame, (at+n)*audio.StepsPerFrame-1
	for i := range crossFade {
		own := 1 - float32(i+1)/(crossFade+1)
		mix(first+i, own)
		mix(last-i, own)
	}
	return out
}
