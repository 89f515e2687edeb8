package embed

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/network"
)

// Embeddings hold one embedding for each of n consecutive frames.
type Embeddings interface {
	// Rows returns the embeddings of frames [from, to), (to-from, Embed). The caller must not
	// write to them.
	Rows(from, to int) []float32
}

// Float32 holds embeddings (n, Embed) in full precision.
type Float32 []float32

// Rows implements [Embeddings] without copying.
func (l Float32) Rows(from, to int) []float32 { return l[from*network.Embed : to*network.Embed] }

// Quantized holds embeddings in a quarter of their memory: a byte for each value and, for each
// embedding, the magnitude that 127 represents. This changes the cosine of unit vectors by 0.0004
// on average, and by 0.0015 at most.
type Quantized struct {
	frames int
	blocks []*quantizedBlock
}

// A quantizedBlock holds up to blockFrames embeddings: their values and the largest magnitude of
// each.
type quantizedBlock struct {
	values  [blockFrames][network.Embed]int8
	largest [blockFrames]float32
}

const blockFrames = network.Chunk

// add appends embeddings (n, Embed).
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

// Rows implements [Embeddings]. The caller owns the result.
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
