package train

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	// bootstrapRounds is how often a bootstrap draws again.
	bootstrapRounds = 1000

	// fewestSources is from how many sources on a bootstrap draws sources, not
	// clips: with fewer the spread between them cannot be seen.
	fewestSources = 5

	// z is the 97.5 % point of the normal distribution.
	z = 1.959964
)

// How an interval came about, as it is printed.
const (
	byWilson  = "Wilson, over clips"
	bySources = "bootstrap over sources"
	byClips   = "bootstrap over clips"
)

// An Estimate is a measured value with its 95 % interval. What could not be
// measured is NaN.
type Estimate struct {
	Value, Low, High float64
	How              string // how the interval came about, in words
}

// nothing is the estimate of what could not be measured.
func nothing() Estimate { return Estimate{Value: math.NaN(), Low: math.NaN(), High: math.NaN()} }

// share is hits out of n with Wilson's score interval (Wilson 1927, J. Am. Stat.
// Assoc. 22). Hits need not be whole: where a clip was tried several times, its
// tries count as one.
func share(hits float64, n int) Estimate {
	if n == 0 {
		return nothing()
	}
	m := float64(n)
	p := hits / m
	mid := p + z*z/(2*m)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Estimate{p, max(0, (mid-half)/(1+z*z/m)), min(1, (mid+half)/(1+z*z/m)), byWilson}
}

// An observation is one number of one clip, on one of two sides.
type observation struct {
	value        float64
	positive     bool
	source, file string
}

// observe returns an observation of a subject.
func (s *subject) observe(value float64, positive bool) observation {
	return observation{value, positive, s.Source, s.File}
}

// Clusters say what a bootstrap draws: whole sources on a side that has
// fewestSources of them or more, clips otherwise. Whatever was observed on one
// cluster is drawn together.
type clusters struct {
	of     []int    // cluster of every observation
	strata [2][]int // clusters that are clips, and those that are sources
	count  int
	rounds int // how often a bootstrap draws
}

func newClusters(obs []observation) *clusters {
	sources := map[bool]map[string]bool{false: {}, true: {}}
	for _, o := range obs {
		sources[o.positive][o.source] = true
	}
	c := &clusters{of: make([]int, len(obs)), rounds: bootstrapRounds}
	ids := map[string]int{}
	for i, o := range obs {
		key, stratum := "clip "+o.file, 0
		if len(sources[o.positive]) >= fewestSources {
			key, stratum = "source "+o.source, 1
		}
		id, ok := ids[key]
		if !ok {
			id = c.count
			c.count++
			ids[key] = id
			c.strata[stratum] = append(c.strata[stratum], id)
		}
		c.of[i] = id
	}
	return c
}

// how says what is drawn.
func (c *clusters) how() string {
	switch {
	case len(c.strata[0]) == 0:
		return bySources
	case len(c.strata[1]) == 0:
		return byClips
	}
	return "bootstrap over sources, clips where they are few"
}

// bootstrap returns the 2.5 and 97.5 % points of a statistic over draws with
// replacement (Efron & Tibshirani 1993, section 13.3, percentile interval).
// weight says how often each cluster was drawn; a draw for which the statistic
// is NaN does not count.
func (c *clusters) bootstrap(rng *rand.Rand, statistic func(weight []int) float64) (low, high float64) {
	var values []float64
	weight := make([]int, c.count)
	for range c.rounds {
		clear(weight)
		for _, s := range c.strata {
			for range s {
				weight[s[rng.IntN(len(s))]]++
			}
		}
		if v := statistic(weight); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return math.NaN(), math.NaN()
	}
	return quantile(values, .025), quantile(values, .975)
}

// separation is the chance that a positive observation is above a negative one,
// the area under the ROC curve, ties counting half (Mann & Whitney 1947).
func separation(rng *rand.Rand, obs []observation) Estimate {
	return clustered(rng, obs, weightedAUC)
}

// clustered is a statistic of observations in ascending order, each counting as
// often as its cluster was drawn, with its interval.
func clustered(rng *rand.Rand, obs []observation, statistic func(obs []observation, of, weight []int) float64) Estimate {
	obs = slices.Clone(obs)
	slices.SortStableFunc(obs, func(a, b observation) int { return cmp.Compare(a.value, b.value) })
	c := newClusters(obs)
	once := make([]int, c.count)
	for i := range once {
		once[i] = 1
	}
	e := Estimate{Value: statistic(obs, c.of, once), How: c.how()}
	if math.IsNaN(e.Value) {
		return nothing()
	}
	e.Low, e.High = c.bootstrap(rng, func(weight []int) float64 { return statistic(obs, c.of, weight) })
	return e
}

// weightedAUC takes observations in ascending order, each as often as its
// cluster was drawn; NaN where one side is empty.
func weightedAUC(obs []observation, of, weight []int) float64 {
	var below, above, wins float64 // negatives and positives so far, pairs won
	for i := 0; i < len(obs); {
		var pos, neg float64
		j := i
		for ; j < len(obs) && obs[j].value == obs[i].value; j++ {
			if w := float64(weight[of[j]]); obs[j].positive {
				pos += w
			} else {
				neg += w
			}
		}
		wins += pos * (below + neg/2)
		below += neg
		above += pos
		i = j
	}
	return wins / (below * above) // 0/0 is NaN
}

// separationWithin is the mean over groups of each one's own area under the ROC
// curve, drawn again by clip on either side of every group.
func separationWithin(rng *rand.Rand, groups [][]observation) Estimate {
	if len(groups) == 0 {
		return nothing()
	}
	groups = slices.Clone(groups)
	var total float64
	for i, g := range groups {
		groups[i] = slices.Clone(g)
		slices.SortStableFunc(groups[i], func(a, b observation) int { return cmp.Compare(a.value, b.value) })
		total += auc(sides(g))
	}
	values := make([]float64, bootstrapRounds)
	for round := range values {
		for _, g := range groups {
			pos, neg := sides(g)
			values[round] += auc(drawn(rng, pos), drawn(rng, neg)) / float64(len(groups))
		}
	}
	return Estimate{total / float64(len(groups)), quantile(values, .025), quantile(values, .975), "bootstrap over clips within each source"}
}

func sides(obs []observation) (pos, neg []float64) {
	for _, o := range obs {
		if o.positive {
			pos = append(pos, o.value)
		} else {
			neg = append(neg, o.value)
		}
	}
	return pos, neg
}

func drawn(rng *rand.Rand, x []float64) []float64 {
	out := make([]float64, len(x))
	for i := range out {
		out[i] = x[rng.IntN(len(x))]
	}
	return out
}
