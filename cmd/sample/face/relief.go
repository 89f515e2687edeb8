package face

import "math"

// The y of features, in mm.
const (
	mouthY = 69.0
	noseY  = 38.0 // tip of the nose
	chinY  = 114.0
	topY   = -112.0 // top of the head
)

// A bump is a Gaussian bump of the relief, or a hollow if its height is negative.
type bump struct {
	x, y, height, sx, sy float64 // mm; sx and sy are standard deviations
	mirrored             bool    // occurs on both sides of the face
}

// A relief is the surface of a head: its height z towards the viewer in mm.
type relief struct {
	look  *Look
	bumps []bump
}

func newRelief(l *Look) *relief {
	e := l.EyeDistance / 2
	n := l.NoseWidth
	soft := mix(1, .6, l.Feminine)
	tip := noseY * l.NoseLength
	return &relief{l, []bump{
		{0, tip - 1, 9, 7.5 * n, 8, false},                // tip of the nose
		{11.5 * n, tip + 5, 6.5, 4.6, 4.8, true},          // wings of the nose
		{0, tip + 10.5, -4, 9, 2.2, false},                // below the nose
		{e - 2, -l.BrowHeight + 1, 5 * soft, 17, 6, true}, // brow ridges
		{0, -18, -1.5 * soft, 7, 6, false},
		{e, -1, -9, 15, 9, true},                 // eye sockets
		{15, -2, -4, 6, 9, true},                 // beside the bridge of the nose
		{e, 1, 6.5, 11, 7, true},                 // eyeballs
		{e - 1, 16, -1.4 - l.Age, 13, 3.5, true}, // below the eyelids
		{46, 27, 7, 18, 14, true},                // cheekbones
		{50, 66, -4 * (1.2 - l.Feminine), 13, 22, true},
		{0, mouthY - 1, 9, 26, 19, false},             // teeth behind the lips
		{0, 57, -1.3, 2.6, 6, false},                  // philtrum
		{4.2, 58, .8, 1.8, 6, true},                   // ridges of the philtrum
		{0, mouthY + 17, -4.5, 15, 4.5, false},        // below the lower lip
		{0, 103, 8, 15 * l.Jaw, 10, false},            // chin
		{0, 104, -.8 * (1 - l.Feminine), 3, 7, false}, // dimple of the chin
		{35, 84, 2.5, 11, 13, true},
		{0, -58, 4, 42, 24, false}, // forehead
		{68, -30, -5, 12, 20, true},
	}}
}

// halfWidth returns half the width of the head without hair at height y, in mm; 0
// above and below the head.
func (r *relief) halfWidth(y float64) float64 {
	w := 73 * r.look.Width
	if y < 0 {
		t := y / topY
		return w * math.Sqrt(max(0, 1-t*t*math.Sqrt(t)))
	}
	t := clamp01(y / (chinY + 2))
	// The jaw narrows below the cheekbones.
	narrow := 1 - (1-.93*r.look.Jaw)*ramp(20, 80, y)
	return w * narrow * math.Sqrt(max(0, 1-math.Pow(t, 3.1)))
}

// insideDistance returns the distance from the outline of the head in mm, > 0 inside.
// It is a first-order approximation, good within a finger's width of the outline.
func (r *relief) insideDistance(x, y float64) float64 {
	w := 73 * r.look.Width
	t, power, height := y/topY, 2.5, topY
	if y >= 0 {
		w *= 1 - (1-.93*r.look.Jaw)*ramp(20, 80, y)
		t, power, height = y/(chinY+2), 3.1, chinY+2
	}
	f := x*x/(w*w) + math.Pow(t, power) - 1
	gx, gy := 2*x/(w*w), power*math.Pow(t, power-1)/height
	return -f / max(math.Sqrt(gx*gx+gy*gy), .004)
}

// base returns the height of the rounded head without features. The surface continues
// to fall outside the outline, so that slopes at the rim are correct.
func (r *relief) base(x, y float64) float64 {
	w := max(r.halfWidth(y), 20)
	u := math.Abs(x) / w
	round := 1 - math.Pow(u, 2.6)
	z := 62 * math.Copysign(math.Pow(math.Abs(round), .62), round)
	z -= .0016 * (y - 10) * (y - 10)
	if y > 85 {
		z -= .018 * (y - 85) * (y - 85)
	}
	return z
}

// at returns the height of the relief at (x, y), in mm.
func (r *relief) at(x, y float64) float64 {
	z := r.base(x, y)
	for i := range r.bumps {
		b := &r.bumps[i]
		dy := (y - b.y) / b.sy
		if dy > 4 || dy < -4 {
			continue
		}
		ax := x
		if b.mirrored {
			ax = math.Abs(x)
		}
		dx := (ax - b.x) / b.sx
		if q := dx*dx + dy*dy; q < 16 {
			z += b.height * math.Exp(-q/2)
		}
	}
	return z + r.nose(x, y) + r.folds(x, y)
}

// nose returns the height of the bridge of the nose, which rises towards the tip.
func (r *relief) nose(x, y float64) float64 {
	l := r.look
	tip := noseY * l.NoseLength
	along := clamp01((y + 14) / (tip + 14))
	height := 4 + 13*along
	width := mix(5, 7.6*l.NoseWidth, along)
	return height * bell(x, width) * ramp(-22, -6, y) * ramp(tip+11, tip+1, y)
}

// folds returns the height, below 0, of the folds from the nose to the corners of the
// mouth.
func (r *relief) folds(x, y float64) float64 {
	if y < 36 || y > 84 {
		return 0
	}
	t := (y - 42) / 32
	at := 17.5*r.look.NoseWidth + 14*t + 3*t*t
	d := math.Abs(x) - at
	deep := (.5 + 1.3*r.look.Age) * ramp(38, 48, y) * ramp(83, 66, y)
	return -deep * bell(d, 2.2) * 1.1
}
