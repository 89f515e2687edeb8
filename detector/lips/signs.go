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

// Signs is how many numbers describe a window, the last Loudness of which tell
// how the lips go with the sound.
const (
	Signs    = 3*4 + 4 + 1 + 4 + Loudness
	Loudness = 2
)

const (
	near, far = 4, 6 // frames between velocities that are compared: 160 and 240 ms, about half a syllable and a whole one
	reach     = 4    // frames that the loudness may be before or behind the lips
)

// The tremble of the mesh, added to deviations so that what rests has a logarithm.
const (
	sizeFloor = 1e-3 // of the logarithm of a distance
	turnFloor = 0.01 // degrees
	skewFloor = 1e-6 // of a variance, square pixels
)

// Describe returns what describes the Window frames from first on, (Signs), or
// nil where a mouth is missing from them or they reach beyond the trace. level
// (Window) is the loudness in dBFS that belongs to them, nil where none is known.
//
// Each of the opening, the width and the chin: the autocorrelation of its velocity
// at near and far (how regular the rhythm is: Chandrasekaran et al. 2009 find
// mouths to open 2 to 7 times a second), and the skewness (third standard moment) of its
// velocity and of itself: lips open and close at different speeds. Then how low-passed
// velocities go together (Pearson's correlation), since jaw and lips are one
// movement; how often the lips turn between opening and closing; how the head
// moves; and how velocities of opening and loudness go together, now and at the
// most within reach, NaN without a level.
func (t *Trace) Describe(first int, level []float64) []float32 {
	if first < 0 || first+Window > len(t.rows) || slices.Contains(t.seen[first:first+Window], false) {
		return nil
	}
	var at, speed, slow [numbers][]float64
	for k := range numbers {
		at[k] = make([]float64, Window)
		for i, r := range t.rows[first : first+Window] {
			at[k][i] = float64(r[k])
		}
		speed[k] = differences(at[k])
		slow[k] = differences(weighed(at[k], 1./16, 4./16, 6./16, 4./16, 1./16)) // binomial: half at 4.5 Hz
	}
	out := make([]float32, 0, Signs)
	add := func(x ...float64) {
		for _, v := range x {
			out = append(out, float32(v))
		}
	}
	for _, k := range []int{gap, width, chin} {
		v := speed[k]
		add(correlation(v[near:], v[:len(v)-near]), correlation(v[far:], v[:len(v)-far]), skewness(v), skewness(at[k]))
	}
	add(correlation(slow[gap], slow[chin]), correlation(slow[gap], slow[width]),
		correlation(slow[upper], slow[chin]), correlation(slow[upper], slow[lower]))
	add(turns(differences(weighed(at[gap], .25, .5, .25))))
	add(math.Log(deviation(at[size])+sizeFloor), math.Log(deviation(speed[size])+sizeFloor),
		math.Log(deviation(speed[yaw])+turnFloor), correlation(sizes(speed[gap]), sizes(speed[yaw])))
	if level == nil {
		add(math.NaN(), math.NaN())
		return out
	}
	add(together(speed[gap], differences(level)))
	return out
}

// together is the correlation of two courses (n), and that at whichever shift of
// b within reach it is farthest from none.
func together(a, b []float64) (now, most float64) {
	for k := -reach; k <= reach; k++ {
		c := correlation(a[max(0, -k):len(a)-max(0, k)], b[max(0, k):len(b)-max(0, -k)])
		if k == 0 {
			now = c
		}
		if math.Abs(c) > math.Abs(most) {
			most = c
		}
	}
	return now, most
}

func differences(x []float64) []float64 {
	d := make([]float64, len(x)-1)
	for i := range d {
		d[i] = x[i+1] - x[i]
	}
	return d
}

// weighed is the mean of x (n) over each place and its neighbours, as many as
// there are weights: (n+1-weights).
func weighed(x []float64, weights ...float64) []float64 {
	out := make([]float64, len(x)+1-len(weights))
	for i := range out {
		for k, w := range weights {
			out[i] += w * x[i+k]
		}
	}
	return out
}

func sizes(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Abs(v)
	}
	return out
}

// turns counts the changes of sign from one place to the next.
func turns(v []float64) float64 {
	n := 0.0
	for i := 1; i < len(v); i++ {
		if v[i]*v[i-1] < 0 {
			n++
		}
	}
	return n
}

func mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// moment is the k-th central moment.
func moment(x []float64, k float64) float64 {
	m := mean(x)
	var sum float64
	for _, v := range x {
		sum += math.Pow(v-m, k)
	}
	return sum / float64(len(x))
}

func deviation(x []float64) float64 { return math.Sqrt(moment(x, 2)) }

// skewness is the third standard moment, 0 for what rests.
func skewness(x []float64) float64 {
	return moment(x, 3) / math.Pow(moment(x, 2)+skewFloor, 1.5)
}

// correlation is Pearson's; 0 where one side does not move.
func correlation(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	if xx < 1e-9 || yy < 1e-9 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}
