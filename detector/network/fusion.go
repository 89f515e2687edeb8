package network

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Fusion is a way to judge frames from the embeddings of mouths and sound. All
// end in the same two temporal convolutions, which see ±16 frames; what they get
// differs. Late fusion is none of them: it is the mean of the logits of the two
// that have one modality each.
type Fusion string

// The fusions.
const (
	PictureOnly  Fusion = "picture only" // the mouth's embedding
	SoundOnly    Fusion = "sound only"   // that of the sound of the frame
	Early        Fusion = "early"        // both side by side
	Intermediate Fusion = "intermediate" // cross-attention: the head without its gate
	Gated        Fusion = "gated"        // cross-attention and gate: the head
)

// channels returns how many numbers a frame the temporal convolutions get from
// embeddings themselves; 0 for the fusions that attend.
func (f Fusion) channels() int {
	switch f {
	case PictureOnly, SoundOnly:
		return Embed
	case Early:
		return 2 * Embed
	}
	return 0
}

// NewFusionParams returns parameters for a fusion, drawn for a start of training;
// those of Intermediate and Gated are a whole network's.
func NewFusionParams(f Fusion, seed uint64) *Params {
	if f.channels() == 0 {
		return NewParams(seed)
	}
	return layerParams([]layer{
		padded(temporal("head.1", 9, 1, f.channels(), headWide)),
		padded(temporal("head.2", 9, 3, headWide, headWide)),
		linear("head.3", headWide, 1, 0.1),
	}).drawn(seed)
}

// fuse returns the logits (B, T, 1, 1).
func (j *Judge) fuse(g *graph, f Fusion, in headInputs) (*G.Node, error) {
	sound := func() (n *G.Node) {
		n, j.aligned = g.input("aligned", j.Batch, j.Frames, 1, Embed)
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
		flat := tensor.Shape{j.Batch, j.Frames, Embed}
		both := G.Must(G.Concat(2, G.Must(G.Reshape(x, flat)), G.Must(G.Reshape(sound(), flat))))
		x = G.Must(G.Reshape(both, tensor.Shape{j.Batch, j.Frames, 1, 2 * Embed}))
	default:
		return nil, fmt.Errorf("unknown fusion %q", f)
	}
	return g.through(x, "head.1", "head.2", "head.3")
}

// align fills the sound at each mouth.
func (j *Judge) align() {
	if j.aligned == nil {
		return
	}
	const reach = Reach * Embed
	n := j.Frames * Embed
	for b := range j.Batch {
		copy(j.aligned[b*n:(b+1)*n], j.Sounds[b*(n+2*reach)+reach:])
	}
}

// Logits returns the mismatch logits (Batch, Frames) of the inputs, valid until the
// next call, and learns nothing.
func (j *Judge) Logits() ([]float32, error) {
	j.align()
	defer j.vm.Reset()
	if err := j.vm.RunAll(); err != nil {
		return nil, fmt.Errorf("running the network: %w", err)
	}
	for _, n := range j.params { // the graph has made gradients all the same
		if v, err := n.Grad(); err == nil {
			clear(v.(*tensor.Dense).Data().([]float32))
		}
	}
	return j.logits.Data().([]float32), nil
}

// Count returns how many numbers the judge learns.
func (j *Judge) Count() int {
	n := 0
	for _, p := range j.params {
		n += p.Shape().TotalSize()
	}
	return n
}
