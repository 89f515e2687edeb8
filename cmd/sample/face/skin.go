package face

import "math"

// A layer is a picture of the head at rest with opacity.
type layer struct {
	left, top float64   // centre of the first pixel, mm
	scale     float64   // pixels per mm
	w, h      int       // pixels
	pix       []float32 // (h, w, 4): red, green, blue premultiplied by cover; cover; 0..1
}

// The rectangle that holds the head and its hair, in mm.
const (
	layerLeft, layerTop     = -118, -150
	layerWidth, layerHeight = 236, 300
)

func newLayer(scale float64) *layer {
	l := &layer{left: layerLeft, top: layerTop, scale: scale}
	l.w, l.h = int(layerWidth*scale), int(layerHeight*scale)
	l.pix = make([]float32, 4*l.w*l.h)
	return l
}

// over paints a colour with opacity cover, 0..1, over pixel i.
func (l *layer) over(i int, c Color, cover float64) {
	p := l.pix[4*i : 4*i+4]
	k := float32(cover)
	for j := range 3 {
		p[j] += k * (float32(c[j]) - p[j])
	}
	p[3] += k * (1 - p[3])
}

// A lightMap holds the light at each pixel of a layer; each slice is (h, w).
type lightMap struct {
	key      []float32 // key light, 0..1: cosine of the angle of incidence, times shadow
	wrap     []float32 // key light that scatters through the skin, 0..1
	fill     []float32 // ambient light, about 0..1; less in hollows
	specular []float32 // specular reflection of the key light, 0..1
}

// light computes the lighting of the relief at the layer's pixels.
func (r *relief) light(l *layer) *lightMap {
	n := l.w * l.h
	z := make([]float32, n)
	for j := range l.h {
		for i := range l.w {
			z[j*l.w+i] = float32(r.at(l.left+float64(i)/l.scale, l.top+float64(j)/l.scale))
		}
	}
	m := &lightMap{make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)}
	lx, ly, lz := r.look.Light[0], r.look.Light[1], r.look.Light[2]
	k := 1 / math.Sqrt(lx*lx+ly*ly+lz*lz)
	lx, ly, lz = lx*k, ly*k, lz*k
	hx, hy, hz := lx, ly, lz+1 // halfway vector between light and viewer
	k = 1 / math.Sqrt(hx*hx+hy*hy+hz*hz)
	hx, hy, hz = hx*k, hy*k, hz*k
	hollow := blurred(z, l.w, l.h, int(5*l.scale))
	for j := 1; j < l.h-1; j++ {
		for i := 1; i < l.w-1; i++ {
			at := j*l.w + i
			nx := -float64(z[at+1]-z[at-1]) * l.scale / 2
			ny := -float64(z[at+l.w]-z[at-l.w]) * l.scale / 2
			k := 1 / math.Sqrt(nx*nx+ny*ny+1)
			nx, ny, nz := nx*k, ny*k, k
			cos := nx*lx + ny*ly + nz*lz
			shade := r.shadow(z, l, i, j, lx, ly, lz)
			m.key[at] = float32(clamp01(cos) * shade)
			m.wrap[at] = float32(clamp01((cos+.35)/1.35) * mix(.45, 1, shade))
			deep := float64(hollow[at] - z[at])
			m.fill[at] = float32((.72 + .16*nz - .14*ny) * (1 - .06*max(-2, min(6, deep))))
			if s := nx*hx + ny*hy + nz*hz; s > 0 {
				m.specular[at] = float32((.6*math.Pow(s, 14) + .4*math.Pow(s, 60)) * shade)
			}
		}
	}
	return m
}

// shadow returns the share of the key light that reaches pixel (i, j), 0..1. z is the
// height map, (h, w) in mm; (lx, ly, lz) points towards the light.
func (r *relief) shadow(z []float32, l *layer, i, j int, lx, ly, lz float64) float64 {
	const reach, stride = 36.0, 1.5 // mm
	across := math.Hypot(lx, ly)
	if across < 1e-6 {
		return 1
	}
	dx, dy, rise := lx/across, ly/across, lz/across
	own := float64(z[j*l.w+i])
	lit := 1.0
	for d := stride; d < reach; d += stride {
		x, y := i+int(dx*d*l.scale), j+int(dy*d*l.scale)
		if x < 0 || y < 0 || x >= l.w || y >= l.h {
			break
		}
		// The light is not a point, so that the shadow softens with distance.
		clear := own + rise*d - float64(z[y*l.w+x])
		lit = min(lit, clamp01(.5+clear/(.14*d+1)))
	}
	return smooth(lit)
}

// blurred returns z, (h, w), after two box blurs with the given radius in pixels.
func blurred(z []float32, w, h, radius int) []float32 {
	a := append([]float32(nil), z...)
	b := make([]float32, len(z))
	for range 2 {
		boxRows(b, a, w, h, 1, w, radius)
		boxRows(a, b, h, w, w, 1, radius)
	}
	return a
}

// boxRows blurs count lines of n values each. Neighbouring values of a line are stride
// apart in src and dst, neighbouring lines lineStride.
func boxRows(dst, src []float32, n, count, stride, lineStride, radius int) {
	for line := range count {
		at := func(i int) int { return line*lineStride + max(0, min(n-1, i))*stride }
		var sum float32
		for i := -radius; i <= radius; i++ {
			sum += src[at(i)]
		}
		for i := range n {
			dst[at(i)] = sum / float32(2*radius+1)
			sum += src[at(i+radius+1)] - src[at(i-radius)]
		}
	}
}

// shade returns the colour c under the light at pixel i. Red light travels deepest in
// skin, so that the edges of shadows are reddish.
func (m *lightMap) shade(i int, c Color, contrast, gloss float64) Color {
	key, wrap, fill, spot := float64(m.key[i]), float64(m.wrap[i]), float64(m.fill[i]), float64(m.specular[i])
	ambient := mix(.62, .34, contrast) * fill
	direct := 1.06 - mix(.62, .34, contrast)*.86
	return Color{
		min(1, c[0]*(ambient+direct*mix(key, wrap, .75))+gloss*spot),
		min(1, c[1]*(ambient+direct*mix(key, wrap, .4))+gloss*spot),
		min(1, c[2]*(ambient+direct*mix(key, wrap, .3))+gloss*spot),
	}
}

// paintSkin paints the ears and the face onto the layer.
func (r *relief) paintSkin(l *layer, m *lightMap) {
	r.paintEars(l)
	for j := range l.h {
		y := l.top + float64(j)/l.scale
		for i := range l.w {
			x := l.left + float64(i)/l.scale
			in := r.insideDistance(x, y)
			cover := clamp01(.5 + in*l.scale/1.6)
			if cover == 0 {
				continue
			}
			at := j*l.w + i
			c := m.shade(at, r.complexion(x, y), r.look.Contrast, .11)
			l.over(at, r.nostrils(x, y, c), cover)
		}
	}
}

// complexion returns the colour of the unlit skin, beard included, at (x, y) mm.
func (r *relief) complexion(x, y float64) Color {
	k := r.look
	ax := math.Abs(x)
	c := k.Skin
	red := .5*bell(ax-42, 15)*bell(y-36, 14) + .5*bell(x, 11)*bell(y-38, 10) + .3*bell(x, 14)*bell(y-102, 10)
	red += .18 * fractalNoise(x/14, y/14, k.Seed+3)
	c = c.tint(Color{1 + .03*red, 1 - .11*red, 1 - .1*red})
	// The skin below the eyes is thin and dark.
	c = c.tint(Color{.9, .85, .88}.blend(Color{1, 1, 1}, 1-.55*bell(ax-k.EyeDistance/2+2, 10)*bell(y-10, 5)))
	grain := 1 + .03*fractalNoise(x/9, y/9, k.Seed+5) + .028*valueNoise(x*1.1, y*1.1, k.Seed+7) + .02*valueNoise(x*2.3, y*2.3, k.Seed+9)
	c = c.times(grain)
	if k.Freckles > 0 {
		spots := valueNoise(x/1.9, y/1.9, k.Seed+11)
		where := bell(ax-24, 20) * bell(y-26, 16)
		c = c.blend(k.Skin.tint(Color{.72, .6, .5}), .55*k.Freckles*where*ramp(.35, .7, spots))
	}
	return r.beard(x, y, c)
}

// beard returns the colour c of the skin at (x, y) mm with the beard blended in.
func (r *relief) beard(x, y float64, c Color) Color {
	k := r.look
	if k.Beard == 0 {
		return c
	}
	ax := math.Abs(x)
	// The beard grows below a line from the ears to the corners of the mouth, on the
	// chin and above the upper lip.
	line := mouthY - 12 + .012*(ax-30)*(ax-30)*ramp(25, 45, ax) - 16*ramp(48, 72, ax)
	grows := ramp(line-4, line+7, y)
	grows = max(grows, ramp(52, 57, y)*bell(max(0, ax-22), 4))
	bare := bell(ax-9, 5) * bell(y-mouthY-16, 4) // beside the tuft below the lip
	grows *= 1 - .5*bare
	hairs := .75 + .25*valueNoise(x*1.6, y*.7, k.Seed+13) + .25*valueNoise(x*2.8, y*1.3, k.Seed+14)
	return c.blend(k.Hair.times(.9).blend(k.Skin.times(.35), .25), clamp01(.95*k.Beard*grows*hairs))
}

// nostrils returns the colour c at (x, y) mm, darkened inside the nostrils and below the
// nose.
func (r *relief) nostrils(x, y float64, c Color) Color {
	k := r.look
	y0 := noseY*k.NoseLength + 8.6
	dx, dy := (math.Abs(x)-6.2*k.NoseWidth)/3.6, (y-y0-.12*(math.Abs(x)-6))/1.7
	dark := ramp(1.5, .5, math.Hypot(dx, dy))
	line := bell(y-y0-2.2, 1.1) * bell(x, 9*k.NoseWidth) * .3
	return c.blend(k.Skin.tint(Color{.22, .12, .1}), clamp01(.85*dark)).times(1 - line)
}

// paintEars paints the ears. The face is painted over them.
func (r *relief) paintEars(l *layer) {
	k := r.look
	for j := range l.h {
		y := l.top + float64(j)/l.scale
		if y < -20 || y > 50 {
			continue
		}
		for i := range l.w {
			x := l.left + float64(i)/l.scale
			side := math.Copysign(1, x)
			ax := math.Abs(x) - r.halfWidth(12) - 2 - .1*(12-y)
			d := math.Hypot(ax/9, (y-12)/24)
			cover := clamp01((1 - d) * 9 * l.scale)
			if cover == 0 {
				continue
			}
			rim := .62 + .3*ramp(.45, .85, d) - .2*ramp(.85, 1.05, d) + .1*bell(ax-1, 2)*bell(y-16, 10)
			lit := 1 - k.Contrast*.5*clamp01(-side*k.Light[0]+.3)
			l.over(j*l.w+i, k.Skin.tint(Color{1, .88, .85}).times(rim*lit), cover)
		}
	}
}
