package train

import (
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

const (
	side = network.Side * network.Side
	crop = video.CropSize * video.CropSize
)

// An example is a clip that is trained on.
type example struct {
	Clip
	*Sample
	lag int // frames that its sound is known to be late
}

// mouths writes n crops from frame first on to dst (n, Side, Side); before the
// clip's first and after its last frame these are repeated.
func (e *example) mouths(dst []float32, first, n int, l *look, rng *rand.Rand) {
	for i := range n {
		t := min(max(first+i, 0), e.Frames-1)
		l.apply(dst[i*side:(i+1)*side], e.Crops[t*crop:(t+1)*crop], rng)
	}
}

// silent weighs a frame without speech against one with: silence is alike
// everywhere, but its beginning and end tell the time.
const silent = 0.1

// weigh says how much frame t counts.
func (e *example) weigh(t int) float32 {
	switch {
	case t < 0 || t >= e.Frames || !e.Seen[t]:
		return 0
	case t >= len(e.Voiced) || !e.Voiced[t]:
		return silent
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
type filler struct {
	rng   *rand.Rand
	crops []float32
}

// fill draws one stretch of every example, changes its looks and tones and
// writes it to the batch.
func (f *filler) fill(c *network.Contrast, batch []*example) {
	raw := c.Frames + 2*network.Margin
	if len(f.crops) < raw*side {
		f.crops = make([]float32, raw*side)
	}
	stacks := len(c.Stacks) / c.Batch
	mel := len(c.Mel) / c.Batch
	for b, e := range batch {
		first := network.Margin
		if room := e.Frames - raw; room > 0 {
			first += f.rng.IntN(room + 1)
		}
		l := drawLook(f.rng)
		e.mouths(f.crops[:raw*side], first-network.Margin, raw, l, f.rng)
		network.Stacks(c.Stacks[b*stacks:(b+1)*stacks], f.crops[:raw*side])
		// a sound that is late by lag is read from lag frames later on
		network.FillMel(c.Mel[b*mel:(b+1)*mel], e.Mel, network.MelStart(first+e.lag), audio.SilentValue)
		drawTone(f.rng).apply(c.Mel[b*mel:(b+1)*mel], f.rng)
		for t := range c.Frames {
			c.Weight[b*c.Frames+t] = e.weigh(first + t)
		}
	}
}
