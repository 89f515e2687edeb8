package network

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Judge trains the cross-attention head on embeddings of batches of clips.
type Judge struct {
	Batch, Frames int

	// Inputs, to be filled before each Step; the masks by Set.
	Mouths []float32 // (Batch, Frames, Embed)
	Sounds []float32 // (Batch, Frames+2·Reach, Embed)
	Truth  []float32 // (Batch, Frames) 1 where the sound was replaced or displaced
	Weight []float32 // (Batch, Frames) how much a frame counts

	masks               masks
	aligned             []float32 // (Batch, Frames, Embed) the sound at each mouth; nil where the fusion looks farther
	positives, negative []float32
	vm                  G.VM
	loss, logits        G.Value
	params              G.Nodes
	adam                *Adam
}

// Set tells which mouths, sounds and speech clip b of the batch has; the
// lengths are Frames, Frames+2·Reach and Frames+2·Reach.
func (j *Judge) Set(b int, mouth, sound, speech []bool) {
	j.masks.set(b, j.Frames, mouth, sound, speech)
}

// NewJudge builds the training graph of the head; the towers stay as they are.
func NewJudge(p *Params, adam *Adam, batch, frames int) (*Judge, error) {
	return NewFusionJudge(Gated, p, adam, batch, frames)
}

// NewFusionJudge builds that of another fusion, over parameters of NewFusionParams.
func NewFusionJudge(f Fusion, p *Params, adam *Adam, batch, frames int) (*Judge, error) {
	g := newGraph(p)
	n := batch * frames
	j := &Judge{Batch: batch, Frames: frames, adam: adam, Truth: make([]float32, n), Weight: make([]float32, n)}
	var in headInputs
	in, j.Mouths, j.Sounds, j.masks = g.headInputs(batch, frames)
	logit, err := j.fuse(g, f, in)
	if err != nil {
		return nil, err
	}
	flat := G.Must(G.Reshape(logit, tensor.Shape{n}))
	var pos, neg *G.Node
	pos, j.positives = g.input("positives", n)
	neg, j.negative = g.input("negatives", n)
	cost, err := crossEntropy(flat, pos, neg)
	if err != nil {
		return nil, err
	}
	G.Read(flat, &j.logits)
	j.vm, j.params, err = g.learn(cost, &j.loss)
	return j, err
}

// crossEntropy is -Σ (pos·log σ(x) + neg·log σ(-x)).
func crossEntropy(x, pos, neg *G.Node) (*G.Node, error) {
	floor := G.NewConstant(float32(1e-7))
	part := func(x, w *G.Node) (*G.Node, error) {
		p, err := G.Sigmoid(x)
		if err != nil {
			return nil, err
		}
		return G.Sum(G.Must(G.HadamardProd(w, G.Must(G.Log(G.Must(G.Add(p, floor)))))))
	}
	a, err := part(x, pos)
	if err != nil {
		return nil, err
	}
	b, err := part(G.Must(G.Neg(x)), neg)
	if err != nil {
		return nil, err
	}
	return G.Neg(G.Must(G.Add(a, b)))
}

// Step runs one training step on the inputs and returns the mean binary cross
// entropy in nats.
func (j *Judge) Step(rate float64) (float64, error) {
	var total float32
	for _, w := range j.Weight {
		total += w
	}
	for i, w := range j.Weight {
		w /= max(total, 1)
		j.positives[i], j.negative[i] = w*j.Truth[i], w*(1-j.Truth[i])
	}
	j.align()
	return step(j.vm, j.params, j.adam, &j.loss, rate)
}
