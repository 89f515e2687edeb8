package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Adam is the optimiser of Kingma & Ba 2015 (algorithm 1) with decoupled weight decay
// (Loshchilov & Hutter 2019, algorithm 2) and a clipped gradient norm. With its fields saved
// and restored, interrupted training gives the same result as uninterrupted training.
type Adam struct {
	Decay   float64              // weight decay per step at rate 1
	Steps   map[string]int       // steps taken, by parameter name
	Moments map[string][]float32 // first moments, then second moments, by parameter name
}

const (
	adamFirst   = 0.9
	adamSecond  = 0.999
	adamEpsilon = 1e-8
	// largestNorm is the limit on the norm of the gradient over all parameters.
	largestNorm = 5
)

// NewAdam returns an optimiser in its initial state.
func NewAdam(decay float64) *Adam {
	return &Adam{Decay: decay, Steps: map[string]int{}, Moments: map[string][]float32{}}
}

func (a *Adam) move(params G.Nodes, rate float64) error {
	grads := make([][]float32, len(params))
	var norm float64
	for i, n := range params {
		v, err := n.Grad()
		if err != nil {
			return fmt.Errorf("gradient of %s: %w", n.Name(), err)
		}
		grads[i] = v.(*tensor.Dense).Data().([]float32)
		for _, d := range grads[i] {
			norm += float64(d) * float64(d)
		}
	}
	norm = math.Sqrt(norm)
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		for _, g := range grads {
			clear(g)
		}
		return nil // skip a step whose gradient overflowed
	}
	cut := float32(min(1, largestNorm/max(norm, 1e-12)))
	for i, n := range params {
		name, g := n.Name(), grads[i]
		w := n.Value().Data().([]float32)
		m, ok := a.Moments[name]
		if !ok {
			m = make([]float32, 2*len(w))
			a.Moments[name] = m
		}
		a.Steps[name]++
		k := float64(a.Steps[name])
		size := float32(rate * math.Sqrt(1-math.Pow(adamSecond, k)) / (1 - math.Pow(adamFirst, k)))
		decay := float32(0)
		if len(n.Shape()) > 1 { // weights, not biases
			decay = float32(rate * a.Decay)
		}
		first, second := m[:len(w)], m[len(w):]
		for j, d := range g {
			d *= cut
			first[j] = adamFirst*first[j] + (1-adamFirst)*d
			second[j] = adamSecond*second[j] + (1-adamSecond)*d*d
			w[j] -= size*first[j]/(float32(math.Sqrt(float64(second[j])))+adamEpsilon) + decay*w[j]
		}
		clear(g) // Gorgonia accumulates gradients
	}
	return nil
}
