package train

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

const (
	side = network.Side * network.Side
)

// An example is a clip that is trained on.
type example struct {
	dataset.Clip
	*dataset.Sample
	degraded *dataset.Sample // the same clip after it was passed on, see dataset.Wearing; nil where there is none
	lag      int             // frames that its sound is known to be late
}

// wornShare is how often the picture, and apart from it the sound, is taken from the
// clip as it was passed on, where there is such a one.
const degradedShare = 0.35

// drawn returns the clip as it is or, now and then, as it was passed on.
func (e *example) drawVersion(rng *rand.Rand) *dataset.Sample {
	if e.degraded != nil && rng.Float64() < degradedShare {
		return e.degraded
	}
	return e.Sample
}

// silent weighs a frame without speech against one with: silence is alike
// everywhere, but its beginning and end tell the time.
const silentWeight = 0.1

// weigh says how much frame t counts.
func (e *example) frameWeight(t int) float32 {
	switch {
	case t < 0 || t >= e.Frames || !e.Seen[t]:
		return 0
	case t >= len(e.Voiced) || !e.Voiced[t]:
		return silentWeight
	}
	return 1
}

// A pool draws examples, each group with its share.
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

// poolBySource returns a pool of examples in which a source counts by the root of its clips: if all clips
// did alike, a large source would be learnt by heart, and if all sources did, the small ones.
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

// empty says whether there is nothing to draw.
func (p *pool) empty() bool { return len(p.groups) == 0 }

// voices returns the genuine examples of all groups, whose sound replaces others'.
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

// draw returns n examples, no clip twice in a row of n unless the pool is small.
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

// A filler fills the inputs of a Contrast.
type batchFiller struct {
	rng           *rand.Rand
	crops, points []float32
	babble        []float32 // (steps, Bands) another clip's sound
}

// fill draws one stretch of every example, changes its looks and tones and
// writes it to the batch.
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
		// a sound that is late by lag is read from lag frames later on
		p.sound(c.Mel[b*mel:(b+1)*mel], e.drawVersion(f.rng).Mel, network.MelStart(network.Margin), e.lag)
		f.addBabble(c.Mel[b*mel:(b+1)*mel], batch[f.rng.IntN(len(batch))])
		drawSoundChange(f.rng).apply(c.Mel[b*mel:(b+1)*mel], f.rng)
		for t := range c.Frames {
			c.Weight[b*c.Frames+t] = e.frameWeight(int(math.Round(p.at(t + network.Margin))))
		}
	}
}

// blindShare is how often one of the two views of a mouth is taken away, so that
// each must serve without the other.
const dropShare = 0.1

// blind takes the pixels or the points of a clip away now and then.
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
	maxBabbleNepers = 4 // nepers of power that it is below the clip's own voice at most: 17 dB
	nepersPerUnit   = 2 // about what one unit of normalised log-mel is
)

// mix lays another clip's voice under mel (steps, Bands) now and then, 0 to 17 dB
// below it.
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

// overlay lays the sound of babble over mel, both (steps, Bands), below nepers of power
// down. Powers add; each band then goes back to the mean that it had, and all of them to their
// deviation, see audio.Normalised: two voices leave each other fewer pauses, but a scan does not
// hear that.
func overlay(mel, babble []float32, below float64) {
	before := momentsOf(mel)
	for i, v := range mel {
		if v != audio.SilentValue { // a gap in the sound, not a pause in the speech
			mel[i] = float32(math.Log(math.Exp(nepersPerUnit*float64(v))+math.Exp(nepersPerUnit*float64(babble[i])-below)) / nepersPerUnit)
		}
	}
	after, scale := momentsOf(mel), 1.0
	if before.deviation > minDeviation && after.deviation > minDeviation { // neither is one steady tone
		scale = before.deviation / after.deviation
	}
	for i, v := range mel {
		if v != audio.SilentValue {
			b := i % network.Bands
			mel[i] = float32(before.mean[b] + scale*(float64(v)-after.mean[b]))
		}
	}
}

// A spread is the means of the bands of a log-mel, and the deviation of all of them from these.
type melMoments struct {
	mean      [network.Bands]float64
	deviation float64
}

const minDeviation = 1e-3

// spreadOf measures mel (steps, Bands) where it is no gap in the sound.
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
