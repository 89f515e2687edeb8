package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// warmed returns x·exp(t) for x (rows, columns) and t (1), the trained logarithm of an inverse
// temperature.
func warmed(x, t *G.Node) (*G.Node, error) {
	sh := x.Shape().Clone()
	times := func(dst, x, t []float32) {
		f := float32(math.Exp(float64(t[0])))
		for i, v := range x {
			dst[i] = v * f
		}
	}
	two := []int{len(sh), 1}
	dx := &kernel{name: "∂x warmed", dims: two, out: sh,
		run: func(dst []float32, in ...[]float32) { times(dst, in[0], in[1]) }}
	dt := &kernel{name: "∂t warmed", dims: []int{len(sh), len(sh)}, out: tensor.Shape{1},
		run: func(dst []float32, in ...[]float32) {
			var sum float64
			for i, v := range in[0] {
				sum += float64(v) * float64(in[1][i])
			}
			dst[0] = float32(sum)
		}}
	k := &kernel{name: "warmed", dims: two, out: sh, wrt: []bool{true, true},
		run: func(dst []float32, in ...[]float32) { times(dst, in[0], in[1]) },
		grad: func(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
			gx, err := dx.apply(grad, in[1])
			if err != nil {
				return nil, err
			}
			gt, err := dt.apply(out, grad)
			return G.Nodes{gx, gt}, err
		}}
	return k.apply(x, t)
}

// plusRow adds row (W) to every row of x (…, W).
func plusRow(x, row *G.Node) (*G.Node, error) {
	sh := x.Shape().Clone()
	width := sh[len(sh)-1]
	same := &kernel{name: "∂x plusRow", dims: []int{len(sh)}, out: sh,
		run: func(dst []float32, in ...[]float32) { copy(dst, in[0]) }}
	sum := &kernel{name: fmt.Sprintf("∂row plusRow%d", width), dims: []int{len(sh)}, out: tensor.Shape{width},
		run: func(dst []float32, in ...[]float32) {
			clear(dst)
			for i, v := range in[0] {
				dst[i%width] += v
			}
		}}
	k := &kernel{name: "plusRow", dims: []int{len(sh), 1}, out: sh, wrt: []bool{true, true},
		run: func(dst []float32, in ...[]float32) {
			for i, v := range in[0] {
				dst[i] = v + in[1][i%width]
			}
		},
		grad: func(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
			gx, err := same.apply(grad)
			if err != nil {
				return nil, err
			}
			gr, err := sum.apply(grad)
			return G.Nodes{gx, gr}, err
		}}
	return k.apply(x, row)
}
