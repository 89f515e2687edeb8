package train

import (
	"image"
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
	noise float64         // grey values
	blur  int             // times
	patch image.Rectangle // pixels of the crop as the network sees it that something covers
	cover float32         // its grey value

	// the same for the points
	turn    [4]float64 // from crop to look, about the middle
	dx, dy  float64    // crop pixels
	mirror  bool
	tremble float64                     // deviation in every frame, crop pixels
	offset  [2 * network.Points]float32 // of the whole clip, crop pixels
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

// blurs are the numbers of times that a look is blurred, one drawn: a face that was
// small, or encoded at a low rate, has lost more than one pass takes.
var blurs = [...]int{0, 0, 0, 0, 0, 1, 2, 4}

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
	l.blur = blurs[rng.IntN(len(blurs))]
	if rng.IntN(4) == 0 { // a hand, a microphone, a frame drawn round the face
		x, y := rng.IntN(network.Side), rng.IntN(network.Side)
		l.patch = image.Rect(x, y, x+1+rng.IntN(16), y+1+rng.IntN(16))
		if rng.IntN(2) == 0 {
			l.patch = image.Rect(0, y, network.Side, y+1+rng.IntN(3))
		}
		l.patch = l.patch.Intersect(image.Rect(0, 0, network.Side, network.Side))
		l.cover = 255 * rng.Float32()
	}
	for i := range l.offset {
		l.offset[i] = float32(rng.NormFloat64())
	}
	l.tremble = 0.5 * rng.Float64()
	return l
}

func (l *look) place(scale, angle, dx, dy float64, mirror bool) {
	const side, crop = network.Side, video.CropSize
	sin, cos := math.Sincos(angle)
	l.turn = [4]float64{cos / scale, sin / scale, -sin / scale, cos / scale}
	l.dx, l.dy, l.mirror = dx, dy, mirror
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
	for y := l.patch.Min.Y; y < l.patch.Max.Y; y++ {
		for x := l.patch.Min.X; x < l.patch.Max.X; x++ {
			dst[y*network.Side+x] = l.cover
		}
	}
	for range l.blur {
		blurred(dst)
	}
	if l.noise > 0 {
		for i := range dst { // even noise of the same power costs a third of Gaussian
			dst[i] += float32(l.noise * 3.46 * (rng.Float64() - .5))
		}
	}
}

// opposite is each point's place on the other side of the face: lips in the order
// of [video.Mouth.Lips], then the jaw.
var opposite = func() (at [network.Points]int) {
	for i, j := range []int{6, 5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 16, 15, 14, 13, 12, 19, 18, 17} {
		at[i] = j
	}
	for i := range 17 {
		at[20+i] = 20 + 16 - i
	}
	return at
}()

// move writes points (Points, 2) of a crop to dst, to where apply puts their pixels.
func (l *look) move(dst, points []float32, rng *rand.Rand) {
	const middle = video.CropSize / 2
	for i := range network.Points {
		x, y := float64(points[2*i])-middle-l.dx, float64(points[2*i+1])-middle-l.dy
		u, v := l.turn[0]*x+l.turn[1]*y, l.turn[2]*x+l.turn[3]*y
		at := i
		if l.mirror {
			u, at = -u, opposite[i]
		}
		if l.tremble > 0 {
			u += l.tremble * rng.NormFloat64()
			v += l.tremble * rng.NormFloat64()
		}
		dst[2*at], dst[2*at+1] = float32(u+middle)+l.offset[2*at], float32(v+middle)+l.offset[2*at+1]
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
	dull   [2]int // bands from, to that are flat
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
	if rng.IntN(3) == 0 { // some bands tell nothing (Park et al. 2019, SpecAugment)
		t.dull[0] = rng.IntN(network.Bands)
		t.dull[1] = t.dull[0] + 1 + rng.IntN(8)
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
		if b := i % network.Bands; b >= t.dull[0] && b < t.dull[1] {
			v = 0
		}
		mel[i] = min(max(v, -4), 4)
	}
}
