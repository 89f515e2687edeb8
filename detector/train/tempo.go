package train

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

// A tempo maps the frames of a window to positions in a clip. Picture and sound are resampled
// together, so that people speak more slowly or faster (Ko et al. 2015 change the tempo of sound
// for speech recognition; here the pitch is unchanged).
type tempo struct {
	first       float64 // position of frame 0 in the clip, frames
	rate        float64 // clip frames per output frame
	interpolate bool    // mix the two neighbouring frames; otherwise take the nearer one
}

// maxTempo is the maximum rate; its inverse is the minimum.
const maxTempo = 1.15

// originalTempo returns the unchanged tempo from frame first on.
func originalTempo(first int) tempo { return tempo{first: float64(first), rate: 1} }

// drawTempo draws a tempo and a position for n frames of a clip of frames frames. Half of the
// drawn tempos are unchanged. The rate is limited so that a short clip is not exceeded.
func drawTempo(rng *rand.Rand, n, frames int) tempo {
	p := tempo{rate: 1}
	if rng.IntN(2) == 0 {
		p.rate = math.Exp(math.Log(maxTempo) * (2*rng.Float64() - 1))
		p.rate = min(p.rate, max(1, float64(frames-1)/float64(n)))
		p.interpolate = rng.IntN(2) == 0
	}
	if room := frames - int(math.Ceil(float64(n)*p.rate)); room > 0 {
		p.first = float64(rng.IntN(room + 1))
	}
	return p
}

// at returns the position in the clip of frame i.
func (p tempo) at(i int) float64 { return p.first + float64(i)*p.rate }

// mouths writes n crops to dst (n, Side, Side) and their points to points (n, Points, 2). Outside
// the clip its first or last frame is repeated.
func (p tempo) mouths(dst, points []float32, s *dataset.Sample, n int, l *imageChange, rng *rand.Rand) {
	const row = 2 * network.Points
	var mixed [dataset.MouthSize]byte
	for i := range n {
		at := min(max(p.at(i), 0), float64(s.Frames-1))
		t := int(math.Round(at))
		pixels, outline := s.Crops[t*dataset.MouthSize:(t+1)*dataset.MouthSize], s.Outline(t)
		if before := int(at); p.interpolate && before+1 < s.Frames && at > float64(before) {
			part := at - float64(before)
			interpolateCrops(mixed[:], s.Crops[before*dataset.MouthSize:], s.Crops[(before+1)*dataset.MouthSize:], int(part*256))
			pixels = mixed[:]
			low, high := s.Outline(before), s.Outline(before+1)
			for k := range outline {
				outline[k] = low[k] + float32(part)*(high[k]-low[k])
			}
		}
		l.apply(dst[i*side:(i+1)*side], pixels, rng)
		l.movePoints(points[i*row:(i+1)*row], outline, rng)
	}
}

// interpolateCrops writes ((256-part)·a + part·b) / 256 to dst.
func interpolateCrops(dst, a, b []byte, part int) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = byte((int(a[i])*(256-part) + int(b[i])*part) >> 8)
	}
}

// sound writes log-mel steps of the clip's sound mel (steps, Bands), which is lag frames late, to
// dst (steps, Bands). The first step is start steps after frame 0. Outside the clip there is
// silence.
func (p tempo) sound(dst, mel []float32, start, lag int) {
	if p.rate == 1 {
		network.FillMel(dst, mel, start+audio.StepsPerFrame*(int(p.first)+lag), audio.SilentValue)
		return
	}
	begin := audio.StepsPerFrame * (p.first + float64(lag))
	row := func(step int) []float32 {
		if at := step * network.Bands; step >= 0 && at+network.Bands <= len(mel) {
			return mel[at : at+network.Bands]
		}
		return nil
	}
	for i := 0; i < len(dst); i += network.Bands {
		at := begin + float64(start+i/network.Bands)*p.rate
		step := int(math.Floor(at))
		part := float32(at - math.Floor(at))
		low, high := row(step), row(step+1)
		for b := range network.Bands {
			dst[i+b] = audio.SilentValue
			if low != nil && high != nil {
				dst[i+b] = low[b]*(1-part) + high[b]*part
			}
		}
	}
}
