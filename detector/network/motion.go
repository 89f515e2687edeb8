package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// SetSigns tells how signs (n, Signs) are spread, so that they are learnt and
// judged in units of their own deviation. NaN stands for what is not known.
func (p *Params) SetSigns(signs []float32, weight []float64) {
	mean, deviation := p.byName["motion.mean"].Data, p.byName["motion.deviation"].Data
	for k := range Signs {
		var sum, squares, total float64
		for i, w := range weight {
			if v := float64(signs[i*Signs+k]); !math.IsNaN(v) {
				sum += w * v
				squares += w * v * v
				total += w
			}
		}
		if total == 0 {
			mean[k], deviation[k] = 0, 1
			continue
		}
		m := sum / total
		mean[k], deviation[k] = float32(m), float32(math.Sqrt(max(squares/total-m*m, 0))+1e-3)
	}
}

// mostSign is how many deviations a sign counts at most.
const mostSign = 4

// Standard writes signs (n, Signs) in units of their deviation to dst; what is
// not known is as usual.
func (p *Params) Standard(dst, signs []float32) {
	mean, deviation := p.byName["motion.mean"].Data, p.byName["motion.deviation"].Data
	for i, v := range signs {
		v = (v - mean[i%Signs]) / deviation[i%Signs]
		if v != v {
			v = 0
		}
		dst[i] = min(max(v, -mostSign), mostSign)
	}
}

// motion returns the logits (B, 1, 1, 1) of being generated for standard signs
// (B, 1, 1, Signs).
func (g *graph) motion(signs *G.Node) (*G.Node, error) {
	return g.through(signs, "motion.1", "motion.2")
}

// A Motion trains the judge of lip motion on batches of windows.
type Motion struct {
	Batch int

	// Inputs, to be filled before each Step.
	Signs []float32 // (Batch, Signs), see Standard
	Truth []float32 // (Batch) how surely the mouth was generated, 0..1

	positives, negatives []float32
	vm                   G.VM
	loss                 G.Value
	params               G.Nodes
	adam                 *Adam
}

// NewMotion builds the training graph.
func NewMotion(p *Params, adam *Adam, batch int) (*Motion, error) {
	g := newGraph(p)
	m := &Motion{Batch: batch, adam: adam, Truth: make([]float32, batch)}
	var x *G.Node
	x, m.Signs = g.input("signs", batch, 1, 1, Signs)
	logit, err := g.motion(x)
	if err != nil {
		return nil, err
	}
	var pos, neg *G.Node
	pos, m.positives = g.input("positives", batch)
	neg, m.negatives = g.input("negatives", batch)
	cost, err := crossEntropy(G.Must(G.Reshape(logit, tensor.Shape{batch})), pos, neg)
	if err != nil {
		return nil, err
	}
	G.Read(cost, &m.loss)
	for _, q := range p.list {
		if node, ok := g.nodes[q.Name]; ok {
			m.params = append(m.params, node)
		}
	}
	if _, err := G.Grad(cost, m.params...); err != nil {
		return nil, err
	}
	m.vm = G.NewTapeMachine(g.ExprGraph, G.BindDualValues(m.params...))
	return m, nil
}

// Step runs one training step and returns the mean binary cross entropy in nats.
func (m *Motion) Step(rate float64) (float64, error) {
	for i, y := range m.Truth {
		m.positives[i], m.negatives[i] = y/float32(m.Batch), (1-y)/float32(m.Batch)
	}
	return step(m.vm, m.params, m.adam, &m.loss, rate)
}

// Close frees the graph's machine.
func (m *Motion) Close() error { return m.vm.Close() }

// Motion returns the logit of a generated mouth for each of n windows' signs
// (n, Signs), which need not be standard: see lips.Trace.Describe and
// detector.Signs.
func (r *Runner) Motion(signs []float32) ([]float32, error) {
	n := len(signs) / Signs
	out := make([]float32, 0, n)
	for from := 0; from < n; from += motionBatch {
		part := signs[from*Signs : min(from+motionBatch, n)*Signs]
		clear(r.signs)
		r.params.Standard(r.signs, part)
		logits, err := r.motion.run()
		if err != nil {
			return nil, fmt.Errorf("judging lip motion: %w", err)
		}
		out = append(out, logits[:len(part)/Signs]...)
	}
	return out, nil
}

// motionBatch is how many windows a Runner judges at a time.
const motionBatch = 16
