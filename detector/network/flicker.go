package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// FlickerSpan is the number of consecutive mouth crops that give one flicker logit, a span: 320
// ms.
const FlickerSpan = 8

const (
	// leastFlicker, in grey values, limits the amplification of noise in an idle mouth.
	leastFlicker = 0.7

	flickerPlaces = 4 * 4 // grid cells with a logit each; their mean is that of the span
	flickerBatch  = 6     // spans that a Runner classifies at a time
)

// FlickerInput writes the input of the flicker classifier for n spans of mouth crops (n,
// FlickerSpan, Side, Side), grey values 0..255, to dst (n, Side, Side, FlickerSpan-1). The
// input is the differences of consecutive crops, divided by leastFlicker plus the root mean
// square of the span's differences. Appearance and brightness cancel: a classifier that sees
// them learns to recognise the sources. Zheng et al. 2021 (Exploring temporal coherence for
// more general video face forgery detection) find the same for whole faces. FlickerInput panics
// if the lengths do not match.
func FlickerInput(dst, mouths []float32) {
	const size, changes = Side * Side, FlickerSpan - 1
	n := len(mouths) / (FlickerSpan * size)
	if len(mouths) != n*FlickerSpan*size || len(dst) != n*changes*size {
		panic("network: FlickerInput: lengths do not match")
	}
	for s := range n {
		in, out := mouths[s*FlickerSpan*size:(s+1)*FlickerSpan*size], dst[s*changes*size:(s+1)*changes*size]
		var squares float64
		for i := range changes {
			for k := range size {
				d := in[(i+1)*size+k] - in[i*size+k]
				out[k*changes+i] = d
				squares += float64(d) * float64(d)
			}
		}
		scale := float32(1 / (math.Sqrt(squares/(changes*size)) + leastFlicker))
		for i := range out {
			out[i] *= scale
		}
	}
}

// flicker returns the logits (N) of a generated mouth for changes x (N, Side, Side,
// FlickerSpan-1), see FlickerInput: the mean of one logit for each cell of a coarse grid.
func (g *graph) flicker(x *G.Node) (*G.Node, error) {
	n := x.Shape()[0]
	y, err := g.through(x, "flicker.1", "flicker.2", "flicker.3", "flicker.4", "flicker.5")
	if err != nil {
		return nil, err
	}
	if y, err = G.Reshape(y, tensor.Shape{n, flickerPlaces}); err != nil {
		return nil, err
	}
	each, share := g.input("share of a place", flickerPlaces, 1)
	for i := range share {
		share[i] = 1. / flickerPlaces
	}
	if y, err = G.Mul(y, each); err != nil {
		return nil, err
	}
	return G.Reshape(y, tensor.Shape{n})
}

// Flicker returns the logit of a generated mouth for each of n spans (n, FlickerSpan, Side,
// Side) of consecutive mouth crops, grey values 0..255.
func (r *Runner) Flicker(mouths []float32) ([]float32, error) {
	const in, changed = FlickerSpan * Side * Side, (FlickerSpan - 1) * Side * Side
	var out []float32
	for ; len(mouths) > 0; mouths = mouths[min(flickerBatch*in, len(mouths)):] {
		n := min(flickerBatch, len(mouths)/in)
		clear(r.changes)
		FlickerInput(r.changes[:n*changed], mouths[:n*in])
		logits, err := r.flicker.run()
		if err != nil {
			return nil, fmt.Errorf("classifying flicker: %w", err)
		}
		out = append(out, logits[:n]...)
	}
	return out, nil
}

// A FlickerTrainer trains the flicker classifier on batches of spans.
type FlickerTrainer struct {
	Batch       int
	Changes     []float32 // (Batch, Side, Side, FlickerSpan-1), filled by FlickerInput
	*Classifier           // Truth (Batch): probability that the mouth is generated
}

// NewFlickerTrainer builds the training graph for batches of batch spans.
func NewFlickerTrainer(p *Params, adam *Adam, batch int) (*FlickerTrainer, error) {
	g := newGraph(p)
	j := &FlickerTrainer{Batch: batch}
	var x *G.Node
	x, j.Changes = g.input("changes", batch, Side, Side, FlickerSpan-1)
	logit, err := g.flicker(x)
	if err != nil {
		return nil, err
	}
	j.Classifier, err = g.classifier(logit, adam)
	return j, err
}
