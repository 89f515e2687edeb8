package face

import "math"

// eyes is the state of the eyes in one frame.
type eyes struct {
	look         *Look
	open         float64 // 0 (shut) to 1
	gazeX, gazeY float64 // offset of the irises from the middle, mm
}

const eyeHalf = 14.6 // mm from the middle of an eye to its corners

// lids returns the y of the edges of the lids at distance x from the middle of an eye,
// all in mm; x > 0 is towards the temple.
func (e *eyes) lids(x float64) (upper, lower float64) {
	u := x / eyeHalf
	if u*u >= 1 {
		return 0, 0
	}
	arch := 1 - u*u
	tilt := -.9 * u // the outer corner is higher
	high := 5.6 * e.look.EyeHeight * math.Pow(arch, .72) * (1 - .12*u)
	low := 4.1 * e.look.EyeHeight * math.Pow(arch, .85) * (1 + .15*u)
	lower = tilt + low*mix(.72, 1, e.open)
	upper = mix(lower, tilt-high, e.open)
	return upper, lower
}

// paint returns the colour at (x, y) mm from the middle of an eye; x > 0 is towards the
// temple. px is pixels per mm, side is -1 for the eye on the left of the picture, else
// 1, and skin is the colour of the skin there.
func (e *eyes) paint(x, y, px, side float64, skin Color) Color {
	k := e.look
	within := ramp(eyeHalf+1.5, eyeHalf-1.5, math.Abs(x))
	upper, lower := e.lids(x)
	full := eyes{look: k, open: 1}
	rest, _ := full.lids(x)
	// The crease above the lid flattens when the eye closes.
	crease := rest - 3.6*k.EyeHeight
	skin = skin.times(1 - within*(.3*bell(y-crease, .8)*mix(.35, 1, e.open)+.1*bell(y-crease+1.5, 2)+.12*bell(y-lower-2.8, 1.2)))
	if y > crease && y < upper {
		skin = skin.times(1 + .05*bell(y-(crease+upper)/2, 1.5))
	}
	col := skin
	if math.Abs(x) < eyeHalf && lower-upper > .05 {
		in := min(y-upper, lower-y)
		if cover := clamp01(.5 + in*px); cover > 0 {
			col = col.blend(e.ball(x, y, upper, side), cover)
		}
	}
	// Lashes darken the rims; the upper ones are longer towards the temple.
	thick := .75 + .35*k.Feminine + .3*ramp(0, eyeHalf, x)
	lash := .82 * bell(y-upper+.4, thick) * ramp(eyeHalf+1.2, eyeHalf-1.5, math.Abs(x))
	col = col.blend(rgb(30, 20, 17), lash)
	return col.blend(k.Skin.tint(Color{.62, .42, .38}), .4*bell(y-lower-.2, .5)*within)
}

// ball returns the colour of the eyeball: white, iris, pupil and highlight. Arguments
// are as in paint; upper is the edge of the upper lid.
func (e *eyes) ball(x, y, upper, side float64) Color {
	k := e.look
	u := x / eyeHalf
	white := rgb(226, 218, 210).times((.97 - .3*u*u) * (1 + .1*side*u*k.Light[0]))
	// The corner at the nose is pink.
	white = white.blend(rgb(196, 124, 112), ramp(-eyeHalf+4, -eyeHalf+1.5, x))
	ix, iy := x-side*e.gazeX, y+.6-e.gazeY
	d := math.Hypot(ix, iy)
	const radius, pupil = 6.1, 2.3
	fibre := 1 + .18*valueNoise(8*math.Atan2(iy, ix), d*.8, k.Seed+81)
	iris := k.Iris.times(fibre * (.85 + .5*bell(d-3.8, 1.3) + .2*clamp01(iy/radius)))
	iris = iris.blend(k.Iris.times(.3), ramp(radius-1.5, radius, d))
	iris = iris.blend(rgb(14, 11, 11), ramp(pupil+.35, pupil-.35, d))
	col := white.blend(iris, ramp(radius+.5, radius-.4, d))
	// The shadow of the lid, then the reflection of the window or lamp.
	col = col.times(mix(.5, 1, ramp(0, 3.4, y-upper)))
	gl := math.Hypot(ix-side*2.1*math.Copysign(1, k.Light[0]), iy+2.1)
	return col.blend(Color{.97, .97, .95}, .9*ramp(1.25, .6, gl))
}
