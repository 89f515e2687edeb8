package speech

import "math"

const (
	// maxBandCost limits the cost of one band in one step, so that a creaky step does
	// not displace a boundary.
	maxBandCost = 9.0
	// The cost of a segment's length is
	// lengthWeight·(log(length / usual length) / lengthSpread)².
	lengthWeight, lengthSpread = 6.0, 0.4
	// changeWeight is the reward for a boundary, per dB by which the bands change
	// around it on average.
	changeWeight = 1.2

	// maxSteps is the maximum length of a segment: 0.6 s, a pause between clauses.
	maxSteps = 120
)

// A segment is an interval of uniform sound: a phone, or the closure or burst of a stop.
type segment struct {
	phone    int // index into the phones
	template *template
	length   float64 // expected length in steps
	optional bool    // may be empty (a pause)
}

// align finds the times of the phones of an utterance, given its words and samples
// at Rate. It returns the phones with their times, pauses included; nil if the sound
// is shorter than a step.
//
// Dynamic programming finds the boundaries with the least total cost:
//
//	cost = Σ steps    template.cost
//	     + Σ segments lengthWeight·(log(length / usual length) / lengthSpread)²
//	     - Σ boundaries changeWeight·spectral change
func align(words [][]Phone, x []float64) []Phone {
	phones, segments := layOutSegments(words)
	s := spectra(x)
	if len(s) == 0 {
		return nil
	}
	ends := bestBoundaries(segments, s)
	start := 0
	for i := range phones {
		phones[i].Start, phones[i].End = math.NaN(), math.NaN()
	}
	for i, p := range segments {
		if ends[i] > start {
			ph := &phones[p.phone]
			if math.IsNaN(ph.Start) {
				ph.Start = float64(start) * stepTime
				ph.Release = float64(ends[i]) * stepTime
			}
			ph.End = float64(ends[i]) * stepTime
		}
		start = ends[i]
	}
	kept := phones[:0]
	for _, p := range phones {
		if !math.IsNaN(p.Start) {
			kept = append(kept, p)
		}
	}
	if len(kept) > 0 {
		kept[len(kept)-1].End = float64(len(x)) / Rate
	}
	return kept
}

// layOutSegments returns the phones in order and their segments. It adds a pause
// between clauses and an optional pause between words.
func layOutSegments(words [][]Phone) ([]Phone, []segment) {
	var phones []Phone
	var segments []segment
	add := func(p Phone, length float64, optional bool) {
		for _, m := range mannersOf(p) {
			l := templates[m].length
			if length > 0 {
				l = length
			}
			if p.Long || m >= openVowel && len([]rune(p.IPA)) > 1 {
				l *= 1.4
			}
			if p.Stressed && m >= openVowel {
				l *= 1.15
			}
			segments = append(segments, segment{len(phones), &templates[m], l, optional})
		}
		phones = append(phones, p)
	}
	for i, w := range words {
		if len(w) == 0 { // between clauses
			add(Phone{}, 40, false)
			continue
		}
		if i > 0 && len(words[i-1]) > 0 {
			add(Phone{}, 0, true)
		}
		for _, p := range w {
			add(p, 0, false)
		}
	}
	return phones, segments
}

// bestBoundaries returns the step before which each segment ends.
func bestBoundaries(segments []segment, s []spectrum) []int {
	n := len(s)
	change := spectralChange(s)
	// best[i][t] is the least cost of the first i segments if they end before step t.
	// from[i][t] is where the last of them starts.
	best := make([][]float64, len(segments)+1)
	from := make([][]int, len(segments)+1)
	for i := range best {
		best[i] = make([]float64, n+1)
		from[i] = make([]int, n+1)
		for t := range best[i] {
			best[i][t] = math.Inf(1)
		}
	}
	best[0][0] = 0
	sum := make([]float64, n+1)
	for i, p := range segments {
		for t := range s {
			sum[t+1] = sum[t] + p.template.cost(&s[t])
		}
		for t := 0; t <= n; t++ {
			if p.optional {
				best[i+1][t], from[i+1][t] = best[i][t], t
			}
			reward := 0.0
			if t < n {
				reward = changeWeight * change[t]
			}
			for d := 1; d <= min(t, maxSteps); d++ {
				if math.IsInf(best[i][t-d], 1) {
					continue
				}
				r := math.Log(float64(d)/p.length) / lengthSpread
				c := best[i][t-d] + sum[t] - sum[t-d] + lengthWeight*r*r - reward
				if c < best[i+1][t] {
					best[i+1][t], from[i+1][t] = c, t-d
				}
			}
		}
	}
	ends := make([]int, len(segments))
	t := n
	if math.IsInf(best[len(segments)][n], 1) {
		// The sound is too short or too long for the segments: make them equally long.
		for i := range ends {
			ends[i] = (i + 1) * n / len(segments)
		}
		return ends
	}
	for i := len(segments); i > 0; i-- {
		ends[i-1] = t
		t = from[i][t]
	}
	return ends
}

// cost returns half the squared distance of a step from the template, in standard
// deviations, summed over the bands. A band adds maxBandCost/2 at most.
func (k *template) cost(s *spectrum) float64 {
	var c float64
	for b := range s {
		d := (s[b] - k.level[b]) / k.spread[b]
		c += min(d*d, maxBandCost)
	}
	return c / 2
}

// spectralChange returns, for each step t, the mean absolute change of the bands from
// step t-2 to step t+1, in dB.
func spectralChange(s []spectrum) []float64 {
	out := make([]float64, len(s))
	for t := range s {
		a, b := &s[max(0, t-2)], &s[min(len(s)-1, t+1)]
		for k := range a {
			out[t] += math.Abs(a[k]-b[k]) / bandCount
		}
	}
	return out
}
