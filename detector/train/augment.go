package train

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// A look is one random way in which a clip's mouths are changed, the same for
// all its frames: what differs from frame to frame would be motion.
type look struct {
	at    [network.Side * network.Side]struct{ i, fx, fy int32 } // source pixel and 8-bit fractions
	gray  [256]float32
	noise float64 // grey values
	blur  bool
}

// plainLook is the change that is none: crops halved in size by 2x2 means.
func plainLook() *look {
	l := new(look)
	l.place(1, 0, 0, 0, false)
	for v := range l.gray {
		l.gray[v] = float32(v)
	}
	return l
}

// drawLook draws a random change: size ±12 %, turn ±8°, place ±5 of 96 pixels,
// mirror, gamma, contrast, noise and blur.
func drawLook(rng *rand.Rand) *look {
	l := new(look)
	l.place(1+0.12*(2*rng.Float64()-1), 8*math.Pi/180*(2*rng.Float64()-1),
		5*(2*rng.Float64()-1), 5*(2*rng.Float64()-1), rng.IntN(2) == 0)
	gamma := math.Exp(0.4 * (2*rng.Float64() - 1))
	for v := range l.gray {
		l.gray[v] = float32(255 * math.Pow(float64(v)/255, gamma))
	}
	if rng.IntN(2) == 0 {
		l.noise = 8 * rng.Float64()
	}
	l.blur = rng.IntN(4) == 0
	return l
}

func (l *look) place(scale, angle, dx, dy float64, mirror bool) {
	const side, crop = network.Side, video.CropSize
	sin, cos := math.Sincos(angle)
	for y := range side {
		for x := range side {
			u, v := (float64(x)+.5)*crop/side-crop/2, (float64(y)+.5)*crop/side-crop/2
			if mirror {
				u = -u
			}
			sx := scale*(cos*u-sin*v) + crop/2 + dx - .5
			sy := scale*(sin*u+cos*v) + crop/2 + dy - .5
			sx, sy = math.Min(math.Max(sx, 0), crop-1.01), math.Min(math.Max(sy, 0), crop-1.01)
			p := &l.at[y*side+x]
			p.i = int32(sy)*crop + int32(sx)
			p.fx, p.fy = int32((sx-math.Floor(sx))*256), int32((sy-math.Floor(sy))*256)
		}
	}
}

// apply writes one crop (CropSize, CropSize) to dst (Side, Side).
func (l *look) apply(dst []float32, crop []byte, rng *rand.Rand) {
	const w = video.CropSize
	for i := range dst {
		p := &l.at[i]
		c := crop[p.i : p.i+w+2]
		top := int32(c[0])*(256-p.fx) + int32(c[1])*p.fx
		low := int32(c[w])*(256-p.fx) + int32(c[w+1])*p.fx
		dst[i] = l.gray[(top*(256-p.fy)+low*p.fy)>>16]
	}
	if l.blur {
		blurred(dst)
	}
	if l.noise > 0 {
		for i := range dst { // even noise of the same power costs a third of Gaussian
			dst[i] += float32(l.noise * 3.46 * (rng.Float64() - .5))
		}
	}
}

// blurred smooths a crop (Side, Side) in place by [1 2 1]/4 each way.
func blurred(p []float32) {
	const s = network.Side
	for y := range s {
		row := p[y*s : (y+1)*s]
		last := row[0]
		for x := 1; x < s-1; x++ {
			now := row[x]
			row[x] = (last + 2*now + row[x+1]) / 4
			last = now
		}
	}
	for x := range s {
		last := p[x]
		for y := 1; y < s-1; y++ {
			now := p[y*s+x]
			p[y*s+x] = (last + 2*now + p[(y+1)*s+x]) / 4
			last = now
		}
	}
}

// A tone is one random way in which a clip's normalised log-mel is changed.
type tone struct {
	gain   float32
	offset [network.Bands]float32
	floor  float32
	noise  float64
}

// drawTone draws a change of level, tilt, noise floor and band limits.
func drawTone(rng *rand.Rand) *tone {
	t := &tone{gain: float32(1 + 0.15*(2*rng.Float64()-1)), floor: -100, noise: 0.15 * rng.Float64()}
	tilt, bend, phase := 0.5*(2*rng.Float64()-1), 0.3*rng.Float64(), 2*math.Pi*rng.Float64()
	for b := range t.offset {
		x := float64(b)/network.Bands - .5
		t.offset[b] = float32(tilt*x + bend*math.Sin(6*x+phase))
	}
	if rng.IntN(2) == 0 {
		t.floor = float32(-2 + 1.8*rng.Float64())
	}
	if rng.IntN(4) == 0 { // a narrow line: the upper or lower bands are lost
		from, to := 0, 2+rng.IntN(5)
		if rng.IntN(2) == 0 {
			from, to = network.Bands-2-rng.IntN(10), network.Bands
		}
		for b := from; b < to; b++ {
			t.offset[b] = -4
		}
	}
	return t
}

func (t *tone) apply(mel []float32, rng *rand.Rand) {
	for i, v := range mel {
		v = v*t.gain + t.offset[i%network.Bands]
		v = max(v, t.floor) + float32(t.noise*3.46*(rng.Float64()-.5))
		mel[i] = min(max(v, -4), 4)
	}
}
