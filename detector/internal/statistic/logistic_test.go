package statistic

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// equal returns n weights of w.
func equal(n int, w float64) []float64 { return slices.Repeat([]float64{w}, n) }

// A published example: hours of study and passing an exam (Wikipedia, "Logistic regression").
func TestLogisticAgainstAPublishedFit(t *testing.T) {
	hours := []float64{.5, .75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5}
	passed := []float64{0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1}
	b := Logistic(hours, 1, passed, equal(20, 1), 1e-12)
	if math.Abs(b[0]-1.5046) > 5e-5 || math.Abs(b[1]+4.0777) > 5e-5 {
		t.Errorf("coefficients %.4f, want 1.5046 and -4.0777", b)
	}
}

// With one column and a negligible ridge, the fitted logits are those of the truths. A large
// ridge shrinks the coefficient to 0, but not the offset.
func TestLogisticFindsTheLogit(t *testing.T) {
	sigma := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	for _, tt := range []struct{ ridge, least, most float64 }{{1e-6, 1.999, 2.001}, {0.1, 0.5, 1.9}, {1e3, 0, 0.01}} {
		b := Logistic([]float32{1, -1}, 1, []float64{sigma(2), sigma(-2)}, equal(2, .5), tt.ridge)
		if b[0] < tt.least || b[0] > tt.most || math.Abs(b[1]) > 1e-6 {
			t.Errorf("ridge %v: coefficients %.4f, want %v to %v and 0", tt.ridge, b, tt.least, tt.most)
		}
	}
	b := Logistic([]float32{1, -1}, 1, []float64{sigma(3), sigma(3)}, equal(2, .5), 1e3)
	if math.Abs(b[0]) > 1e-6 || math.Abs(b[1]-3) > 1e-6 {
		t.Errorf("large ridge: coefficients %v, want 0 and 3", b)
	}
}

// At the minimum, the gradient is 0.
func TestLogisticGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n, columns, ridge = 200, 5, .05
	rows, truth, weight := make([]float64, n*columns), make([]float64, n), make([]float64, n)
	for i := range rows {
		rows[i] = rng.NormFloat64()
	}
	for i := range n {
		truth[i], weight[i] = rng.Float64(), rng.Float64()
		if rows[i*columns] > rng.NormFloat64() {
			truth[i] = 1
		}
	}
	b := Logistic(rows, columns, truth, weight, ridge)
	gradient := make([]float64, columns+1)
	for k := range columns {
		gradient[k] = ridge * b[k]
	}
	for i := range n {
		z := b[columns]
		for k := range columns {
			z += b[k] * rows[i*columns+k]
		}
		d := weight[i] * (1/(1+math.Exp(-z)) - truth[i])
		for k := range columns {
			gradient[k] += d * rows[i*columns+k]
		}
		gradient[columns] += d
	}
	for k, g := range gradient {
		if math.Abs(g) > 1e-9 {
			t.Errorf("gradient %d is %g, want 0", k, g)
		}
	}
}

// A weight of 3 is the same as three rows.
func TestLogisticWeights(t *testing.T) {
	weighted := Logistic([]float64{-1, 0, 1}, 1, []float64{0, 1, 1}, []float64{1, 3, 1}, .1)
	repeated := Logistic([]float64{-1, 0, 0, 0, 1}, 1, []float64{0, 1, 1, 1, 1}, equal(5, 1), .1)
	for k := range weighted {
		if math.Abs(weighted[k]-repeated[k]) > 1e-9 {
			t.Errorf("coefficient %d is %v weighted, %v repeated", k, weighted[k], repeated[k])
		}
	}
}

// Fits of separable, distant and large rows end at finite coefficients of the right sign.
func TestLogisticStaysFinite(t *testing.T) {
	for name, rows := range map[string][]float64{
		"separable": {-7, -6, -5, 5, 6, 7, 8},
		"distant":   {1e3 - 2, 1e3 - 1, 1e3 - 1, 1e3, 1e3 + 1, 1e3 + 1, 1e3 + 2},
		"outlier":   {-1, 0, 1, 0, 1, 2, 1e5},
		"large":     {-7e8, -6e8, -5e8, 5e8, 6e8, 7e8, 8e8},
	} {
		b := Logistic(rows, 1, []float64{0, 0, 0, 1, 1, 1, 1}, equal(7, .3), 1e-2)
		if !(b[0] > 0 && b[0] < 10) || !(math.Abs(b[1]) < 1e4) {
			t.Errorf("%s: coefficients %v", name, b)
		}
	}
}

func TestLogisticOfNaN(t *testing.T) {
	for _, b := range Logistic([]float64{1, math.NaN()}, 1, []float64{0, 1}, equal(2, 1), 1) {
		if !math.IsNaN(b) {
			t.Errorf("coefficient %v, want NaN", b)
		}
	}
}
