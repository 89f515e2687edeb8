package network

import "math"

// Logistic fits a logistic regression of truth (n), 0..1, on rows (n, columns),
// each with its weight (n), by Newton's method (Hastie, Tibshirani & Friedman
// 2009, eq. 4.26), with ridge/2 times the squared norm of the coefficients added to
// the cross entropy in nats. It returns the coefficients (columns) and, last, the
// offset, all in logits.
func Logistic(rows []float32, columns int, truth, weight []float64, ridge float64) []float64 {
	const (
		rounds = 30   // it takes about six
		done   = 1e-7 // largest move of a coefficient, logits a deviation
		free   = 1e-9 // ridge of the offset: none but for the solver's sake
		least  = 1e-6 // curvature of a row that is judged for certain
	)
	unknowns := columns + 1 // the last is the offset
	b, row := make([]float64, unknowns), make([]float64, unknowns)
	for range rounds {
		gradient, hessian := make([]float64, unknowns), make([]float64, unknowns*unknowns)
		for k := range unknowns {
			r := ridge
			if k == columns {
				r = free
			}
			gradient[k], hessian[k*unknowns+k] = r*b[k], r
		}
		for i, w := range weight {
			z := 0.0
			for k := range row {
				row[k] = 1
				if k < columns {
					row[k] = float64(rows[i*columns+k])
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
	return b
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
