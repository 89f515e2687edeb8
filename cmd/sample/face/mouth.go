package face

import (
	"math"

	"github.com/deepcheck/deepcheck/cmd/sample/speech"
)

// A mouth is the outline of the lips in one frame and the teeth behind them. Lengths
// are in mm. The curves are functions of x from corner to corner.
type mouth struct {
	look *Look
	pose speech.Pose

	halfWidth      float64 // from the middle to a corner
	innerHalf      float64 // from the middle to the end of the opening
	cornerY        float64 // y of the corners
	up, down       float64 // distance of the inner lip edges from the closed line
	upperHeight    float64 // height of the upper lip
	lowerHeight    float64 // height of the lower lip
	exponent       float64 // shape of the opening; smaller is rounder
	upperTeethEdge float64 // y of the lower edge of the upper teeth
	lowerTeethEdge float64 // y of the upper edge of the lower teeth
}

func newMouth(l *Look, p speech.Pose) *mouth {
	m := &mouth{look: l, pose: p}
	m.halfWidth = l.MouthWidth + p.Spread - 8*p.Round - .13*p.Open + .6*p.Press
	m.innerHalf = m.halfWidth - 1.6
	m.cornerY = mouthY + .3*p.Jaw
	m.up = .42*p.Open + .7*p.Bite
	m.down = .58*p.Open - .7*p.Bite
	full := (1 + .22*p.Round) * (1 - .32*p.Press) * (1 - .012*p.Open) * (1 - .05*p.Spread/3)
	m.upperHeight = l.UpperLip * full
	m.lowerHeight = l.LowerLip * full * (1 - .3*p.Bite)
	m.exponent = mix(.68, .55, p.Round)
	m.upperTeethEdge = mouthY + .7
	m.lowerTeethEdge = mouthY + mix(2+p.Jaw, 1.4+.4*p.Jaw, p.Clench)
	return m
}

// closedLine returns the y at which the closed lips meet at x.
func (m *mouth) closedLine(x float64) float64 {
	return m.cornerY + .7*bell(x, 3.5) - .5*ramp(.4, 1, math.Abs(x)/m.halfWidth)
}

// opening returns the gap between the lips at x relative to that in the middle, 0..1.
func (m *mouth) opening(x float64) float64 {
	u := x / m.innerHalf
	if u*u >= 1 {
		return 0
	}
	return math.Pow(1-u*u, m.exponent)
}

// edges returns the y of four curves at x: outer (a) and inner edge (b) of the upper
// lip, inner (c) and outer edge (d) of the lower lip.
func (m *mouth) edges(x float64) (a, b, c, d float64) {
	line, f := m.closedLine(x), m.opening(x)
	u := math.Abs(x) / m.halfWidth
	if u >= 1 {
		return line, line, line, line
	}
	b, c = line-m.up*f, line+m.down*f
	bow := 1 - .2*bell(x, 3.2) + .08*bell(math.Abs(x)-6.5, 3)
	a = b - m.upperHeight*bow*(1-math.Pow(u, 1.7))
	d = c + m.lowerHeight*(1-math.Pow(u, 2.4))
	return a, b, c, d
}

// paint returns the colour at (x, y) mm, given the colour of the skin there. px is
// pixels per mm.
func (m *mouth) paint(x, y, px float64, skin Color) Color {
	ax := math.Abs(x)
	// The corners lie in a fold.
	fold := bell(ax-m.halfWidth, 2.2) * bell(y-m.cornerY, 2)
	skin = skin.times(1 - .3*fold)
	if ax >= m.halfWidth {
		return skin
	}
	a, b, c, d := m.edges(x)
	out := min(y-a, d-y)
	if out < -1 {
		// There is a rim of light above the upper lip and a shadow below the lower lip.
		return skin.times(1 + .05*bell(a-y-1.4, 1)*ramp(m.halfWidth, m.halfWidth-8, ax) - .14*bell(y-d-2.5, 2.2)*ramp(m.halfWidth-2, m.halfWidth-14, ax))
	}
	col := skin
	if y < b || y > c || b+.2 > c {
		col = skin.blend(m.lip(x, y, a, b, c, d, skin), ramp(-.7, .9, out))
	}
	gap := c - b
	if gap > .02 {
		in := min(y-b, c-y)
		if cover := clamp01(.5+in*px) * clamp01(gap*px*1.2); cover > 0 {
			col = col.blend(m.cavity(x, y, b, c, skin), cover)
		}
	}
	// Little light reaches the seam where the lips touch and their inner rims.
	mid := (b + c) / 2
	seam := .6 * bell(y-mid, .45+.1*gap) * ramp(2.2, .4, gap)
	return col.times(1 - seam*ramp(m.halfWidth, m.halfWidth-3, ax))
}

// lip returns the colour of the red part of the lips at (x, y); a to d are the edges.
func (m *mouth) lip(x, y, a, b, c, d float64, skin Color) Color {
	k := m.look
	tint := Color{.93, .62, .62}.blend(Color{.9, .54, .57}, k.Feminine)
	if k.Skin[0] < .65 {
		tint = Color{.88, .72, .74}
	}
	// Creases stretch with the lips.
	crease := valueNoise(x*1.15*k.MouthWidth/m.halfWidth, y*.12, k.Seed+71) + .5*valueNoise(x*2.2*k.MouthWidth/m.halfWidth, y*.2, k.Seed+72)
	col := skin.tint(tint)
	if y <= (b+c)/2 {
		t := clamp01((y - a) / max(b-a, .5))
		lit := .97 - .3*t*t + .05*bell(t-.2, .15)
		return col.times(lit * (1 + .04*crease))
	}
	t := clamp01((y - c) / max(d-c, .5))
	lit := .84 + .3*bell(t-.38, .25) - .2*ramp(.6, 1, t)
	col = col.times(lit * (1 + .05*crease))
	wet := .13 * bell(t-.33, .13) * bell(x-6*k.Light[0], 8) * clamp01(.75+.6*crease)
	return Color{col[0] + wet, col[1] + wet, col[2] + wet}
}

// cavity returns the colour between the lips: teeth, tongue or darkness.
func (m *mouth) cavity(x, y, b, c float64, skin Color) Color {
	k := m.look
	ax := math.Abs(x)
	light := clamp01((skin[0] + skin[1]) / (k.Skin[0] + k.Skin[1]))
	light = mix(.8, 1, light)
	gap := c - b
	col := rgb(58, 20, 20).blend(rgb(24, 8, 9), ramp(0, 6, gap))

	// The tongue lies in the lower jaw; its tip rises for l, n, th.
	top := mouthY + m.pose.Jaw + 5.5 - 6*m.pose.Tongue + .012*x*x
	tongue := ramp(top-.8, top+1.2, y) * ramp(17, 13, ax)
	col = col.blend(rgb(158, 82, 80).times(.62+.3*bell(y-top-4, 3)-.15*bell(x, 1.2)), .85*tongue)

	if cover := m.lowerTeeth(x, y); cover > 0 {
		col = col.blend(m.tooth(x+2.2, 4.6, .8), cover)
	}
	if cover := m.upperTeeth(x, y); cover > 0 {
		col = col.blend(m.tooth(x, 7.4, 1), cover)
	}
	// The upper lip casts a shadow; the corners are deep.
	col = col.times(mix(.5, 1, ramp(0, 2.8, y-b)) * mix(.35, 1, ramp(m.innerHalf, m.innerHalf*.55, ax)))
	return col.times(light * mix(.7, 1, ramp(0, 3, gap)))
}

func (m *mouth) upperTeeth(x, y float64) float64 {
	end := m.upperTeethEdge - .004*x*x - .5*math.Abs(math.Sin(math.Pi*x/7.4))*.4
	return ramp(end+.35, end-.35, y) * ramp(23, 19, math.Abs(x))
}

func (m *mouth) lowerTeeth(x, y float64) float64 {
	top := m.lowerTeethEdge + .006*x*x
	return ramp(top-.35, top+.35, y) * ramp(top+9, top+7, y) * ramp(20, 16, math.Abs(x))
}

// tooth returns the colour at x of a row of teeth of the given width, both in mm.
func (m *mouth) tooth(x, width, bright float64) Color {
	u := x/width - math.Floor(x/width)
	between := 1 - .3*max(bell(u, .05), bell(u-1, .05))
	round := .9 + .1*math.Sin(math.Pi*u)
	far := 1 - .4*ramp(6, 21, math.Abs(x))
	return rgb(226, 216, 200).times(bright * .84 * between * round * far)
}
