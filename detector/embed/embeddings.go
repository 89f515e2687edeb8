package embed

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/network"
)

// Embeddings are those of successive frames.
type Embeddings interface {
	// Rows returns those of the frames from one up to but without another, (to-from, Embed). They are
	// not to be written to.
	Rows(from, to int) []float32
}

// Loose are embeddings (n, Embed) as they are.
type Float32 []float32

// Rows returns those of some frames, see [Embeddings].
func (l Float32) Rows(from, to int) []float32 { return l[from*network.Embed : to*network.Embed] }

// A packed holds embeddings in a quarter of what they take: a byte a number, and for
// each embedding what 127 stands for. Of unit vectors it moves a cosine by .0004
// in the mean, by .0015 at most.
type Quantized struct {
	frames int
	blocks []*quantizedBlock
}

// A packedBlock is some embeddings, numbers and the largest of each.
type quantizedBlock struct {
	values  [blockFrames][network.Embed]int8
	largest [blockFrames]float32
}

const blockFrames = network.Chunk

// add packs embeddings (n, Embed).
func (p *Quantized) add(embeddings []float32) {
	for ; len(embeddings) > 0; embeddings = embeddings[network.Embed:] {
		i := p.frames % blockFrames
		if i == 0 {
			p.blocks = append(p.blocks, new(quantizedBlock))
		}
		b := p.blocks[len(p.blocks)-1]
		for _, v := range embeddings[:network.Embed] {
			b.largest[i] = max(b.largest[i], v, -v)
		}
		scale := math.MaxInt8 / max(float64(b.largest[i]), math.SmallestNonzeroFloat32)
		for k, v := range embeddings[:network.Embed] {
			b.values[i][k] = int8(math.RoundToEven(float64(v) * scale))
		}
		p.frames++
	}
}

// Rows unpacks those of some frames, see [Embeddings].
func (p *Quantized) Rows(from, to int) []float32 {
	out := make([]float32, 0, (to-from)*network.Embed)
	for t := from; t < to; t++ {
		b, i := p.blocks[t/blockFrames], t%blockFrames
		for _, v := range b.values[i] {
			out = append(out, float32(v)*b.largest[i]/math.MaxInt8)
		}
	}
	return out
}
