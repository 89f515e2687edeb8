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
type imageChange struct {
	source        [network.Side * network.Side]struct{ i, fx, fy int32 } // source pixel and 8-bit fractions
	gray          [256]float32
	noise         float64         // grey values
	blur          int             // times
	occlusion     image.Rectangle // pixels of the crop as the network sees it that something covers
	occlusionGrey float32         // its grey value

	shade [network.Side * network.Side]float32 // light, 1 where it is as it was

	// the same for the points
	inverse [4]float64 // from crop to look, about the middle
	warp    warp
	jitter  float64                     // deviation in every frame, crop pixels
	offset  [2 * network.Points]float32 // of the whole clip, crop pixels
}

// A shape is where a look takes its pixels from: for the place (u, v), in crop
// pixels about the middle, mirrored or not, from matrix·(u, v) + (dx, dy) + bend.
type warp struct {
	matrix        [4]float64
	dx, dy        float64    // crop pixels
	bendAmplitude [2]float64 // crop pixels by which places are bent sideways and upright, at most
	bendFrequency [2]float64 // radians a crop pixel: along v, along u
	bendPhase     [2]float64
	mirror        bool
}

// bend makes a face that is nobody's: no two have lips and chin at the same
// distances. It is smooth and small against a mouth.
func (s *warp) bend(u, v float64) (x, y float64) {
	return s.bendAmplitude[0] * math.Sin(s.bendFrequency[0]*v+s.bendPhase[0]), s.bendAmplitude[1] * math.Sin(s.bendFrequency[1]*u+s.bendPhase[1])
}

// plainLook is the change that is none: crops halved in size by 2x2 means.
func noImageChange() *imageChange {
	l := new(imageChange)
	l.setWarp(warp{matrix: [4]float64{1, 0, 0, 1}})
	for i := range l.shade {
		l.shade[i] = 1
	}
	for v := range l.gray {
		l.gray[v] = float32(v)
	}
	return l
}

// blurs are the numbers of times that a look is blurred, one drawn: a face that was
// small, or encoded at a low rate, has lost more than one pass takes.
var blurPasses = [...]int{0, 0, 0, 0, 0, 1, 2, 4}

// drawShape draws size ±12 %, width against height ±12 %, shear ±.08, turn ±8°,
// place ±5 of 96 pixels, mirror, and a bend of up to 2.5 pixels over waves of 60 to
// 180.
func drawWarp(rng *rand.Rand) warp {
	about := func(most float64) float64 { return most * (2*rng.Float64() - 1) }
	scale, wide := 1+about(0.12), math.Exp(about(0.06))
	sin, cos := math.Sincos(about(8 * math.Pi / 180))
	a, b := scale*wide, scale/wide
	shear := about(0.08)
	// turn · (width, height, shear)
	s := warp{matrix: [4]float64{a * cos, a*cos*shear - b*sin, a * sin, a*sin*shear + b*cos},
		dx: about(5), dy: about(5), mirror: rng.IntN(2) == 0}
	for i := range s.bendAmplitude {
		s.bendAmplitude[i] = 2.5 * rng.Float64()
		s.bendFrequency[i] = 2 * math.Pi / (60 + 120*rng.Float64())
		s.bendPhase[i] = 2 * math.Pi * rng.Float64()
	}
	return s
}

// drawLook draws a random change: shape, gamma, light from one side, noise, blur and cover.
func drawImageChange(rng *rand.Rand) *imageChange {
	l := new(imageChange)
	l.setWarp(drawWarp(rng))
	l.light(0.3*(2*rng.Float64()-1), 0.3*(2*rng.Float64()-1))
	gamma := math.Exp(0.4 * (2*rng.Float64() - 1))
	for v := range l.gray {
		l.gray[v] = float32(255 * math.Pow(float64(v)/255, gamma))
	}
	if rng.IntN(2) == 0 {
		l.noise = 8 * rng.Float64()
	}
	l.blur = blurPasses[rng.IntN(len(blurPasses))]
	if rng.IntN(4) == 0 { // a hand, a microphone, a frame drawn round the face
		x, y := rng.IntN(network.Side), rng.IntN(network.Side)
		l.occlusion = image.Rect(x, y, x+1+rng.IntN(16), y+1+rng.IntN(16))
		if rng.IntN(2) == 0 {
			l.occlusion = image.Rect(0, y, network.Side, y+1+rng.IntN(3))
		}
		l.occlusion = l.occlusion.Intersect(image.Rect(0, 0, network.Side, network.Side))
		l.occlusionGrey = 255 * rng.Float32()
	}
	for i := range l.offset {
		l.offset[i] = float32(rng.NormFloat64())
	}
	l.jitter = 0.5 * rng.Float64()
	return l
}

// light makes a face brighter towards the right by x and towards the chin by y, as
// shares at the edges.
func (l *imageChange) light(x, y float64) {
	const side = network.Side
	for i := range l.shade {
		l.shade[i] = float32(1 + x*(float64(i%side)*2/(side-1)-1) + y*(float64(i/side)*2/(side-1)-1))
	}
}

// place takes pixels from where a shape says.
func (l *imageChange) setWarp(s warp) {
	const side, crop = network.Side, video.CropSize
	l.warp = s
	m := s.matrix
	det := m[0]*m[3] - m[1]*m[2]
	l.inverse = [4]float64{m[3] / det, -m[1] / det, -m[2] / det, m[0] / det}
	for y := range side {
		for x := range side {
			u, v := (float64(x)+.5)*crop/side-crop/2, (float64(y)+.5)*crop/side-crop/2
			if s.mirror {
				u = -u
			}
			bx, by := s.bend(u, v)
			sx := m[0]*u + m[1]*v + bx + crop/2 + s.dx - .5
			sy := m[2]*u + m[3]*v + by + crop/2 + s.dy - .5
			sx, sy = math.Min(math.Max(sx, 0), crop-1.01), math.Min(math.Max(sy, 0), crop-1.01)
			p := &l.source[y*side+x]
			p.i = int32(sy)*crop + int32(sx)
			p.fx, p.fy = int32((sx-math.Floor(sx))*256), int32((sy-math.Floor(sy))*256)
		}
	}
}

// unplace is where in a look a place (x, y) of the crop, about the middle, goes to.
func (l *imageChange) unwarp(x, y float64) (u, v float64) {
	x, y = x-l.warp.dx, y-l.warp.dy
	for range 3 { // the bend is slight: each round leaves a tenth of the error
		bx, by := l.warp.bend(u, v)
		u, v = l.inverse[0]*(x-bx)+l.inverse[1]*(y-by), l.inverse[2]*(x-bx)+l.inverse[3]*(y-by)
	}
	if l.warp.mirror {
		u = -u
	}
	return u, v
}

// apply writes one crop (CropSize, CropSize) to dst (Side, Side).
func (l *imageChange) apply(dst []float32, crop []byte, rng *rand.Rand) {
	const w = video.CropSize
	for i := range dst {
		p := &l.source[i]
		c := crop[p.i : p.i+w+2]
		top := int32(c[0])*(256-p.fx) + int32(c[1])*p.fx
		low := int32(c[w])*(256-p.fx) + int32(c[w+1])*p.fx
		dst[i] = l.gray[(top*(256-p.fy)+low*p.fy)>>16] * l.shade[i]
	}
	for y := l.occlusion.Min.Y; y < l.occlusion.Max.Y; y++ {
		for x := l.occlusion.Min.X; x < l.occlusion.Max.X; x++ {
			dst[y*network.Side+x] = l.occlusionGrey
		}
	}
	for range l.blur {
		smoothCrop(dst)
	}
	if l.noise > 0 {
		for i := range dst { // even noise of the same power costs a third of Gaussian
			dst[i] += float32(l.noise * 3.46 * (rng.Float64() - .5))
		}
	}
}

// opposite is each point's place on the other side of the face: lips in the order
// of [video.Mouth.Lips], then the jaw.
var mirrored = func() (at [network.Points]int) {
	for i, j := range []int{6, 5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 16, 15, 14, 13, 12, 19, 18, 17} {
		at[i] = j
	}
	for i := range 17 {
		at[20+i] = 20 + 16 - i
	}
	return at
}()

// move writes points (Points, 2) of a crop to dst, to where apply puts their pixels.
func (l *imageChange) movePoints(dst, points []float32, rng *rand.Rand) {
	const middle = video.CropSize / 2
	for i := range network.Points {
		u, v := l.unwarp(float64(points[2*i])-middle, float64(points[2*i+1])-middle)
		at := i
		if l.warp.mirror {
			at = mirrored[i]
		}
		if l.jitter > 0 {
			u += l.jitter * rng.NormFloat64()
			v += l.jitter * rng.NormFloat64()
		}
		dst[2*at], dst[2*at+1] = float32(u+middle)+l.offset[2*at], float32(v+middle)+l.offset[2*at+1]
	}
}

// blurred smooths a crop (Side, Side) in place by [1 2 1]/4 each way.
func smoothCrop(p []float32) {
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
