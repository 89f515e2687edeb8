package face

import "math"

// hash returns a pseudorandom number in [0, 1) for a lattice point.
func hash(x, y int, seed uint64) float64 {
	h := seed ^ uint64(uint32(x))*0x9e3779b97f4a7c15 ^ uint64(uint32(y))*0xc2b2ae3d27d4eb4f
	h ^= h >> 31
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 29
	h *= 0x94d049bb133111eb
	h ^= h >> 32
	return float64(h>>11) / (1 << 53)
}

// valueNoise returns smooth noise in [-1, 1] on a lattice of spacing 1.
func valueNoise(x, y float64, seed uint64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	i, j := int(fx), int(fy)
	u, v := smooth(x-fx), smooth(y-fy)
	a := mix(hash(i, j, seed), hash(i+1, j, seed), u)
	b := mix(hash(i, j+1, seed), hash(i+1, j+1, seed), u)
	return 2*mix(a, b, v) - 1
}

// fractalNoise returns three octaves of value noise in [-1, 1]. The lattice of the
// lowest octave has spacing 1.
func fractalNoise(x, y float64, seed uint64) float64 {
	return (valueNoise(x, y, seed) + .5*valueNoise(2*x, 2*y, seed+1) + .25*valueNoise(4*x, 4*y, seed+2)) / 1.75
}

func mix(a, b, t float64) float64 { return a + (b-a)*t }

func clamp01(x float64) float64 { return max(0, min(1, x)) }

// smooth is the cubic from (0, 0) to (1, 1) with slope 0 at both ends.
func smooth(t float64) float64 { return t * t * (3 - 2*t) }

// ramp rises smoothly from 0 at x = a to 1 at x = b and is constant outside; a may
// exceed b.
func ramp(a, b, x float64) float64 { return smooth(clamp01((x - a) / (b - a))) }

// bell is a Gaussian of height 1.
func bell(x, sigma float64) float64 { return math.Exp(-x * x / (2 * sigma * sigma)) }
