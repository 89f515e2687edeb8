package clip

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/cmd/sample/speech"
)

// splice returns a copy of a in which b replaces the interval [start, end), in seconds; b
// begins at start. Both seams are cross-faded over 8 ms. Samples are at speech.Rate.
func splice(a, b []float64, start, end float64) []float64 {
	from, to := int(start*speech.Rate), int(end*speech.Rate)
	out := append([]float64(nil), a...)
	for len(out) < to {
		out = append(out, 0)
	}
	const fade = speech.Rate / 125
	for i := from; i < to && i-from < len(b); i++ {
		k := min(1, float64(i-from)/fade, float64(to-i)/fade)
		out[i] += k * (b[i-from] - out[i])
	}
	return out
}

// inRoom returns n samples of a voice in a room, delayed by lag seconds. It adds a few early
// reflections and faint noise, so that the sound never is digital silence. Samples are at
// speech.Rate, full scale 1.
func inRoom(voice []float64, n int, lag float64, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 0x726f6f6d))
	out := make([]float64, n)
	late := int(math.Round(lag * speech.Rate))
	type path struct {
		delay int
		gain  float64
	}
	paths := []path{{0, .8}}
	for n := range 5 {
		ms := 4 + 9*float64(n)*(.7+.6*r.Float64())
		paths = append(paths, path{int(ms * speech.Rate / 1000), .16 / (1 + .8*float64(n)) * (r.Float64() + .3)})
	}
	for _, p := range paths {
		for i, v := range voice {
			if at := i + late + p.delay; at >= 0 && at < n {
				out[at] += p.gain * v
			}
		}
	}
	level := .0006 * (.5 + 1.5*r.Float64())
	var slow float64
	for i := range out {
		w := r.NormFloat64()
		slow += .06 * (w - slow)
		out[i] = math.Tanh(out[i] + level*(.5*w+3*slow))
	}
	return out
}
