package train

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

// side is the number of pixels of a mouth at network resolution.
const (
	side = network.Side * network.Side
)

// An example is a clip used for training.
type example struct {
	dataset.Clip
	*dataset.Sample
	degraded *dataset.Sample // the degraded clip, see dataset.Degradation; nil if there is none
	lag      int             // frames by which the sound is known to be late
}

// degradedShare is the probability of taking the picture, and independently the sound, from the
// degraded clip, if there is one.
const degradedShare = 0.35

// drawVersion returns the original or, with probability degradedShare, the degraded clip.
func (e *example) drawVersion(rng *rand.Rand) *dataset.Sample {
	if e.degraded != nil && rng.Float64() < degradedShare {
		return e.degraded
	}
	return e.Sample
}

// silentWeight is the weight of a frame without speech, relative to one with speech. Silence
// sounds alike everywhere, but its start and end show the timing.
const silentWeight = 0.1

// frameWeight returns the weight of frame t.
func (e *example) frameWeight(t int) float32 {
	switch {
	case t < 0 || t >= e.Frames || !e.Seen[t]:
		return 0
	case t >= len(e.Voiced) || !e.Voiced[t]:
		return silentWeight
	}
	return 1
}

// A pool draws examples from groups, each with its share.
type pool struct {
	groups [][]*example
	shares []float64
}

func (p *pool) add(share float64, group []*example) {
	if len(group) > 0 {
		p.groups = append(p.groups, group)
		p.shares = append(p.shares, share)
	}
}

// poolBySource returns a pool in which the share of a source is the square root of its number of
// clips. With equal shares per clip the network would memorise large sources; with equal shares
// per source, small ones.
func poolBySource(examples []*example) *pool {
	by := map[string][]*example{}
	var order []string
	for _, e := range examples {
		if by[e.Source] == nil {
			order = append(order, e.Source)
		}
		by[e.Source] = append(by[e.Source], e)
	}
	p := new(pool)
	for _, source := range order {
		p.add(math.Sqrt(float64(len(by[source]))), by[source])
	}
	return p
}

// empty reports whether the pool has no examples.
func (p *pool) empty() bool { return len(p.groups) == 0 }

// genuine returns the genuine examples of all groups, the donors of impostor voices.
func (p *pool) genuine() []*example {
	var out []*example
	for _, g := range p.groups {
		for _, e := range g {
			if e.Label == dataset.Real {
				out = append(out, e)
			}
		}
	}
	return out
}

// draw returns n examples, all different unless the pool is small.
func (p *pool) draw(rng *rand.Rand, n int) []*example {
	var total float64
	for _, s := range p.shares {
		total += s
	}
	out := make([]*example, 0, n)
	used := map[*example]bool{}
	for tries := 0; len(out) < n; tries++ {
		x := rng.Float64() * total
		g := 0
		for g < len(p.shares)-1 && x >= p.shares[g] {
			x -= p.shares[g]
			g++
		}
		e := p.groups[g][rng.IntN(len(p.groups[g]))]
		if used[e] && tries < 20*n {
			continue
		}
		used[e] = true
		out = append(out, e)
	}
	return out
}

// A batchFiller fills the inputs of a TowerTrainer.
type batchFiller struct {
	rng           *rand.Rand
	crops, points []float32
	babble        []float32 // (steps, Bands) sound of another clip
}

// fill draws a window of every example, changes its picture and sound at random and writes it to
// the batch.
func (f *batchFiller) fill(c *network.TowerTrainer, batch []*example) {
	raw := c.Frames + 2*network.Margin
	if len(f.crops) < raw*side {
		f.crops = make([]float32, raw*side)
		f.points = make([]float32, raw*2*network.Points)
	}
	outline := len(c.Points) / c.Batch
	stacks := len(c.Stacks) / c.Batch
	mel := len(c.Mel) / c.Batch
	for b, e := range batch {
		p := drawTempo(f.rng, raw, e.Frames)
		l := drawImageChange(f.rng)
		points := f.points[:raw*2*network.Points]
		p.mouths(f.crops[:raw*side], points, e.drawVersion(f.rng), raw, l, f.rng)
		network.StackInput(c.Stacks[b*stacks:(b+1)*stacks], f.crops[:raw*side])
		network.PointInput(c.Points[b*outline:(b+1)*outline], points)
		f.dropView(c.Stacks[b*stacks:(b+1)*stacks], c.Points[b*outline:(b+1)*outline])
		// The sound of a clip that is late by lag is read lag frames further on.
		p.sound(c.Mel[b*mel:(b+1)*mel], e.drawVersion(f.rng).Mel, network.MelStart(network.Margin), e.lag)
		f.addBabble(c.Mel[b*mel:(b+1)*mel], batch[f.rng.IntN(len(batch))])
		drawSoundChange(f.rng).apply(c.Mel[b*mel:(b+1)*mel], f.rng)
		for t := range c.Frames {
			c.Weight[b*c.Frames+t] = e.frameWeight(int(math.Round(p.at(t + network.Margin))))
		}
	}
}

// dropShare is the probability of dropping the pixels, and that of dropping the points, of a
// clip, so that the tower learns to work with either.
const dropShare = 0.1

// dropView clears the pixels or the points of a clip with probability dropShare each.
func (f *batchFiller) dropView(stacks, points []float32) {
	switch x := f.rng.Float64(); {
	case x < dropShare:
		clear(stacks)
	case x < 2*dropShare:
		clear(points)
	}
}

const (
	babbleShare     = 0.35
	maxBabbleNepers = 4 // nepers of power below the clip's own voice, at most: 17 dB
	nepersPerUnit   = 2 // approximate nepers per unit of normalised log-mel
)

// addBabble mixes, with probability babbleShare, the voice of another clip into mel (steps,
// Bands), 0 to 17 dB below.
func (f *batchFiller) addBabble(mel []float32, other *example) {
	if f.rng.Float64() >= babbleShare {
		return
	}
	if len(f.babble) < len(mel) {
		f.babble = make([]float32, len(mel))
	}
	network.FillMel(f.babble[:len(mel)], other.Mel, f.rng.IntN(max(1, len(other.Mel)/network.Bands)), audio.SilentValue)
	overlay(mel, f.babble, maxBabbleNepers*f.rng.Float64())
}

// overlay mixes babble into mel, both (steps, Bands), at below nepers of power below mel. Powers
// add. Each band then returns to its previous mean and all bands to their previous deviation, as
// audio.Normalised does in a scan. Gaps (audio.SilentValue) stay gaps.
func overlay(mel, babble []float32, below float64) {
	before := momentsOf(mel)
	for i, v := range mel {
		if v != audio.SilentValue { // a gap in the sound is not a pause in the speech
			mel[i] = float32(math.Log(math.Exp(nepersPerUnit*float64(v))+math.Exp(nepersPerUnit*float64(babble[i])-below)) / nepersPerUnit)
		}
	}
	after, scale := momentsOf(mel), 1.0
	// Neither sound is a steady tone.
	if before.deviation > minDeviation && after.deviation > minDeviation {
		scale = before.deviation / after.deviation
	}
	for i, v := range mel {
		if v != audio.SilentValue {
			b := i % network.Bands
			mel[i] = float32(before.mean[b] + scale*(float64(v)-after.mean[b]))
		}
	}
}

// A melMoments holds the mean of each band of a log-mel and the deviation of all values from
// these means.
type melMoments struct {
	mean      [network.Bands]float64
	deviation float64
}

// minDeviation is the deviation below which a sound counts as a steady tone.
const minDeviation = 1e-3

// momentsOf measures mel (steps, Bands) outside gaps.
func momentsOf(mel []float32) (s melMoments) {
	var n, squares float64
	for i, v := range mel {
		if v != audio.SilentValue {
			s.mean[i%network.Bands] += float64(v)
			squares += float64(v) * float64(v)
			n++
		}
	}
	if n == 0 {
		return s
	}
	for b := range s.mean {
		s.mean[b] *= network.Bands / n
		squares -= s.mean[b] * s.mean[b] * n / network.Bands
	}
	s.deviation = math.Sqrt(max(squares, 0) / n)
	return s
}
