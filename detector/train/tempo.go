package train

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

// A pace is where in a clip frames are taken from, and how fast: picture and sound
// together, so that people speak more slowly or faster than they did (Ko et al. 2015
// do it to the sound of speech recognition; the pitch stays here).
type tempo struct {
	first       float64 // frame of the clip that becomes frame 0
	rate        float64 // frames of the clip from one frame to the next
	interpolate bool    // frames in between are mixed of both neighbours, else the nearer is taken
}

// fastest bounds the rate, and its inverse the slowest one.
const maxTempo = 1.15

// steady is the pace of the clip itself from a frame on.
func originalTempo(first int) tempo { return tempo{first: float64(first), rate: 1} }

// drawPace draws a pace and a place for n frames of a clip; half of the paces are
// the clip's own. A clip that is too short for a faster one gets none.
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

// at is the place in the clip of frame i.
func (p tempo) at(i int) float64 { return p.first + float64(i)*p.rate }

// mouths writes n crops at a pace to dst (n, Side, Side) and their points to points
// (n, Points, 2); before the clip's first and after its last frame these are repeated.
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

// mix writes a share of 256-part of a and part of b to dst.
func interpolateCrops(dst, a, b []byte, part int) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = byte((int(a[i])*(256-part) + int(b[i])*part) >> 8)
	}
}

// sound writes log-mel steps to dst (steps, Bands), the first of them start steps
// after frame 0 of the pace; the clip's sound mel (…, Bands) is lag frames late.
// Beside it there is silence.
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
