package evaluate

import (
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
)

// A hearing is the sound of a clip, as a dataset.Sample holds it.
type hearing struct {
	mel    []float32 // (frames·4, Bands) normalised log-mel
	level  []float32 // (frames) dBFS
	voiced []bool    // (frames)
}

// silence returns n frames of digital silence.
func silence(n int) *hearing {
	h := &hearing{mel: make([]float32, n*dataset.MelRow), level: make([]float32, n), voiced: make([]bool, n)}
	for i := range h.mel {
		h.mel[i] = audio.SilentValue
	}
	for t := range h.level {
		h.level[t] = audio.MinLevel
	}
	return h
}

func (h *hearing) frames() int { return len(h.voiced) }

// silent reports whether the sound is digital silence.
func (h *hearing) silent() bool {
	return len(h.level) == 0 || slices.Max(h.level) <= audio.SilenceLevel
}

// speech returns the share of the frames with speech.
func (h *hearing) speech() float64 {
	n := 0
	for _, v := range h.voiced {
		if v {
			n++
		}
	}
	return float64(n) / float64(max(1, len(h.voiced)))
}

// put copies n frames of o, from frame from on, to frame at. Frames outside either sound are
// left out.
func (h *hearing) put(at int, o *hearing, from, n int) {
	skip := max(0, -at, -from)
	at, from = at+skip, from+skip
	n = min(n-skip, h.frames()-at, o.frames()-from)
	if n <= 0 {
		return
	}
	copy(h.mel[at*dataset.MelRow:(at+n)*dataset.MelRow], o.mel[from*dataset.MelRow:])
	copy(h.level[at:at+n], o.level[from:])
	copy(h.voiced[at:at+n], o.voiced[from:])
}

// shifted returns the sound by frames later (by > 0) or earlier (by < 0), at the same length,
// with silence in the gap.
func (h *hearing) shifted(by int) *hearing {
	out := silence(h.frames())
	out.put(by, h, 0, h.frames())
	return out
}

// fitted returns the first n frames of the sound, padded with silence.
func (h *hearing) fitted(n int) *hearing {
	out := silence(n)
	out.put(0, h, 0, n)
	return out
}

// crossFade is the length, in log-mel steps of 10 ms, of the cross-fade at either end of a
// splice.
const crossFade = 2

// spliced returns the sound with frames [at, at+n) replaced by frames [from, from+n) of o. The
// sound itself is not changed.
func (h *hearing) spliced(at int, o *hearing, from, n int) *hearing {
	out := silence(h.frames())
	out.put(0, h, 0, h.frames())
	out.put(at, o, from, n)
	blend := func(step int, own float32) {
		for i := step * audio.Bands; i < (step+1)*audio.Bands; i++ {
			out.mel[i] += own * (h.mel[i] - out.mel[i])
		}
	}
	first, last := at*audio.StepsPerFrame, (at+n)*audio.StepsPerFrame-1
	for i := range crossFade {
		own := 1 - float32(i+1)/(crossFade+1)
		blend(first+i, own)
		blend(last-i, own)
	}
	return out
}
