package face

import "math"

// paintScene paints the wall and the body, which do not move. place maps the centre of
// a pixel to mm. The result is (h, w, 3) RGB, 0..1.
func paintScene(k *Look, w, h int, place func(i, j int) (x, y float64), perMM float64) []float32 {
	pix := make([]float32, 3*w*h)
	for j := range h {
		for i := range w {
			x, y := place(i, j)
			c := k.wall(x, y)
			if cover := k.neckCover(x, y, perMM); cover > 0 {
				c = c.blend(k.neck(x, y), cover)
			}
			if cover, shirt := k.shirt(x, y, perMM); cover > 0 {
				c = c.blend(shirt, cover)
			}
			p := pix[3*(j*w+i):]
			for n := range 3 {
				p[n] = float32(clamp01(c[n]))
			}
		}
	}
	return pix
}

// wall returns the colour of an out-of-focus room at (x, y) mm.
func (k *Look) wall(x, y float64) Color {
	c := k.Wall.times(.86 + .16*math.Tanh(k.Light[0]*x/160) - .0005*(y+60))
	for n := range 5 {
		u := func(m int) float64 { return hash(n, m, k.Seed+61) }
		cx, cy := mix(-260, 260, u(0)), mix(-180, 120, u(1))
		rw, rh := mix(25, 90, u(2)), mix(20, 110, u(3))
		in := ramp(1.25, .8, math.Abs(x-cx)/rw) * ramp(1.2, .8, math.Abs(y-cy)/rh)
		c = c.blend(Color{u(4), u(5), u(6)}.blend(k.Wall, .65).times(mix(.55, 1.15, u(7))), .7*in)
	}
	return c.times(1 + .012*fractalNoise(x/5, y/5, k.Seed+63))
}

func (k *Look) neckWidth(y float64) float64 {
	return mix(52, 44, k.Feminine)*k.Width + .007*max(0, y-100)*max(0, y-100)
}

func (k *Look) neckCover(x, y, perMM float64) float64 {
	if y < 40 || y > 185 {
		return 0
	}
	return clamp01(.5 + (k.neckWidth(y)-math.Abs(x))*perMM/1.5)
}

// neck returns the colour of the neck: a cylinder in the shadow of the chin.
func (k *Look) neck(x, y float64) Color {
	u := x / k.neckWidth(y)
	lit := .52 + .42*math.Sqrt(max(0, 1-u*u)) + .3*k.Contrast*u*k.Light[0]
	lit *= mix(.5, .92, ramp(104, 158, y+.012*x*x))
	// Two muscles run to the breastbone, which has a hollow above it.
	lit *= 1 + .05*bell(math.Abs(x)-(30-.2*(y-110)), 5) - .08*bell(x, 7)*bell(y-168, 9)
	c := k.Skin.tint(Color{1, .94, .92}).times(lit)
	return c.times(1 + .02*fractalNoise(x/7, y/7, k.Seed+65))
}

// shirt returns the opacity, 0..1, and the colour of the shirt at (x, y) mm.
func (k *Look) shirt(x, y, perMM float64) (float64, Color) {
	ax := math.Abs(x)
	// The shoulders slope down from a round collar.
	top := 143 + .2*(ax-47) + .0022*max(0, ax-95)*max(0, ax-95)
	if ax < 47 {
		u := ax / 47
		top = 143 + 17*math.Sqrt(1-u*u)
	}
	in := y - top
	side := mix(205, 180, k.Feminine) + .1*(y-150) - ax
	cover := clamp01(.5+in*perMM/1.5) * clamp01(.5+side*perMM/1.5)
	if cover == 0 {
		return 0, Color{}
	}
	lit := .72 + .2*math.Tanh(k.Light[0]*x/90) + .1*bell(in-16, 18) - .12*bell(in, 3)
	fold := fractalNoise(x/26+y/60, y/44, k.Seed+67)
	weave := valueNoise(x*1.6, y*1.6, k.Seed+68)
	return cover, k.Shirt.times(lit * (1 + .16*fold + .05*weave) * (.9 + .1*bell(ax-8, 30)))
}
