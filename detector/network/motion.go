package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
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
	return g.layer("motion", signs)
}

// FitMotion fits the judge of lip motion to standard signs (n, Signs): a logistic
// regression of truth (n), how surely the mouth was generated, 0..1, each row with
// its weight (n), by Newton's method (Hastie, Tibshirani & Friedman 2009, eq. 4.26)
// with ridge/2 times the squared norm of the coefficients added to the cross
// entropy in nats.
func (p *Params) FitMotion(signs []float32, truth, weight []float64, ridge float64) {
	const (
		unknowns = Signs + 1 // the last is the offset
		rounds   = 30        // it takes about six
		done     = 1e-7      // largest move of a coefficient, logits a deviation
		free     = 1e-9      // ridge of the offset: none but for the solver's sake
		least    = 1e-6      // curvature of a row that is judged for certain
	)
	var b [unknowns]float64
	row := make([]float64, unknowns)
	for range rounds {
		gradient, hessian := make([]float64, unknowns), make([]float64, unknowns*unknowns)
		for k := range unknowns {
			r := ridge
			if k == Signs {
				r = free
			}
			gradient[k], hessian[k*unknowns+k] = r*b[k], r
		}
		for i, w := range weight {
			z := 0.0
			for k := range row {
				row[k] = 1
				if k < Signs {
					row[k] = float64(signs[i*Signs+k])
				}
				z += b[k] * row[k]
			}
			q := 1 / (1 + math.Exp(-z))
			slope, curve := w*(q-truth[i]), w*max(q*(1-q), least)
			for k, x := range row {
				gradient[k] += slope * x
				for l, y := range row {
					hessian[k*unknowns+l] += curve * x * y
				}
			}
		}
		solve(hessian, gradient)
		move := 0.0
		for k, d := range gradient {
			b[k] -= d
			move = max(move, math.Abs(d))
		}
		if move < done {
			break
		}
	}
	for k := range Signs {
		p.byName["motion.weight"].Data[k] = float32(b[k])
	}
	p.byName["motion.bias"].Data[0] = float32(b[Signs])
}

// solve writes the solution x of a·x = b to b (n), by elimination without
// pivots: a (n, n) is positive definite, and is lost.
func solve(a, b []float64) {
	n := len(b)
	for k := range n {
		for i := k + 1; i < n; i++ {
			f := a[i*n+k] / a[k*n+k]
			for j := k; j < n; j++ {
				a[i*n+j] -= f * a[k*n+j]
			}
			b[i] -= f * b[k]
		}
	}
	for k := n - 1; k >= 0; k-- {
		for j := k + 1; j < n; j++ {
			b[k] -= a[k*n+j] * b[j]
		}
		b[k] /= a[k*n+k]
	}
}

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
