package statistic

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	newtonRounds  = 1000 // limit; 3 to 10 are usual
	newtonDone    = 1e-9 // norm of a step that ends the fit
	newtonLongest = 2    // limit on the norm of a step: Newton's method can overshoot

	// offsetCurve is added to the Hessian at the offset, which has no ridge, to keep the
	// Hessian positive definite where every σ(z) is close to 0 or 1.
	offsetCurve = 1e-9
)

// Logistic fits a logistic regression. For rows x (n, columns), truths y (n) in 0..1 and weights
// w (n) >= 0, it returns the coefficients β (columns+1), the last of which is the offset, that
// minimise
//
//	Σ_i w[i]·H(y[i], σ(z[i])) + ridge/2·Σ_k β[k]², k < columns
//
// where z[i] = Σ_k β[k]·x[i, k] + β[columns] is the logit of row i, σ(z) = 1/(1+exp(-z)) and
// H(y, p) = -y·log p - (1-y)·log(1-p) is the cross entropy in nats. The offset has no ridge.
// With ridge > 0 the coefficients of the columns are finite even if a hyperplane separates the
// truths.
//
// The method is Newton's (Hastie, Tibshirani & Friedman 2009, The Elements of Statistical
// Learning, eq. 4.26) with steps of limited length. If the Hessian is numerically singular,
// Logistic returns the coefficients reached so far. If an input is NaN, all coefficients are
// NaN. Logistic panics if the lengths do not match.
func Logistic[F float32 | float64](rows []F, columns int, truth, weight []float64, ridge float64) []float64 {
	if len(rows) != len(truth)*columns || len(weight) != len(truth) {
		panic("statistic: Logistic: lengths do not match")
	}
	unknowns := columns + 1
	beta, gradient, row := make([]float64, unknowns), make([]float64, unknowns), make([]float64, unknowns)
	row[columns] = 1 // of the offset
	x, step := mat.NewVecDense(unknowns, row), mat.NewVecDense(unknowns, nil)
	hessian := mat.NewSymDense(unknowns, nil)
	var cholesky mat.Cholesky
	for range newtonRounds {
		hessian.Zero()
		for k := range columns {
			gradient[k] = ridge * beta[k]
			hessian.SetSym(k, k, ridge)
		}
		gradient[columns] = 0
		hessian.SetSym(columns, columns, offsetCurve)
		for i, w := range weight {
			for k, v := range rows[i*columns : (i+1)*columns] {
				row[k] = float64(v)
			}
			p := 1 / (1 + math.Exp(-floats.Dot(beta, row)))
			floats.AddScaled(gradient, w*(p-truth[i]), row)
			hessian.SymRankOne(hessian, w*p*(1-p), x)
		}
		if floats.HasNaN(gradient) {
			floats.AddConst(math.NaN(), beta)
			break
		}
		if !cholesky.Factorize(hessian) {
			break
		}
		// The error only reports a large condition number, with which the step is still downhill.
		_ = cholesky.SolveVecTo(step, mat.NewVecDense(unknowns, gradient))
		length := mat.Norm(step, 2)
		floats.AddScaled(beta, -min(1, newtonLongest/length), step.RawVector().Data)
		if length < newtonDone {
			break
		}
	}
	return beta
}
