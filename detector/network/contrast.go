package network

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A TowerTrainer trains the two towers contrastively on batches of a fixed shape.
type TowerTrainer struct {
	Batch, Frames int

	// Inputs, to be filled before each Step.
	Stacks []float32 // (Batch·(Frames+8), Side, Side, Stack), see StackInput
	Points []float32 // (Batch, Frames+8, Points, 2), see PointInput
	Mel    []float32 // (Batch, MelSteps(Frames), Bands)
	Weight []float32 // (Batch, Frames) weight of a frame: 0 without a mouth or speech

	targets []float32 // (Batch·Frames, Batch·Frames) weight of frame t at the pair (t, t), else 0
	clip    []float32 // (Batch·Frames, Frames) the same within clips
	vm      G.VM
	loss    G.Value
	params  G.Nodes
	adam    *Adam
}

// excluded is added to the score of a masked pair, which makes its softmax weight 0.
const excluded = -1e4

// neighbours is the number of frames on either side of the true one that are not used as
// negatives: speech changes little within 40 ms.
const neighbours = 1

// logFloor keeps the logarithm of a probability finite.
const logFloor = 1e-9

// NewTowerTrainer builds the training graph for batches of batch clips of frames frames.
func NewTowerTrainer(p *Params, adam *Adam, batch, frames int) (*TowerTrainer, error) {
	g := newGraph(p)
	c := &TowerTrainer{Batch: batch, Frames: frames, adam: adam, Weight: make([]float32, batch*frames)}
	var stacks, points, mel *G.Node
	stacks, c.Stacks = g.input("stacks", batch*(frames+2*temporalMargin), Side, Side, Stack)
	points, c.Points = g.input("points", batch, frames+2*temporalMargin, 1, 2*Points)
	mel, c.Mel = g.input("mel", batch, MelSteps(frames), Bands, 1)
	v, err := g.pictureTower(stacks, points, batch)
	if err != nil {
		return nil, err
	}
	a, err := g.soundTower(mel)
	if err != nil {
		return nil, err
	}
	cost, err := c.cost(g, v, a)
	if err != nil {
		return nil, err
	}
	c.vm, c.params, err = g.learn(cost, &c.loss)
	return c, err
}

// cost returns the mean of four cross entropies (InfoNCE, van den Oord et al. 2018, eq. 4):
// picture to sound and sound to picture, each against all frames of the batch and against the
// frames of the same clip. v and a (B, T, 1, Embed) are the embeddings of picture and sound.
func (c *TowerTrainer) cost(g *graph, v, a *G.Node) (*G.Node, error) {
	n, b, t := c.Batch*c.Frames, c.Batch, c.Frames
	flat := func(x *G.Node) *G.Node { return G.Must(G.Reshape(x, tensor.Shape{n, Embed})) }
	by := func(x *G.Node) *G.Node { return G.Must(G.Reshape(x, tensor.Shape{b, t, Embed})) }
	warm, err := warmed(flat(v), g.param("temperature"))
	if err != nil {
		return nil, err
	}
	sound := flat(a)
	var targets, clip *G.Node
	targets, c.targets = g.input("targets", n, n)
	clip, c.clip = g.input("clip", n, t)
	near, nearData := g.input("near", n, n) // excluded for the neighbours of a frame, else 0
	nearClip, nearClipData := g.input("near clip", n, t)
	for i := range n {
		for j := max(0, i%t-neighbours); j <= min(t-1, i%t+neighbours); j++ {
			if j != i%t {
				nearData[i*n+i-i%t+j] = excluded
				nearClipData[i*t+j] = excluded
			}
		}
	}

	// Targets and excluded pairs are symmetric, so both directions share them.
	terms := []struct{ scores, near, target *G.Node }{
		{G.Must(G.Mul(warm, G.Must(G.Transpose(sound)))), near, targets},
		{G.Must(G.Mul(sound, G.Must(G.Transpose(warm)))), near, targets},
		{blocks(by(warm), by(sound), n, t), nearClip, clip},
		{blocks(by(sound), by(warm), n, t), nearClip, clip},
	}
	var sum *G.Node
	for _, term := range terms {
		part, err := chosen(G.Must(G.Add(term.scores, term.near)), term.target)
		if err != nil {
			return nil, err
		}
		if sum == nil {
			sum = part
		} else {
			sum = G.Must(G.Add(sum, part))
		}
	}
	return G.Neg(G.Must(G.Mul(sum, G.NewConstant(float32(0.25)))))
}

// chosen returns Σ target·log softmax(scores), the softmax being over each row of scores;
// both arguments are matrices of the same shape.
func chosen(scores, target *G.Node) (*G.Node, error) {
	p, err := G.SoftMax(scores, 1)
	if err != nil {
		return nil, err
	}
	floor := G.NewConstant(float32(logFloor))
	logs := G.Must(G.Log(G.Must(G.Add(p, floor))))
	return G.Sum(G.Must(G.Reshape(G.Must(G.HadamardProd(logs, target)), tensor.Shape{target.Shape().TotalSize()})))
}

func blocks(x, y *G.Node, n, t int) *G.Node {
	return G.Must(G.Reshape(G.Must(G.BatchedMatMul(x, y, false, true)), tensor.Shape{n, t}))
}

// setTargets fills the targets with the weights of the frames, normalised to a sum of 1. If all
// weights are 0, the targets are 0.
func (c *TowerTrainer) setTargets() {
	var total float32
	for _, w := range c.Weight {
		total += w
	}
	n, t := c.Batch*c.Frames, c.Frames
	for i, w := range c.Weight {
		if total > 0 {
			w /= total
		}
		c.targets[i*n+i], c.clip[i*t+i%t] = w, w
	}
}

// Step runs one training step on the inputs and returns the loss in nats.
func (c *TowerTrainer) Step(rate float64) (float64, error) {
	c.setTargets()
	return step(c.vm, c.params, c.adam, &c.loss, rate)
}

// learn adds to the graph the gradients of cost and returns the virtual machine that runs it
// and the parameters that cost depends on. Each run writes the value of cost to loss.
func (g *graph) learn(cost *G.Node, loss *G.Value) (G.VM, G.Nodes, error) {
	if err := canRun(); err != nil {
		return nil, nil, err
	}
	G.Read(cost, loss)
	var params G.Nodes
	for _, q := range g.params.list {
		if n, ok := g.nodes[q.Name]; ok {
			params = append(params, n)
		}
	}
	if _, err := G.Grad(cost, params...); err != nil {
		return nil, nil, err
	}
	return G.NewTapeMachine(g.ExprGraph, G.BindDualValues(params...)), params, nil
}

// step runs a graph, updates its parameters by Adam and returns the loss.
func step(vm G.VM, params G.Nodes, adam *Adam, loss *G.Value, rate float64) (float64, error) {
	defer vm.Reset()
	if err := vm.RunAll(); err != nil {
		return 0, fmt.Errorf("training step: %w", err)
	}
	l := (*loss).Data().(float32)
	return float64(l), adam.move(params, rate)
}
