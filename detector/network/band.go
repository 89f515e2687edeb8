package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// banded extracts the diagonal band of the scores s (Batch, T, T+W-1):
//
//	result[b, t, d] = s[b, t, t+d]
//
// of shape (Batch, T, W). It turns scores of every mouth frame against every sound frame
// into scores by relative position.
func banded(s *G.Node) (*G.Node, error) {
	sh := s.Shape()
	b, t, w := sh[0], sh[1], sh[2]-sh[1]+1
	k := bandKernel(b, t, w)
	k.wrt = []bool{true}
	k.grad = func(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
		g, err := unbandKernel(b, t, w).apply(grad)
		return G.Nodes{g}, err
	}
	return k.apply(s)
}

// unbanded is the adjoint of banded: (Batch, T, W) -> (Batch, T, T+W-1), zero outside the
// band.
func unbanded(s *G.Node) (*G.Node, error) {
	sh := s.Shape()
	b, t, w := sh[0], sh[1], sh[2]
	k := unbandKernel(b, t, w)
	k.wrt = []bool{true}
	k.grad = func(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
		g, err := bandKernel(b, t, w).apply(grad)
		return G.Nodes{g}, err
	}
	return k.apply(s)
}

func bandKernel(b, t, w int) *kernel {
	return &kernel{name: fmt.Sprintf("band%d", w), dims: []int{3}, out: tensor.Shape{b, t, w},
		run: func(dst []float32, in ...[]float32) {
			wide := t + w - 1
			for r := 0; r < b*t; r++ {
				from := r*wide + r%t
				copy(dst[r*w:(r+1)*w], in[0][from:from+w])
			}
		}}
}

func unbandKernel(b, t, w int) *kernel {
	return &kernel{name: fmt.Sprintf("unband%d", w), dims: []int{3}, out: tensor.Shape{b, t, t + w - 1},
		run: func(dst []float32, in ...[]float32) {
			wide := t + w - 1
			clear(dst)
			for r := 0; r < b*t; r++ {
				from := r*wide + r%t
				copy(dst[from:from+w], in[0][r*w:(r+1)*w])
			}
		}}
}

// smallestLength is the smallest norm that unit divides by: a zero vector stays zero.
const smallestLength = 1e-6

// unit normalises the vectors along the last axis of x to Euclidean norm 1.
func unit(x *G.Node) (*G.Node, error) {
	sh := x.Shape().Clone()
	width := sh[len(sh)-1]
	length := func(v []float32) float64 {
		var sum float64
		for _, a := range v {
			sum += float64(a) * float64(a)
		}
		return math.Max(math.Sqrt(sum), smallestLength)
	}
	back := &kernel{name: "∂unit", dims: []int{len(sh), len(sh)}, out: sh,
		run: func(dst []float32, in ...[]float32) {
			x, dy := in[0], in[1]
			for i := 0; i < len(x); i += width {
				v, d := x[i:i+width], dy[i:i+width]
				n := length(v)
				var dot float64
				for j := range v {
					dot += float64(v[j]) * float64(d[j])
				}
				for j := range v {
					dst[i+j] = float32((float64(d[j]) - float64(v[j])*dot/(n*n)) / n)
				}
			}
		}}
	k := &kernel{name: "unit", dims: []int{len(sh)}, out: sh, wrt: []bool{true},
		run: func(dst []float32, in ...[]float32) {
			for i := 0; i < len(dst); i += width {
				v := in[0][i : i+width]
				n := length(v)
				for j := range v {
					dst[i+j] = float32(float64(v[j]) / n)
				}
			}
		},
		grad: func(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
			g, err := back.apply(in[0], grad)
			return G.Nodes{g}, err
		}}
	return k.apply(x)
}
