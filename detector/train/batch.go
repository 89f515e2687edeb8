package train

import (
	"math"
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

// mouths writes n crops from frame first on to dst (n, Side, Side) and their points to
// points (n, Points, 2); before the clip's first and after its last frame these
// are repeated.
func (e *example) mouths(dst, points []float32, first, n int, l *look, rng *rand.Rand) {
	const row = 2 * network.Points
	for i := range n {
		t := min(max(first+i, 0), e.Frames-1)
		l.apply(dst[i*side:(i+1)*side], e.Crops[t*crop:(t+1)*crop], rng)
		l.move(points[i*row:(i+1)*row], e.outline(t), rng)
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
	rng           *rand.Rand
	crops, points []float32
	babble        []float32 // (steps, Bands) another clip's sound
}

// fill draws one stretch of every example, changes its looks and tones and
// writes it to the batch.
func (f *filler) fill(c *network.Contrast, batch []*example) {
	raw := c.Frames + 2*network.Margin
	if len(f.crops) < raw*side {
		f.crops = make([]float32, raw*side)
		f.points = make([]float32, raw*2*network.Points)
	}
	outline := len(c.Points) / c.Batch
	stacks := len(c.Stacks) / c.Batch
	mel := len(c.Mel) / c.Batch
	for b, e := range batch {
		first := network.Margin
		if room := e.Frames - raw; room > 0 {
			first += f.rng.IntN(room + 1)
		}
		l := drawLook(f.rng)
		points := f.points[:raw*2*network.Points]
		e.mouths(f.crops[:raw*side], points, first-network.Margin, raw, l, f.rng)
		network.Stacks(c.Stacks[b*stacks:(b+1)*stacks], f.crops[:raw*side])
		network.Outline(c.Points[b*outline:(b+1)*outline], points)
		f.blind(c.Stacks[b*stacks:(b+1)*stacks], c.Points[b*outline:(b+1)*outline])
		// a sound that is late by lag is read from lag frames later on
		network.FillMel(c.Mel[b*mel:(b+1)*mel], e.Mel, network.MelStart(first+e.lag), audio.SilentValue)
		f.mix(c.Mel[b*mel:(b+1)*mel], batch[f.rng.IntN(len(batch))])
		drawTone(f.rng).apply(c.Mel[b*mel:(b+1)*mel], f.rng)
		for t := range c.Frames {
			c.Weight[b*c.Frames+t] = e.weigh(first + t)
		}
	}
}

// blindShare is how often one of the two views of a mouth is taken away, so that
// each must serve without the other.
const blindShare = 0.1

// blind takes the pixels or the points of a clip away now and then.
func (f *filler) blind(stacks, points []float32) {
	switch x := f.rng.Float64(); {
	case x < blindShare:
		clear(stacks)
	case x < 2*blindShare:
		clear(points)
	}
}

const (
	babbleShare = 0.35
	nepers      = 2 // about what one unit of normalised log-mel is
)

// mix lays another clip's voice under mel (steps, Bands) now and then, 0 to 17 dB
// below it. Powers add, see audio.Normalised for the scale; each band then goes
// back to the mean that it had.
func (f *filler) mix(mel []float32, other *example) {
	if f.rng.Float64() >= babbleShare {
		return
	}
	if len(f.babble) < len(mel) {
		f.babble = make([]float32, len(mel))
	}
	network.FillMel(f.babble[:len(mel)], other.Mel, f.rng.IntN(max(1, len(other.Mel)/network.Bands)), audio.SilentValue)
	below := 4 * f.rng.Float64() // nepers of power
	var gain [network.Bands]float64
	for i, v := range mel {
		if v == audio.SilentValue { // a gap in the sound, not a pause in the speech
			continue
		}
		sum := math.Log(math.Exp(nepers*float64(v))+math.Exp(nepers*float64(f.babble[i])-below)) / nepers
		gain[i%network.Bands] += sum - float64(v)
		mel[i] = float32(sum)
	}
	for i := range mel {
		if mel[i] != audio.SilentValue {
			mel[i] -= float32(gain[i%network.Bands] / float64(len(mel)/network.Bands))
		}
	}
}
