package network

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A FusionKind is a way to derive mismatch logits from the embeddings of mouths and sound. All
// kinds end in the same two temporal convolutions, with a receptive field of ±16 frames; they
// differ in the input of these. Late fusion needs no network: it is the mean of the logits of
// PictureOnly and SoundOnly.
type FusionKind string

// The fusions.
const (
	PictureOnly  FusionKind = "picture only" // embedding of the mouth
	SoundOnly    FusionKind = "sound only"   // embedding of the sound of the same frame
	Early        FusionKind = "early"        // both embeddings, concatenated
	Intermediate FusionKind = "intermediate" // cross-attention: the head without its gate
	Gated        FusionKind = "gated"        // cross-attention and gate: the head
)

// channels returns the number of input channels of the temporal convolutions; 0 for the
// fusions with cross-attention.
func (f FusionKind) channels() int {
	switch f {
	case PictureOnly, SoundOnly:
		return Embed
	case Early:
		return 2 * Embed
	}
	return 0
}

// NewFusionParams returns initial parameters for a fusion. Those of Intermediate and Gated are
// the parameters of the whole network, see NewParams.
func NewFusionParams(f FusionKind, seed uint64) *Params {
	if f.channels() == 0 {
		return NewParams(seed)
	}
	return layerParams([]layer{
		padded(temporal("head.1", 9, 1, f.channels(), headWide)),
		padded(temporal("head.2", 9, 3, headWide, headWide)),
		linear("head.3", headWide, 1, 0.1),
	}).drawn(seed)
}

// fuse returns the mismatch logits (B, T, 1, 1). It returns an error for an unknown fusion.
func (t *HeadTrainer) fuse(g *graph, f FusionKind, in headInputs) (*G.Node, error) {
	sound := func() (n *G.Node) {
		n, t.aligned = g.input("aligned", t.Batch, t.Frames, 1, Embed)
		return n
	}
	x := in.mouths
	switch f {
	case Gated:
		return g.head(in)
	case Intermediate:
		return g.evidence(in)
	case PictureOnly:
	case SoundOnly:
		x = sound()
	case Early:
		flat := tensor.Shape{t.Batch, t.Frames, Embed}
		both := G.Must(G.Concat(2, G.Must(G.Reshape(x, flat)), G.Must(G.Reshape(sound(), flat))))
		x = G.Must(G.Reshape(both, tensor.Shape{t.Batch, t.Frames, 1, 2 * Embed}))
	default:
		return nil, fmt.Errorf("unknown fusion %q", f)
	}
	return g.through(x, "head.1", "head.2", "head.3")
}

// align copies the sound embedding of each mouth's frame to aligned, if the fusion uses it.
func (t *HeadTrainer) align() {
	if t.aligned == nil {
		return
	}
	const reach = Reach * Embed
	n := t.Frames * Embed
	for b := range t.Batch {
		copy(t.aligned[b*n:(b+1)*n], t.Sounds[b*(n+2*reach)+reach:])
	}
}

// Logits returns the mismatch logits (Batch, Frames) of the inputs, valid until the next call.
// It does not change the parameters.
func (t *HeadTrainer) Logits() ([]float32, error) {
	t.align()
	defer t.vm.Reset()
	if err := t.vm.RunAll(); err != nil {
		return nil, fmt.Errorf("running the network: %w", err)
	}
	for _, n := range t.params { // the graph has computed gradients too
		if v, err := n.Grad(); err == nil {
			clear(v.(*tensor.Dense).Data().([]float32))
		}
	}
	return t.logits.Data().([]float32), nil
}

// Count returns the number of scalar parameters that the trainer trains.
func (t *HeadTrainer) Count() int {
	n := 0
	for _, p := range t.params {
		n += p.Shape().TotalSize()
	}
	return n
}
