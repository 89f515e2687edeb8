package network

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSolve(t *testing.T) {
	b := []float64{1, 2}
	solve([]float64{4, 1, 1, 3}, b) // 4x+y = 1, x+3y = 2
	if math.Abs(b[0]-1./11) > 1e-12 || math.Abs(b[1]-7./11) > 1e-12 {
		t.Errorf("solution %v, want 1/11 and 7/11", b)
	}
}

// With one sign and a negligible ridge, the fitted logits are those of the truths. A large
// ridge shrinks the coefficient to 0.
func TestFitMotionFindsTheLogit(t *testing.T) {
	signs := make([]float32, 2*Signs)
	signs[0], signs[Signs] = 1, -1
	for _, x := range []struct{ ridge, least, most float64 }{{1e-6, 1.999, 2.001}, {0.1, 0.5, 1.9}, {1e3, 0, 0.01}} {
		p := NewParams(1)
		high := 1 / (1 + math.Exp(-2))
		p.FitMotion(signs, []float64{high, 1 - high}, []float64{0.5, 0.5}, x.ridge)
		w, b := p.byName["motion.weight"].Data, p.byName["motion.bias"].Data
		if v := float64(w[0]); v < x.least || v > x.most {
			t.Errorf("ridge %v: coefficient %.4f, want %v to %v", x.ridge, v, x.least, x.most)
		}
		if math.Abs(float64(b[0])) > 1e-6 {
			t.Errorf("ridge %v: offset %v, want 0", x.ridge, b[0])
		}
	}
}

// The gradient of the fit is 0, so the mean judged probability equals the mean truth.
func TestFitMotionAgreesOnTheMean(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 200
	signs, truth, weight := make([]float32, n*Signs), make([]float64, n), make([]float64, n)
	fillNoise(rng, signs)
	for i := range n {
		truth[i], weight[i] = 0.05, 1+rng.Float64()
		if float64(signs[i*Signs]+signs[i*Signs+1]) > rng.NormFloat64() {
			truth[i] = 0.95
		}
	}
	p := NewParams(1)
	p.FitMotion(signs, truth, weight, 0.05)
	r, err := NewRunner(p)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	logits, err := r.Motion(signs) // mean 0, deviation 1: already standard
	if err != nil {
		t.Fatal(err)
	}
	var sum, total float64
	for i, l := range logits {
		sum += weight[i] * (1/(1+math.Exp(-float64(l))) - truth[i])
		total += weight[i]
	}
	if math.Abs(sum/total) > 1e-3 {
		t.Errorf("mean judged probability is %.5f above the mean truth", sum/total)
	}
}
