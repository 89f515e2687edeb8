package face

import "math"

// paintHair paints hair and brows onto the layer.
func (r *relief) paintHair(l *layer, m *lightMap) {
	for j := range l.h {
		y := l.top + float64(j)/l.scale
		for i := range l.w {
			x := l.left + float64(i)/l.scale
			at := j*l.w + i
			if cover := r.hairCover(x, y); cover > 0 {
				l.over(at, r.hairColor(x, y, m, at), cover)
			}
			if cover := r.browCover(x, y); cover > 0 {
				strand := .85 + .3*valueNoise(x*1.7, y*1.7+x, r.look.Seed+21)
				lit := .5 + .5*float64(m.fill[at]+m.key[at])/1.4
				l.over(at, r.look.Hair.blend(r.look.Skin.times(.4), .3).times(strand*lit), cover)
			}
		}
	}
}

// thickness returns how far the hair extends beyond the outline of the head at height
// y, in mm.
func (r *relief) thickness(y float64) float64 {
	switch r.look.Style {
	case ShavedHair:
		return 1.5 * ramp(10, -20, y)
	case CurlyHair:
		return 20 * ramp(40, -40, y)
	case LongHair:
		return 11
	}
	return 3 + 8*ramp(20, -70, y)
}

// hairCover returns the opacity of the hair at a place, 0..1.
func (r *relief) hairCover(x, y float64) float64 {
	k := r.look
	ax := math.Abs(x)
	ragged := 2.4 * fractalNoise(x/3.2, y/7, k.Seed+31)
	if k.Style == CurlyHair {
		ragged = 7 * fractalNoise(x/9, y/9, k.Seed+31)
	}
	outer := ramp(-1.2, 1.2, r.insideDistance(x, y)+r.thickness(y)+ragged*.8)
	if k.Style == LongHair && y > -20 {
		outer = ramp(-1.5, 1.5, 73*k.Width+11+7*ramp(0, 80, y)-ax+ragged) * ramp(150, 118, y+2*ragged)
	}
	if outer == 0 {
		return 0
	}
	// The hairline has receding corners and runs down in front of the ears.
	recede := 10 * k.Age * (1 - k.Feminine)
	line := -67 - recede*bell(ax-30, 12) + .004*ax*ax + 72*ramp(51, 66, ax)
	if k.Style == LongHair {
		line = -67 + .006*ax*ax + 260*ramp(54, 66, ax+3*ramp(60, 20, y))
	}
	cover := outer * ramp(2.5, -2.5, y-line+ragged*1.6)
	if k.Style == ShavedHair {
		cover *= .72
	}
	return cover
}

// hairColor returns the colour of the hair at a place; at is the index of the place in
// m.
func (r *relief) hairColor(x, y float64, m *lightMap, at int) Color {
	k := r.look
	dx, dy := x-12*k.Light[0], y+96
	angle, far := math.Atan2(dx, dy+20), math.Hypot(dx, dy)
	strand := .6*valueNoise(angle*46, far/26, k.Seed+41) + .4*valueNoise(angle*95, far/17, k.Seed+42)
	if k.Style == CurlyHair {
		strand = fractalNoise(x/4.5, y/4.5, k.Seed+43)
	}
	if k.Style == LongHair && y > -30 {
		t := ramp(-30, 20, y)
		strand = mix(strand, .6*valueNoise(x*.9, y/40, k.Seed+44)+.4*valueNoise(x*2.1, y/25, k.Seed+45), t)
	}
	if k.Style == ShavedHair {
		strand = .8 * valueNoise(x*1.4, y*1.4, k.Seed+46)
	}
	side := 1 + .3*k.Contrast*clamp01(k.Light[0]*x/60) - .45*k.Contrast*clamp01(-k.Light[0]*x/60)
	lit := (.62 + .38*float64(m.key[at])) * side * (1 + .34*strand)
	gloss := .16 * bell(y+88+.004*x*x, 11) * clamp01(.5+strand)
	if k.Style == ShavedHair || k.Style == CurlyHair {
		gloss *= .4
	}
	// The lower hair lies in the shadow of the jaw.
	lit *= mix(1, .6, ramp(20, 110, y))
	c := k.Hair.times(lit)
	return Color{c[0] + gloss, c[1] + gloss*.92, c[2] + gloss*.8}
}

// browCover returns the opacity of the brows at a place, 0..1.
func (r *relief) browCover(x, y float64) float64 {
	k := r.look
	ax := math.Abs(x)
	t := (ax - (k.EyeDistance/2 - 18)) / 37
	if t < -.1 || t > 1.1 {
		return 0
	}
	centre := -k.BrowHeight - 3.4*math.Sin(math.Pi*clamp01(t)*.75) + 4.5*t*t*t
	half := mix(3.2, 2.1, k.Feminine) * (1 - .65*clamp01(t)) * (.75 + .5*ramp(0, .25, t))
	ragged := .9 * valueNoise(x*1.5+y*.6, y*.8, k.Seed+51)
	return .88 * ramp(1.1, -.5, math.Abs(y-centre)-half+ragged) * ramp(-.06, .06, t) * ramp(1.05, .85, t)
}
