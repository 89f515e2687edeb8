package network

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// SpeakerWidth is the length of a speaker embedding.
const SpeakerWidth = 32

// speaker returns the speaker embeddings (B, T, 1, SpeakerWidth), not normalised, of log-mel x
// (B, MelSteps(T), Bands, 1).
func (g *graph) speaker(x *G.Node) (*G.Node, error) { return g.throughSoundLayers("speaker", x) }

// Speakers writes the speaker embeddings of frames [first, first+n) to dst (n, SpeakerWidth).
// The speaker embedding of an interval is the sum over its frames with speech; only its
// direction matters. mel (steps, Bands) and outside are as for Sounds.
func (r *Runner) Speakers(dst, mel []float32, first int, outside float32) error {
	if err := r.speaker.embed(dst, SpeakerWidth, mel, first, outside); err != nil {
		return fmt.Errorf("computing speaker embeddings: %w", err)
	}
	return nil
}

// A SpeakerTrainer trains speaker embeddings on batches of pairs of intervals; both intervals
// of a pair have the same voice.
type SpeakerTrainer struct {
	Pairs, Frames int

	// Inputs, to be filled before each Step; intervals 2k and 2k+1 are a pair.
	Mel    []float32 // (2·Pairs, MelSteps(Frames), Bands), normalised
	Weight []float32 // (2·Pairs, Frames) weight of a frame: 0 without speech

	shares []float32 // (2·Pairs, 1, Frames)
	vm     G.VM
	loss   G.Value
	params G.Nodes
	adam   *Adam
}

// NewSpeakerTrainer builds the training graph. Its cost is the mean cross entropy of finding,
// for each interval, its partner among the other intervals of the batch (NT-Xent, Chen et al.
// 2020, A simple framework for contrastive learning of visual representations, eq. 1).
func NewSpeakerTrainer(p *Params, adam *Adam, pairs, frames int) (*SpeakerTrainer, error) {
	g := newGraph(p)
	n := 2 * pairs
	c := &SpeakerTrainer{Pairs: pairs, Frames: frames, Weight: make([]float32, n*frames), adam: adam}
	var x, shares *G.Node
	x, c.Mel = g.input("mel", n, MelSteps(frames), Bands, 1)
	shares, c.shares = g.input("shares", n, 1, frames)
	y, err := g.speaker(x)
	if err != nil {
		return nil, err
	}
	if y, err = G.Reshape(y, tensor.Shape{n, frames, SpeakerWidth}); err != nil {
		return nil, err
	}
	if y, err = G.BatchedMatMul(shares, y); err != nil {
		return nil, err
	}
	if y, err = unit(G.Must(G.Reshape(y, tensor.Shape{n, 1, 1, SpeakerWidth}))); err != nil {
		return nil, err
	}
	z := G.Must(G.Reshape(y, tensor.Shape{n, SpeakerWidth}))
	warm, err := warmed(z, g.param("speaker.temperature"))
	if err != nil {
		return nil, err
	}
	itself, not := g.input("itself", n, n)
	partner, is := g.input("partner", n, n)
	for i := range n {
		not[i*n+i] = excluded
		is[i*n+i^1] = 1 / float32(n)
	}
	cost, err := chosen(G.Must(G.Add(G.Must(G.Mul(warm, G.Must(G.Transpose(z)))), itself)), partner)
	if err != nil {
		return nil, err
	}
	c.vm, c.params, err = g.learn(G.Must(G.Neg(cost)), &c.loss)
	return c, err
}

// Step runs one training step on the inputs and returns the loss in nats.
func (c *SpeakerTrainer) Step(rate float64) (float64, error) {
	for i := range 2 * c.Pairs {
		row, to := c.Weight[i*c.Frames:(i+1)*c.Frames], c.shares[i*c.Frames:(i+1)*c.Frames]
		var total float32
		for _, w := range row {
			total += w
		}
		for t, w := range row {
			to[t] = w / max(total, 1)
		}
	}
	return step(c.vm, c.params, c.adam, &c.loss, rate)
}

// Close releases the graph's virtual machine.
func (c *SpeakerTrainer) Close() error { return c.vm.Close() }
