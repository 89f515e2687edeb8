package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Adam moves parameters along their gradients (Kingma & Ba 2015, algorithm 1)
// with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2) and the
// gradient's norm clipped. Its state can be saved, so that training goes on
// after a stop as if it had not stopped.
type Adam struct {
	Decay   float64              // weight decay a step at rate 1
	Steps   map[string]int       // moves made, by parameter
	Moments map[string][]float32 // first then second moment, by parameter
}

const (
	adamFirst   = 0.9
	adamSecond  = 0.999
	adamEpsilon = 1e-8
	// largestNorm is where the gradient's norm over all parameters is cut.
	largestNorm = 5
)

// NewAdam returns an optimiser that has not moved yet.
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
		return nil // a step that overflowed teaches nothing: leave it out
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
		clear(g) // Gorgonia adds to gradients
	}
	return nil
}
