package face

import (
	"math"
)

// A view maps the pixels of one frame to places of the head. It is a grid of nodes;
// pixels between them are interpolated.
type view struct {
	left, top, right, bottom int    // pixels [left, right) x [top, bottom) may show the head
	columns                  int    // nodes per row
	nodes                    []node // (rows, columns)
}

// A node is the place of the head at one point of the grid.
type node struct {
	x, y float32 // place on the moving head, mm
	u, v float32 // the same place in the head layer, pixels
}

const cell = 8 // pixels between nodes

// computeView sets a.view for a pose of the head and a mouth.
func (a *Actor) computeView(b headPose, m *mouth) {
	v := &a.view
	v.columns = (v.right-v.left)/cell + 2
	rows := (v.bottom-v.top)/cell + 2
	if len(v.nodes) < v.columns*rows {
		v.nodes = make([]node, v.columns*rows)
	}
	sin, cos := math.Sincos(b.roll)
	for r := range rows {
		for c := range v.columns {
			px := float64(v.left+c*cell) + .5
			py := float64(v.top+r*cell) + .5
			x0, y0 := a.headAtRest(px, py)
			x0, y0 = x0-b.x, y0-b.y-pivotY
			x0, y0 = cos*x0+sin*y0, -sin*x0+cos*y0+pivotY
			// Parallax: turning shifts near points more than far points. Three
			// iterations find the point that is seen here.
			x, y := x0, y0
			for range 3 {
				z := a.depth.at(x, y) - 25
				x, y = x0-b.yaw*z, y0-b.pitch*z
			}
			u, w := a.toPainted(x, y, b, m)
			v.nodes[r*v.columns+c] = node{
				float32(x), float32(y),
				float32((u - a.head.left) * a.head.scale), float32((w - a.head.top) * a.head.scale),
			}
		}
	}
}

// pivotY is the y of the joint between head and neck, in mm.
const pivotY = 80

// toPainted maps a place (x, y) on the moving head to the place (u, v) on the head as painted,
// all in mm. The jaw moves chin and cheeks, the lips pull the surrounding skin, and the brows
// rise.
func (a *Actor) toPainted(x, y float64, b headPose, m *mouth) (u, v float64) {
	ax := math.Abs(x)
	u, v = x, y
	v -= m.pose.Jaw * ramp(mouthY-18, mouthY+24, y) * ramp(72, 36, ax)
	v += .5 * m.up * bell(y-mouthY+9, 7) * bell(x, 16)
	pulled := m.halfWidth - a.look.MouthWidth
	u -= math.Copysign(pulled*bell(ax-m.halfWidth-3, 11)*bell(y-mouthY, 13), x)
	v += b.brows * bell(y+a.look.BrowHeight, 8) * bell(ax-a.look.EyeDistance/2, 24)
	return u, v
}

// A heightMap is a coarse table of the heights of a relief.
type heightMap struct {
	w, h int
	z    []float32 // (h, w) mm, heightMapStep apart
}

const heightMapStep = 4.0 // mm

func newHeightMap(r *relief) *heightMap {
	f := &heightMap{w: layerWidth/heightMapStep + 2, h: layerHeight/heightMapStep + 2}
	f.z = make([]float32, f.w*f.h)
	for j := range f.h {
		for i := range f.w {
			// Hair and ears lie behind the face. A minimum height keeps the rim
			// continuous.
			f.z[j*f.w+i] = float32(max(-12, r.at(layerLeft+float64(i)*heightMapStep, layerTop+float64(j)*heightMapStep)))
		}
	}
	return f
}

func (f *heightMap) at(x, y float64) float64 {
	u := max(0, min(float64(f.w)-1.001, (x-layerLeft)/heightMapStep))
	v := max(0, min(float64(f.h)-1.001, (y-layerTop)/heightMapStep))
	i, j := int(u), int(v)
	p := f.z[j*f.w+i:]
	q := f.z[(j+1)*f.w+i:]
	tu, tv := u-float64(i), v-float64(j)
	return mix(mix(float64(p[0]), float64(p[1]), tu), mix(float64(q[0]), float64(q[1]), tu), tv)
}

// drawHead draws the warped head layer over the current frame.
func (a *Actor) drawHead() {
	v, l := &a.view, a.head
	for y := v.top; y < v.bottom; y++ {
		r, ty := (y-v.top)/cell, float32((y-v.top)%cell)/cell
		for c := 0; v.left+c*cell < v.right; c++ {
			n := v.nodes[r*v.columns+c:]
			k := v.nodes[(r+1)*v.columns+c:]
			u0, v0 := n[0].u+(k[0].u-n[0].u)*ty, n[0].v+(k[0].v-n[0].v)*ty
			u1, v1 := n[1].u+(k[1].u-n[1].u)*ty, n[1].v+(k[1].v-n[1].v)*ty
			du, dv := (u1-u0)/cell, (v1-v0)/cell
			x := v.left + c*cell
			for range min(cell, v.right-x) {
				i, j := int(u0), int(v0)
				if u0 >= 0 && v0 >= 0 && i < l.w-1 && j < l.h-1 {
					a.blend(x, y, l.pix[4*(j*l.w+i):], l.pix[4*((j+1)*l.w+i):], u0-float32(i), v0-float32(j))
				}
				u0, v0 = u0+du, v0+dv
				x++
			}
		}
	}
}

// blend draws a bilinear sample of the head layer over pixel (x, y). p and q start at
// the upper and the lower left of the four layer pixels; tu and tv are the position
// between them, 0..1.
func (a *Actor) blend(x, y int, p, q []float32, tu, tv float32) {
	p, q = p[:8], q[:8]
	w00, w10, w01, w11 := (1-tu)*(1-tv), tu*(1-tv), (1-tu)*tv, tu*tv
	cover := w00*p[3] + w10*p[7] + w01*q[3] + w11*q[7]
	if cover == 0 {
		return
	}
	d := a.pix[3*(y*a.w+x):][:3]
	d[0] = d[0]*(1-cover) + w00*p[0] + w10*p[4] + w01*q[0] + w11*q[4]
	d[1] = d[1]*(1-cover) + w00*p[1] + w10*p[5] + w01*q[1] + w11*q[5]
	d[2] = d[2]*(1-cover) + w00*p[2] + w10*p[6] + w01*q[2] + w11*q[6]
}

// headAt returns the place on the moving head, in mm, that pixel (x, y) shows.
func (v *view) headAt(x, y int) (float64, float64) {
	c, r := (x-v.left)/cell, (y-v.top)/cell
	tx, ty := float32((x-v.left)%cell)/cell, float32((y-v.top)%cell)/cell
	n, k := v.nodes[r*v.columns+c:], v.nodes[(r+1)*v.columns+c:]
	at := func(a, b, c, d float32) float64 {
		top, low := a+(b-a)*tx, c+(d-c)*tx
		return float64(top + (low-top)*ty)
	}
	return at(n[0].x, n[1].x, k[0].x, k[1].x), at(n[0].y, n[1].y, k[0].y, k[1].y)
}
