package face

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/cmd/sample/speech"
)

// An Actor draws one person in pictures of one size. Only one goroutine may use an
// Actor at a time.
type Actor struct {
	look   Look
	w, h   int
	scale  float64 // pixels per mm
	cx, cy float64 // pixel between the eyes with the head at rest

	scene  []float32  // (h, w, 3) RGB of wall and body, 0..1
	head   *layer     // painted at rest
	depth  *heightMap // of the head
	motion *motion
	grain  []float32 // noise of standard deviation 1; length is a power of 2

	pix  []float32 // (h, w, 3) RGB of the current frame, 0..1
	view view      // of the current frame
}

// NewActor paints the scene and the head. It takes about 0.3 s at 640x480.
func NewActor(look Look, width, height int) *Actor {
	a := &Actor{look: look, w: width, h: height, motion: newMotion(&look)}
	a.scale = look.Size * min(float64(height)/480, float64(width)/400)
	a.cx = float64(width)/2 + look.OffsetX*a.scale
	a.cy = .43 * float64(height)
	r := newRelief(&a.look)
	a.scene = paintScene(&a.look, width, height, func(i, j int) (float64, float64) {
		return a.headAtRest(float64(i)+.5, float64(j)+.5)
	}, a.scale)
	a.head = newLayer(a.scale * 1.25)
	lit := r.light(a.head)
	r.paintSkin(a.head, lit)
	r.paintHair(a.head, lit)
	a.depth = newHeightMap(r)
	a.pix = make([]float32, len(a.scene))
	const margin = 14 // mm by which the head may sway
	clip := func(v, top int) int { return max(0, min(top, v)) }
	a.view.left = clip(int(a.cx+(layerLeft-margin)*a.scale), width)
	a.view.top = clip(int(a.cy+(layerTop-margin)*a.scale), height)
	a.view.right = clip(int(a.cx+(layerLeft+layerWidth+margin)*a.scale), width)
	a.view.bottom = clip(int(a.cy+(layerTop+layerHeight+margin)*a.scale), height)
	rnd := rand.New(rand.NewPCG(look.Seed, 0x677261696e))
	a.grain = make([]float32, 1<<16)
	for i := range a.grain {
		a.grain[i] = float32(rnd.NormFloat64())
	}
	return a
}

// headAtRest returns the place, in mm, that a point of the picture, in pixels, shows
// when the head is at rest.
func (a *Actor) headAtRest(px, py float64) (x, y float64) {
	return (px - a.cx) / a.scale, (py - a.cy) / a.scale
}

// Draw draws the picture at time t, in seconds, into dst, (height, width, 3) RGB. The
// number frame selects the noise.
func (a *Actor) Draw(dst []byte, frame int, t float64, pose speech.Pose) {
	copy(a.pix, a.scene)
	b := a.motion.at(t, pose.Jaw)
	m := newMouth(&a.look, pose)
	a.computeView(b, m)
	a.drawHead()
	a.drawMouth(m)
	gx, gy := a.motion.gaze(t)
	// The eyes keep looking at the viewer while the head turns.
	a.drawEyes(&eyes{look: &a.look, open: a.motion.lids(t), gazeX: gx - 12*b.yaw, gazeY: gy - 12*b.pitch})
	a.writeRGB(dst, frame)
}

// DrawEmpty draws the wall and the body without the head, as Draw does.
func (a *Actor) DrawEmpty(dst []byte, frame int) {
	copy(a.pix, a.scene)
	a.writeRGB(dst, frame)
}

// paintNear repaints all pixels that show a place of the head within (rx, ry) of
// (x, y), all in mm. paint receives the place and the pixel's colour and returns the
// new colour.
func (a *Actor) paintNear(x, y, rx, ry float64, paint func(x, y float64, skin Color) Color) {
	// Search a wider box, because the head sways and turns.
	const slack = 16.0
	v := &a.view
	left := max(v.left, int(a.cx+(x-rx-slack)*a.scale))
	right := min(v.right, int(a.cx+(x+rx+slack)*a.scale))
	top := max(v.top, int(a.cy+(y-ry-slack)*a.scale))
	bottom := min(v.bottom, int(a.cy+(y+ry+slack)*a.scale))
	for j := top; j < bottom; j++ {
		for i := left; i < right; i++ {
			hx, hy := v.headAt(i, j)
			if math.Abs(hx-x) > rx || math.Abs(hy-y) > ry {
				continue
			}
			p := a.pix[3*(j*a.w+i):][:3]
			c := paint(hx, hy, Color{float64(p[0]), float64(p[1]), float64(p[2])})
			p[0], p[1], p[2] = float32(c[0]), float32(c[1]), float32(c[2])
		}
	}
}

func (a *Actor) drawMouth(m *mouth) {
	a.paintNear(0, mouthY+4, 36, 30, func(x, y float64, skin Color) Color {
		return m.paint(x, y, a.scale, skin)
	})
}

func (a *Actor) drawEyes(e *eyes) {
	for _, side := range []float64{-1, 1} {
		a.paintNear(side*a.look.EyeDistance/2, 0, eyeHalf+2, 14, func(x, y float64, skin Color) Color {
			return e.paint(side*x-a.look.EyeDistance/2, y, a.scale, side, skin)
		})
	}
}

// writeRGB writes the current frame to dst, (h, w, 3), and adds camera noise.
func (a *Actor) writeRGB(dst []byte, frame int) {
	level := float32(a.look.Grain)
	for j := range a.h {
		at := int(hash(j, frame, a.look.Seed) * float64(len(a.grain)))
		row := a.pix[3*j*a.w : 3*(j+1)*a.w]
		out := dst[3*j*a.w : 3*(j+1)*a.w]
		for i := 0; i < len(row); i += 3 {
			at = (at + 1) & (len(a.grain) - 1)
			n := level*a.grain[at] + .5
			out[i] = toByte(row[i]*255 + n)
			out[i+1] = toByte(row[i+1]*255 + n)
			out[i+2] = toByte(row[i+2]*255 + n)
		}
	}
}

func toByte(v float32) byte {
	if v <= 0 {
		return 0
	}
	if v >= 255 {
		return 255
	}
	return byte(v)
}
