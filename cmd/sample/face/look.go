package face

import "math/rand/v2"

// A Color is gamma-encoded red, green and blue, 0..1.
type Color [3]float64

func rgb(r, g, b float64) Color { return Color{r / 255, g / 255, b / 255} }

func (c Color) times(k float64) Color { return Color{c[0] * k, c[1] * k, c[2] * k} }

func (c Color) tint(d Color) Color { return Color{c[0] * d[0], c[1] * d[1], c[2] * d[2]} }

// blend returns the mixture of c and a share t, 0..1, of d.
func (c Color) blend(d Color, t float64) Color {
	return Color{mix(c[0], d[0], t), mix(c[1], d[1], t), mix(c[2], d[2], t)}
}

// A HairStyle is a style of hair.
type HairStyle int

// The hair styles.
const (
	ShortHair HairStyle = iota
	LongHair
	ShavedHair
	CurlyHair
)

// A Look describes a person and the room: everything that is the same in all frames.
type Look struct {
	Seed uint64

	Skin, Hair, Iris, Shirt, Wall Color
	Style                         HairStyle
	Beard                         float64 // 0 none, 0.4 stubble, 1 full
	Freckles                      float64 // 0..1
	Age                           float64 // 0..1, depth of the folds
	Feminine                      float64 // 0..1, 1: fuller lips, thinner brows, softer jaw

	Width, Jaw         float64 // width of the head; of the jaw; 1 is usual
	EyeDistance        float64 // mm between the pupils
	EyeHeight          float64 // 1 is usual
	NoseWidth          float64 // 1 is usual
	NoseLength         float64 // 1 is usual
	MouthWidth         float64 // mm from the middle to a corner at rest
	UpperLip, LowerLip float64 // heights of the lips, mm
	BrowHeight         float64 // mm above the eyes

	Light    [3]float64 // x, y, z towards the key light, of any length
	Contrast float64    // darkness of the unlit side, 0..1
	Size     float64    // pixels per mm in a picture of 480 lines
	OffsetX  float64    // position of the head relative to the middle of the picture, mm
	Sway     float64    // amplitude of the head's sway; 1 is usual
	Grain    float64    // standard deviation of the camera noise, in levels of 0..255
}

// NewLook returns the person of a seed.
func NewLook(seed uint64) Look {
	r := rand.New(rand.NewPCG(seed, 0x6661636573))
	uniform := func(a, b float64) float64 { return a + (b-a)*r.Float64() }
	pick := func(c []Color) Color { return c[r.IntN(len(c))] }
	l := Look{Seed: seed}
	l.Skin = pick([]Color{
		rgb(236, 198, 174), rgb(228, 184, 156), rgb(220, 172, 142), rgb(206, 156, 122),
		rgb(182, 130, 98), rgb(150, 102, 74), rgb(118, 80, 58),
	}).times(uniform(.96, 1.03))
	dark := l.Skin[0] < .65
	hair := []Color{
		rgb(30, 26, 24), rgb(52, 38, 30), rgb(84, 60, 42), rgb(112, 80, 52),
		rgb(172, 138, 92), rgb(128, 66, 38), rgb(146, 143, 140),
	}
	if dark {
		hair = hair[:2]
	}
	l.Hair = pick(hair)
	iris := []Color{rgb(74, 48, 30), rgb(96, 66, 40), rgb(88, 104, 66), rgb(86, 116, 140), rgb(104, 124, 132)}
	if dark {
		iris = iris[:2]
	}
	l.Iris = pick(iris)
	l.Shirt = pick([]Color{rgb(58, 70, 96), rgb(110, 44, 48), rgb(60, 84, 70), rgb(200, 198, 192), rgb(44, 44, 48), rgb(126, 118, 150)})
	l.Wall = pick([]Color{rgb(150, 156, 160), rgb(176, 166, 148), rgb(110, 128, 140), rgb(134, 140, 120), rgb(88, 92, 104), rgb(190, 186, 182)})
	l.Feminine = uniform(0, 1)
	l.Style = HairStyle(r.IntN(4))
	if l.Feminine > .55 && l.Style == ShavedHair {
		l.Style = LongHair
	}
	if l.Feminine < .5 && l.Style == LongHair && r.IntN(3) > 0 {
		l.Style = ShortHair
	}
	if l.Feminine < .45 && r.IntN(2) == 0 {
		l.Beard = uniform(.2, .75)
	}
	if !dark && r.IntN(4) == 0 {
		l.Freckles = uniform(.3, 1)
	}
	l.Age = uniform(.1, .8)
	l.Width = uniform(.96, 1.05)
	l.Jaw = mix(1.06, .94, l.Feminine) * uniform(.97, 1.03)
	l.EyeDistance = uniform(60, 66)
	l.EyeHeight = uniform(.92, 1.12)
	l.NoseWidth = uniform(.88, 1.15)
	l.NoseLength = uniform(.95, 1.05)
	l.MouthWidth = uniform(24, 27.5)
	l.UpperLip = mix(5, 6.8, l.Feminine) * uniform(.9, 1.15)
	l.LowerLip = mix(7.2, 9, l.Feminine) * uniform(.9, 1.15)
	l.BrowHeight = uniform(17, 20)
	side := 1.0
	if r.IntN(2) == 0 {
		side = -1
	}
	l.Light = [3]float64{side * uniform(.15, .6), -uniform(.35, .7), 1}
	l.Contrast = uniform(.25, .6)
	l.Size = uniform(1.12, 1.5)
	l.OffsetX = uniform(-22, 22)
	l.Sway = uniform(.7, 1.3)
	l.Grain = uniform(.8, 2)
	return l
}
