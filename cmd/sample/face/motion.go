package face

import (
	"math"
	"math/rand/v2"
)

// A motion is the movement of head, eyes and brows apart from speaking.
type motion struct {
	sway    [6][3]wave // for each field of headPose: a sum of three sines
	blinks  []float64  // times at which the eyes are shut, s, ascending
	glances []glance   // ordered by time
}

// A wave is a sine wave: amplitude in mm or radians, rate in rad/s, phase in radians.
type wave struct{ size, rate, phase float64 }

// A glance is a gaze that starts at a time in s; x and y are the offset of the irises
// in mm.
type glance struct{ time, x, y float64 }

// A headPose is the position and orientation of the head.
type headPose struct {
	x, y             float64 // offset from rest, mm
	roll, yaw, pitch float64 // radians
	brows            float64 // how far the brows are raised, mm
}

// scheduleLength is the time in s after which blinks and glances repeat.
const scheduleLength = 1200.0

func newMotion(l *Look) *motion {
	r := rand.New(rand.NewPCG(l.Seed, 0x6d6f74696f6e))
	m := &motion{}
	// Amplitudes of x, y in mm, roll, yaw, pitch in radians, brows in mm.
	sizes := [6]float64{3.2, 1.8, .022, .055, .03, .8}
	for a := range m.sway {
		for n := range m.sway[a] {
			m.sway[a][n] = wave{
				size:  sizes[a] * l.Sway * (.5 + r.Float64()) / (1 + .8*float64(n)),
				rate:  2 * math.Pi * (.09 + .24*float64(n)) * (.75 + .5*r.Float64()),
				phase: 2 * math.Pi * r.Float64(),
			}
		}
	}
	for t := .6 + 2*r.Float64(); t < scheduleLength; t += 1.6 + 3.6*r.Float64() {
		m.blinks = append(m.blinks, t)
	}
	for t := 0.0; t < scheduleLength; t += .5 + 2.4*r.Float64() {
		g := glance{time: t, x: r.NormFloat64() * .35, y: r.NormFloat64() * .25}
		if r.IntN(6) == 0 {
			g.x *= 4
		}
		m.glances = append(m.glances, g)
	}
	return m
}

// at returns the pose of the head at time t, in s. The head nods a little with the jaw,
// which is given in mm.
func (m *motion) at(t, jaw float64) headPose {
	var v [6]float64
	for a := range m.sway {
		for _, w := range m.sway[a] {
			v[a] += w.size * math.Sin(w.rate*t+w.phase)
		}
	}
	return headPose{v[0], v[1] + .08*jaw, v[2], v[3], v[4] + .0012*jaw, v[5]}
}

// lids returns how far the eyes are open at time t, in s: 0 (shut) to 1.
func (m *motion) lids(t float64) float64 {
	t = math.Mod(t, scheduleLength)
	open := 1.0
	for _, b := range m.blinks {
		if b > t+1 {
			break
		}
		// Lids fall faster than they rise.
		open = min(open, max(ramp(.07, 0, t-b+.07), ramp(.03, .17, t-b)))
	}
	return open
}

// gaze returns the offset of the irises from the middle at time t, in mm.
func (m *motion) gaze(t float64) (x, y float64) {
	t = math.Mod(t, scheduleLength)
	var g, was glance
	for _, n := range m.glances {
		if n.time > t {
			break
		}
		was, g = g, n
	}
	k := ramp(0, .045, t-g.time)
	return mix(was.x, g.x, k), mix(was.y, g.y, k)
}
