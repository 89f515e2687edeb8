package lips

import (
	"math"
	"slices"
)

// Window and Hop are the length of the stretches that are described, and the
// way from one to the next, in frames: 2 s and 1 s.
const (
	Window = 50
	Hop    = 25
)

// Signs is how many numbers describe a window.
const Signs = 4*numbers + 8 + 6

// Describe returns what describes the Window frames from first on, (Signs), or
// nil where a mouth is missing from them or they reach beyond the trace.
//
// Of each number: the logarithm of its deviation d0, then how much that grows
// with each derivative, log d1-d0, d2-d1, d3-d2 (velocity, acceleration, jerk):
// how jerky a motion is, whatever its size. Then how velocities go together
// (Pearson's correlation), how far the lips open, and how often things rest.
func (t *Trace) Describe(first int) []float32 {
	if first < 0 || first+Window > len(t.rows) || slices.Contains(t.seen[first:first+Window], false) {
		return nil
	}
	var at, speed [numbers][]float64
	out := make([]float32, 0, Signs)
	for k := range numbers {
		at[k] = make([]float64, Window)
		for i, r := range t.rows[first : first+Window] {
			at[k][i] = float64(r[k])
		}
		speed[k] = differences(at[k])
		acceleration := differences(speed[k])
		before := 0.0
		for _, x := range [][]float64{at[k], speed[k], acceleration, differences(acceleration)} {
			d := logDeviation(x)
			out = append(out, float32(d-before))
			before = d
		}
	}
	for _, pair := range [][2][]float64{
		{speed[gap], speed[chin]}, {speed[height], speed[chin]}, {speed[upper], speed[lower]}, {at[gap], at[width]},
		{speed[gap], speed[width]}, {speed[size], speed[gap]}, {speed[yaw], speed[width]}, {speed[sway], speed[yaw]},
	} {
		out = append(out, correlation(pair[0], pair[1]))
	}
	const wide = 8 // crop pixels: about how far speaking lips open
	slices.Sort(at[gap])
	for _, q := range []float64{.05, .5, .95} {
		out = append(out, float32(at[gap][int(q*(Window-1))]/wide))
	}
	return append(out, rest(speed[gap]), rest(speed[chin]), rest(speed[yaw]))
}

func differences(x []float64) []float64 {
	d := make([]float64, len(x)-1)
	for i := range d {
		d[i] = x[i+1] - x[i]
	}
	return d
}

// logDeviation is the natural logarithm of the standard deviation, from 0.01 on.
func logDeviation(x []float64) float64 {
	var sum, squares float64
	for _, v := range x {
		sum += v
	}
	mean := sum / float64(len(x))
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	return math.Log(math.Sqrt(squares/float64(len(x))) + 0.01)
}

// correlation is Pearson's; 0 where one side does not move.
func correlation(x, y []float64) float32 {
	var mx, my, xy, xx, yy float64
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(x))
	}
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	if xx < 1e-9 || yy < 1e-9 {
		return 0
	}
	return float32(xy / math.Sqrt(xx*yy))
}

// rest is the share of steps that are no more than a fifth of the median one.
func rest(v []float64) float32 {
	size := make([]float64, len(v))
	for i, x := range v {
		size[i] = math.Abs(x)
	}
	slices.Sort(size)
	limit := size[len(size)/2] / 5
	n, _ := slices.BinarySearchFunc(size, limit, func(x, limit float64) int {
		if x <= limit {
			return -1
		}
		return 1
	})
	return float32(n) / float32(len(v))
}
