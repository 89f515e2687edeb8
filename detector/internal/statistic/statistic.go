package statistic

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	// Rounds is the number of resamples of a bootstrap.
	Rounds = 1000

	// FewestSources is the smallest number of sources for a bootstrap over sources. With fewer,
	// a bootstrap draws clips, because the spread between sources cannot be estimated.
	FewestSources = 5

	// z is the 97.5 % point of the normal distribution.
	z = 1.959964
)

// Values of Estimate.How.
const (
	byWilson  = "Wilson, over clips"
	bySources = "bootstrap over sources"
	byClips   = "bootstrap over clips"
)

// An Estimate is a measured value with its 95 % interval; NaN if the value could not be measured.
type Estimate struct {
	Value, Low, High float64
	How              string // method of the interval, for people to read
}

// Unmeasured returns the Estimate of a value that could not be measured.
func Unmeasured() Estimate { return Estimate{Value: math.NaN(), Low: math.NaN(), High: math.NaN()} }

// Share returns hits/n with Wilson's score interval (Wilson 1927, J. Am. Stat. Assoc. 22);
// Unmeasured if n is 0. Hits may be fractional: a clip that was tried several times counts the
// fraction of its tries that hit.
func Share(hits float64, n int) Estimate {
	if n == 0 {
		return Unmeasured()
	}
	m := float64(n)
	p := hits / m
	mid := p + z*z/(2*m)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Estimate{p, max(0, (mid-half)/(1+z*z/m)), min(1, (mid+half)/(1+z*z/m)), byWilson}
}

// An Observation is a value measured on a clip of one of two classes, positive or negative.
type Observation struct {
	Value        float64
	Positive     bool
	Source, File string
}

// Clusters are the units that a bootstrap draws: sources in a class with FewestSources sources or
// more, clips otherwise. All observations of a cluster are drawn together.
type Clusters struct {
	Of     []int    // index of the cluster of each observation
	strata [2][]int // clusters that are clips, clusters that are sources
	count  int
}

// NewClusters groups observations into clusters.
func NewClusters(obs []Observation) *Clusters {
	sources := map[bool]map[string]bool{false: {}, true: {}}
	for _, o := range obs {
		sources[o.Positive][o.Source] = true
	}
	c := &Clusters{Of: make([]int, len(obs))}
	ids := map[string]int{}
	for i, o := range obs {
		key, stratum := "clip "+o.File, 0
		if len(sources[o.Positive]) >= FewestSources {
			key, stratum = "source "+o.Source, 1
		}
		id, ok := ids[key]
		if !ok {
			id = c.count
			c.count++
			ids[key] = id
			c.strata[stratum] = append(c.strata[stratum], id)
		}
		c.Of[i] = id
	}
	return c
}

// How describes the units that are drawn, as Estimate.How does.
func (c *Clusters) How() string {
	switch {
	case len(c.strata[0]) == 0:
		return bySources
	case len(c.strata[1]) == 0:
		return byClips
	}
	return "bootstrap over sources, clips where they are few"
}

// Estimate returns the value of a statistic with its bootstrap interval, see Interval.
// statistic takes the weight of each cluster: 1 for the value, the number of times that the
// cluster was drawn for the interval. Estimate returns Unmeasured if the value is NaN.
func (c *Clusters) Estimate(rng *rand.Rand, statistic func(weight []int) float64) Estimate {
	once := make([]int, c.count)
	for i := range once {
		once[i] = 1
	}
	e := Estimate{Value: statistic(once), How: c.How()}
	if math.IsNaN(e.Value) {
		return Unmeasured()
	}
	e.Low, e.High = c.Interval(rng, Rounds, statistic)
	return e
}

// Interval returns the 2.5 % and 97.5 % quantiles of a statistic over rounds draws with
// replacement (percentile interval, Efron & Tibshirani 1993, section 13.3). statistic takes the
// number of times that each cluster was drawn. Draws for which it is NaN are left out; if all
// are, both quantiles are NaN.
func (c *Clusters) Interval(rng *rand.Rand, rounds int, statistic func(weight []int) float64) (low, high float64) {
	var values []float64
	weight := make([]int, c.count)
	for range rounds {
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
	return ends(values)
}

// ends returns the 2.5 % and 97.5 % quantiles of values.
func ends(values []float64) (low, high float64) {
	return Quantile(values, .025), Quantile(values, .975)
}

// BootstrapClips returns several statistics of n clips with bootstrap intervals over clips.
// statistics takes the indices of n clips, which may repeat, and returns all statistics of that
// draw, so that differences between statistics are paired.
func BootstrapClips(rng *rand.Rand, n int, statistics func(drawn []int) []float64) []Estimate {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	var out []Estimate
	for _, v := range statistics(places) {
		out = append(out, Estimate{Value: v, How: byClips})
	}
	values := make([][]float64, len(out))
	for range Rounds {
		for i := range places {
			places[i] = rng.IntN(n)
		}
		for k, v := range statistics(places) {
			values[k] = append(values[k], v)
		}
	}
	for k := range out {
		out[k].Low, out[k].High = ends(values[k])
	}
	return out
}

// Mean returns the mean of observations with its bootstrap interval; Unmeasured for no
// observations.
func Mean(rng *rand.Rand, obs []Observation) Estimate {
	return Clustered(rng, obs, func(obs []Observation, of, weight []int) float64 {
		var sum, n float64
		for i, o := range obs {
			w := float64(weight[of[i]])
			sum += w * o.Value
			n += w
		}
		return sum / n
	})
}

// ROCArea returns the area under the ROC curve with its bootstrap interval: the probability
// that a positive observation is above a negative one, ties counting half (Mann & Whitney
// 1947). It returns Unmeasured if a class is empty or a value is NaN.
func ROCArea(rng *rand.Rand, obs []Observation) Estimate {
	return Clustered(rng, obs, weightedAUC)
}

// Clustered returns a statistic of observations with its bootstrap interval, see
// [Clusters.Estimate]. statistic takes the observations in ascending order of value, the
// cluster of each observation and the weight of each cluster.
func Clustered(rng *rand.Rand, obs []Observation, statistic func(obs []Observation, of, weight []int) float64) Estimate {
	obs = slices.Clone(obs)
	slices.SortStableFunc(obs, func(a, b Observation) int { return cmp.Compare(a.Value, b.Value) })
	c := NewClusters(obs)
	return c.Estimate(rng, func(weight []int) float64 { return statistic(obs, c.Of, weight) })
}

// weightedAUC returns the area under the ROC curve of observations in ascending order, each with
// the weight of its cluster; NaN if a class is empty or a value is NaN.
func weightedAUC(obs []Observation, of, weight []int) float64 {
	var below, above, wins float64 // weight of negatives and of positives so far, pairs won
	for i := 0; i < len(obs); {
		if math.IsNaN(obs[i].Value) {
			return math.NaN() // NaN has no rank
		}
		var pos, neg float64
		j := i
		for ; j < len(obs) && obs[j].Value == obs[i].Value; j++ {
			if w := float64(weight[of[j]]); obs[j].Positive {
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

// ROCAreaWithin returns the mean over groups of the area under the ROC curve within the group.
// Its bootstrap interval draws clips within each class of each group. It returns Unmeasured for
// no groups.
func ROCAreaWithin(rng *rand.Rand, groups [][]Observation) Estimate {
	if len(groups) == 0 {
		return Unmeasured()
	}
	type split struct{ pos, neg []float64 } // in ascending order
	splits := make([]split, len(groups))
	var total float64
	for i, g := range groups {
		pos, neg := Classes(g)
		slices.Sort(pos)
		slices.Sort(neg)
		splits[i] = split{pos, neg}
		total += AUC(pos, neg)
	}
	values := make([]float64, Rounds)
	for round := range values {
		for _, s := range splits {
			values[round] += AUC(drawn(rng, s.pos), drawn(rng, s.neg)) / float64(len(splits))
		}
	}
	low, high := ends(values)
	return Estimate{total / float64(len(groups)), low, high, "bootstrap over clips within each source"}
}

// Classes returns the values of the positive and of the negative observations, in their order.
func Classes(obs []Observation) (pos, neg []float64) {
	for _, o := range obs {
		if o.Positive {
			pos = append(pos, o.Value)
		} else {
			neg = append(neg, o.Value)
		}
	}
	return pos, neg
}

// drawn returns len(x) draws with replacement from x.
func drawn(rng *rand.Rand, x []float64) []float64 {
	out := make([]float64, len(x))
	for i := range out {
		out[i] = x[rng.IntN(len(x))]
	}
	return out
}

// AUC returns the area under the ROC curve: the probability that a number of pos is above a
// number of neg, ties counting half (Mann & Whitney 1947). It is 0 if either is empty.
func AUC(pos, neg []float64) float64 {
	if len(pos) == 0 || len(neg) == 0 {
		return 0
	}
	var sum float64
	for _, p := range pos {
		for _, n := range neg {
			switch {
			case p > n:
				sum++
			case p == n:
				sum += .5
			}
		}
	}
	return sum / float64(len(pos)) / float64(len(neg))
}

// Quantile returns the q-quantile of x, interpolated between order statistics (Hyndman & Fan
// 1996, type 7); +Inf for no numbers.
func Quantile(x []float64, q float64) float64 {
	if len(x) == 0 {
		return math.Inf(1)
	}
	s := slices.Sorted(slices.Values(x))
	at := q * float64(len(s)-1)
	i := min(int(at), len(s)-1)
	j := min(i+1, len(s)-1)
	return s[i] + (at-float64(i))*(s[j]-s[i])
}
