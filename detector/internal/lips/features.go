package lips

import (
	"math"
	"slices"
)

// Window is the length of a window and Hop the distance between the starts of two windows,
// in frames: 2 s and 1 s.
const (
	Window = 50
	Hop    = 25
)

// Features is the number of values that describe a window. The last Loudness values relate the
// lips to the sound.
const (
	Features = 3*4 + 4 + 1 + 4 + Loudness
	Loudness = 2
)

const (
	// Frames between the compared velocities: 160 and 240 ms, about half a syllable and a whole
	// one.
	nearShift, farShift = 4, 6
	maxShift            = 4 // frames that the loudness may lead or trail the lips
)

// Floors about the size of mesh jitter: they keep logarithms and quotients finite at rest.
const (
	sizeFloor = 1e-3 // for the deviation of a natural logarithm of a distance
	turnFloor = 0.01 // degrees
	skewFloor = 1e-6 // for a variance, square pixels
)

// Describe returns the (Features) of frames [first, first+Window), nil if one of them has no mouth
// or lies outside the trace. level (Window) is their loudness in dBFS, nil if unknown.
//
// The features, in order:
//   - for opening, width and chin: the autocorrelation of the velocity at nearShift and farShift,
//     which measures the rhythm (mouths open 2 to 7 times a second: Chandrasekaran et al. 2009),
//     and the skewness of the velocity and of the value (lips open and close at different speeds);
//   - Pearson's correlation of low-passed velocities: opening with chin, opening with width,
//     upper lip with chin, upper with lower lip (jaw and lips are one movement);
//   - the number of turns between opening and closing;
//   - the motion of the head: logarithms of the deviation of its size, of the velocity of the
//     size and of the yaw's velocity; the correlation of the speeds of opening and yaw;
//   - Pearson's correlation of the velocities of opening and loudness: unshifted, and the
//     strongest within maxShift. Both are NaN without level.
func (t *Trace) Describe(first int, level []float64) []float32 {
	if first < 0 || first+Window > len(t.rows) || slices.Contains(t.seen[first:first+Window], false) {
		return nil
	}
	var value, velocity, smooth [values][]float64
	for k := range values {
		value[k] = make([]float64, Window)
		for i, r := range t.rows[first : first+Window] {
			value[k][i] = float64(r[k])
		}
		velocity[k] = differences(value[k])
		// Binomial low-pass: gain 1/2 at 4.5 Hz.
		smooth[k] = differences(filtered(value[k], 1./16, 4./16, 6./16, 4./16, 1./16))
	}
	out := make([]float32, 0, Features)
	add := func(x ...float64) {
		for _, v := range x {
			out = append(out, float32(v))
		}
	}
	for _, k := range []int{gap, width, chin} {
		v := velocity[k]
		add(correlation(v[nearShift:], v[:len(v)-nearShift]), correlation(v[farShift:], v[:len(v)-farShift]), skewness(v), skewness(value[k]))
	}
	add(correlation(smooth[gap], smooth[chin]), correlation(smooth[gap], smooth[width]),
		correlation(smooth[upper], smooth[chin]), correlation(smooth[upper], smooth[lower]))
	add(signChanges(differences(filtered(value[gap], .25, .5, .25))))
	add(math.Log(deviation(value[size])+sizeFloor), math.Log(deviation(velocity[size])+sizeFloor),
		math.Log(deviation(velocity[yaw])+turnFloor), correlation(magnitudes(velocity[gap]), magnitudes(velocity[yaw])))
	if level == nil {
		add(math.NaN(), math.NaN())
		return out
	}
	add(shiftedCorrelation(velocity[gap], differences(level)))
	return out
}

// shiftedCorrelation returns the correlation of two series (n), unshifted and at the shift of b
// within maxShift where its magnitude is largest.
func shiftedCorrelation(a, b []float64) (now, most float64) {
	for k := -maxShift; k <= maxShift; k++ {
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

// differences returns x[i+1] - x[i], (n-1).
func differences(x []float64) []float64 {
	d := make([]float64, len(x)-1)
	for i := range d {
		d[i] = x[i+1] - x[i]
	}
	return d
}

// filtered returns the weighted sums of x (n) in a sliding window: (n+1-len(weights)).
func filtered(x []float64, weights ...float64) []float64 {
	out := make([]float64, len(x)+1-len(weights))
	for i := range out {
		for k, w := range weights {
			out[i] += w * x[i+k]
		}
	}
	return out
}

// magnitudes returns the absolute values of x.
func magnitudes(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Abs(v)
	}
	return out
}

// signChanges counts the changes of sign between neighbours.
func signChanges(v []float64) float64 {
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

// moment returns the k-th central moment.
func moment(x []float64, k float64) float64 {
	m := mean(x)
	var sum float64
	for _, v := range x {
		sum += math.Pow(v-m, k)
	}
	return sum / float64(len(x))
}

func deviation(x []float64) float64 { return math.Sqrt(moment(x, 2)) }

// skewness returns the third standardised moment; 0 for a constant.
func skewness(x []float64) float64 {
	return moment(x, 3) / math.Pow(moment(x, 2)+skewFloor, 1.5)
}

// correlation returns Pearson's r; 0 if x or y is constant.
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
