package train

import (
	"image"
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// An imageChange is a random change of the mouths of a clip (augmentation), the same for all
// frames, since a change from frame to frame would be motion.
type imageChange struct {
	// Source pixel and 8-bit fractions.
	source        [network.Side * network.Side]struct{ i, fx, fy int32 }
	gray          [256]float32
	noise         float64         // grey values
	blur          int             // number of passes
	occlusion     image.Rectangle // occluded pixels, at network resolution
	occlusionGrey float32         // grey value of the occlusion

	shade [network.Side * network.Side]float32 // brightness factor, 1 for no change

	// Changes of the points.
	inverse [4]float64 // inverse of warp.matrix
	warp    warp
	jitter  float64                     // deviation per frame, crop pixels
	offset  [2 * network.Points]float32 // constant offset, crop pixels
}

// A warp maps a pixel of the changed crop to its source: (u, v), in crop pixels from the centre
// and mirrored if mirror is true, to matrix·(u, v) + (dx, dy) + bend(u, v).
type warp struct {
	matrix        [4]float64
	dx, dy        float64    // crop pixels
	bendAmplitude [2]float64 // amplitude in x and y, crop pixels
	bendFrequency [2]float64 // radians per crop pixel: along v, along u
	bendPhase     [2]float64
	mirror        bool
}

// bend returns a smooth displacement, small relative to a mouth, that changes the distances
// between lips and chin and thus the identity of the face.
func (s *warp) bend(u, v float64) (x, y float64) {
	return s.bendAmplitude[0] * math.Sin(s.bendFrequency[0]*v+s.bendPhase[0]), s.bendAmplitude[1] * math.Sin(s.bendFrequency[1]*u+s.bendPhase[1])
}

// noImageChange returns the change that only halves the crops by 2×2 means.
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

// blurPasses are the possible numbers of blur passes, one of which is drawn. Small faces and low
// bit rates lose more detail than one pass removes.
var blurPasses = [...]int{0, 0, 0, 0, 0, 1, 2, 4}

// drawWarp draws scale ±12 %, aspect ratio ±12 %, shear ±0.08, rotation ±8°, position ±5 of
// 96 pixels, mirroring, and a bend of up to 2.5 pixels with wavelengths of 60 to 180 pixels.
func drawWarp(rng *rand.Rand) warp {
	about := func(most float64) float64 { return most * (2*rng.Float64() - 1) }
	scale, wide := 1+about(0.12), math.Exp(about(0.06))
	sin, cos := math.Sincos(about(8 * math.Pi / 180))
	a, b := scale*wide, scale/wide
	shear := about(0.08)
	// rotation · (width, height, shear)
	s := warp{matrix: [4]float64{a * cos, a*cos*shear - b*sin, a * sin, a*sin*shear + b*cos},
		dx: about(5), dy: about(5), mirror: rng.IntN(2) == 0}
	for i := range s.bendAmplitude {
		s.bendAmplitude[i] = 2.5 * rng.Float64()
		s.bendFrequency[i] = 2 * math.Pi / (60 + 120*rng.Float64())
		s.bendPhase[i] = 2 * math.Pi * rng.Float64()
	}
	return s
}

// drawImageChange draws a random change: warp, gamma, light from one side, noise, blur and
// occlusion.
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
	if rng.IntN(4) == 0 { // a hand, a microphone, a frame around the face
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

// light brightens the face by the factor 1+x at the right edge and 1+y at the lower edge, and
// darkens the opposite edges.
func (l *imageChange) light(x, y float64) {
	const side = network.Side
	for i := range l.shade {
		l.shade[i] = float32(1 + x*(float64(i%side)*2/(side-1)-1) + y*(float64(i/side)*2/(side-1)-1))
	}
}

// setWarp sets the source pixels and the inverse of a warp.
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

// unwarp returns where the change moves point (x, y) of the crop, relative to the centre.
func (l *imageChange) unwarp(x, y float64) (u, v float64) {
	x, y = x-l.warp.dx, y-l.warp.dy
	// Fixed-point iteration; the bend is small, each round leaves 10 % of the error.
	for range 3 {
		bx, by := l.warp.bend(u, v)
		u, v = l.inverse[0]*(x-bx)+l.inverse[1]*(y-by), l.inverse[2]*(x-bx)+l.inverse[3]*(y-by)
	}
	if l.warp.mirror {
		u = -u
	}
	return u, v
}

// apply writes the changed crop (CropSize, CropSize) to dst (Side, Side).
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
		// Uniform noise of the same power takes a third of the time of Gaussian noise.
		for i := range dst {
			dst[i] += float32(l.noise * 3.46 * (rng.Float64() - .5))
		}
	}
}

// mirrored is the index of each point's counterpart on the other side of the face: lips in the
// order of [video.Mouth.Lips], then the jaw.
var mirrored = func() (at [network.Points]int) {
	copy(at[:], []int{6, 5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 16, 15, 14, 13, 12, 19, 18, 17})
	for i := range 17 {
		at[20+i] = 20 + 16 - i
	}
	return at
}()

// movePoints writes the points (Points, 2) of a crop to dst, moved as apply moves the pixels.
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

// smoothCrop smooths a crop (Side, Side) in place by [1 2 1]/4 in both directions.
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
