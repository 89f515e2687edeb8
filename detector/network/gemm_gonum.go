//go:build !openblas

package network

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// BLAS names the library behind the matrix products.
const BLAS = "gonum"

// BLASKernel names the code that multiplies; there is one.
func BLASKernel() string { return "Go" }

// gemm computes C = op(A)·op(B) + beta·C for row-major matrices: op(A) is (m, k), op(B) is
// (k, n), C is (m, n). op transposes its argument if transA or transB is set.
func gemm(transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	gonum.Implementation{}.Sgemm(trans(transA), trans(transB), m, n, k, 1, a, lda, b, ldb, beta, c, ldc)
}

func trans(t bool) blas.Transpose {
	if t {
		return blas.Trans
	}
	return blas.NoTrans
}

// useBLAS keeps gonum, Gorgonia's default.
func useBLAS() {}
