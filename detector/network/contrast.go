package network

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Contrast trains the two towers contrastively on batches of a fixed shape.
type Contrast struct {
	Batch, Frames int

	// Inputs, to be filled before each Step.
	Stacks []float32 // (Batch·(Frames+8), Side, Side, Stack), see Stacks
	Points []float32 // (Batch, Frames+8, Points, 2), see Outline
	Mel    []float32 // (Batch, MelSteps(Frames), Bands)
	Lag    []int     // (Batch) frames by which the sound is late: row t belongs to column t+Lag
	Weight []float32 // (Batch, Frames) weight of a frame: 0 without a mouth or speech

	targets, targetsBack, near []float32 // (Batch·Frames, Batch·Frames)
	clip, clipBack, nearClip   []float32 // (Batch·Frames, Frames)
	vm                         G.VM
	loss                       G.Value
	params                     G.Nodes
	adam                       *Adam
}

// excluded is added to the score of a masked pair, which makes its softmax weight 0.
const excluded = -1e4

// neighbours is the number of frames on either side of the true one that are not used as
// negatives: speech changes little within 40 ms.
const neighbours = 1

// logFloor keeps the logarithm of a probability finite.
const logFloor = 1e-9

// NewContrast builds the training graph for batches of batch clips of frames frames.
func NewContrast(p *Params, adam *Adam, batch, frames int) (*Contrast, error) {
	g := newGraph(p)
	c := &Contrast{Batch: batch, Frames: frames, adam: adam, Lag: make([]int, batch), Weight: make([]float32, batch*frames)}
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
func (c *Contrast) cost(g *graph, v, a *G.Node) (*G.Node, error) {
	n, b, t := c.Batch*c.Frames, c.Batch, c.Frames
	flat := func(x *G.Node) *G.Node { return G.Must(G.Reshape(x, tensor.Shape{n, Embed})) }
	by := func(x *G.Node) *G.Node { return G.Must(G.Reshape(x, tensor.Shape{b, t, Embed})) }
	warm, err := warmed(flat(v), g.param("temperature"))
	if err != nil {
		return nil, err
	}
	sound := flat(a)
	var near, targets, targetsBack, nearClip, clip, clipBack *G.Node
	near, c.near = g.input("near", n, n)
	targets, c.targets = g.input("targets", n, n)
	targetsBack, c.targetsBack = g.input("targets back", n, n)
	nearClip, c.nearClip = g.input("near clip", n, t)
	clip, c.clip = g.input("clip", n, t)
	clipBack, c.clipBack = g.input("clip back", n, t)

	// near is used in both directions: the excluded pairs are symmetric at a lag of 0, and a
	// lag moves the true pair without widening the neighbourhood.
	terms := []struct{ scores, near, target *G.Node }{
		{G.Must(G.Mul(warm, G.Must(G.Transpose(sound)))), near, targets},
		{G.Must(G.Mul(sound, G.Must(G.Transpose(warm)))), G.Must(G.Transpose(near)), targetsBack},
		{blocks(by(warm), by(sound), n, t), nearClip, clip},
		{blocks(by(sound), by(warm), n, t), G.Must(clipTransposed(nearClip, b, t)), clipBack},
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

func clipTransposed(x *G.Node, b, t int) (*G.Node, error) {
	y, err := G.Reshape(x, tensor.Shape{b, t, t})
	if err != nil {
		return nil, err
	}
	if y, err = G.Transpose(y, 0, 2, 1); err != nil {
		return nil, err
	}
	return G.Reshape(y, tensor.Shape{b * t, t})
}

// setTargets fills the matrices of the true pairs and of the pairs that are too close in time
// to be negatives.
func (c *Contrast) setTargets() {
	n, t := c.Batch*c.Frames, c.Frames
	for _, m := range [][]float32{c.targets, c.targetsBack, c.near, c.clip, c.clipBack, c.nearClip} {
		clear(m)
	}
	total := float32(0)
	for b := range c.Batch {
		for i := range t {
			if j := i + c.Lag[b]; j >= 0 && j < t {
				total += c.Weight[b*t+i]
			}
		}
	}
	if total == 0 {
		return
	}
	for b := range c.Batch {
		for i := range t {
			for j := max(0, i+c.Lag[b]-neighbours); j <= min(t-1, i+c.Lag[b]+neighbours); j++ {
				if j != i+c.Lag[b] {
					c.near[(b*t+i)*n+b*t+j] = excluded
					c.nearClip[(b*t+i)*t+j] = excluded
				}
			}
			if j := i + c.Lag[b]; j >= 0 && j < t {
				w := c.Weight[b*t+i] / total
				c.targets[(b*t+i)*n+b*t+j] = w
				c.targetsBack[(b*t+j)*n+b*t+i] = w
				c.clip[(b*t+i)*t+j] = w
				c.clipBack[(b*t+j)*t+i] = w
			}
		}
	}
}

// Step runs one training step on the inputs and returns the loss in nats.
func (c *Contrast) Step(rate float64) (float64, error) {
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
