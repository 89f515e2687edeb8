package network

import G "gorgonia.org/gorgonia"

// A Classifier trains a part of the network as a binary classifier.
type Classifier struct {
	// To be filled before each Step.
	Truth  []float32 // (n) probability of the positive class, 0..1
	Weight []float32 // (n) weight of each example; initially 1

	positives, negatives []float32
	vm                   G.VM
	loss                 G.Value
	params               G.Nodes
	adam                 *Adam
}

// classifier builds the cross entropy of the logits (n) of the positive class and returns the
// Classifier that trains the parameters they depend on.
func (g *graph) classifier(logits *G.Node, adam *Adam) (*Classifier, error) {
	n := logits.Shape().TotalSize()
	c := &Classifier{Truth: make([]float32, n), Weight: make([]float32, n), adam: adam}
	for i := range c.Weight {
		c.Weight[i] = 1
	}
	var pos, neg *G.Node
	pos, c.positives = g.input("positives", n)
	neg, c.negatives = g.input("negatives", n)
	cost, err := crossEntropy(logits, pos, neg)
	if err != nil {
		return nil, err
	}
	c.vm, c.params, err = g.learn(cost, &c.loss)
	return c, err
}

// crossEntropy returns -Σ (pos·log σ(x) + neg·log σ(-x)).
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

// Step runs one training step on the inputs and returns the weighted mean binary cross
// entropy in nats.
func (c *Classifier) Step(rate float64) (float64, error) {
	var total float32
	for _, w := range c.Weight {
		total += w
	}
	for i, w := range c.Weight {
		w /= max(total, 1)
		c.positives[i], c.negatives[i] = w*c.Truth[i], w*(1-c.Truth[i])
	}
	return step(c.vm, c.params, c.adam, &c.loss, rate)
}

// Close releases the graph's virtual machine.
func (c *Classifier) Close() error { return c.vm.Close() }
