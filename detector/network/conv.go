package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A conv is a two-dimensional convolution with bias, channels last:
// (N, H, W, In) -> (N, OutH, OutW, Out), with weight (KH, KW, In, Out). A linear layer is a
// conv with kernel (1, 1), a temporal convolution a conv with kernel (k, 1).
type conv struct {
	kh, kw           int // kernel
	strideH, strideW int
	padH, padW       int // zeros on each side
	dilationH        int // distance of the kernel's rows; 0 and 1 are dense
	relu             bool
	leaf             bool // the input is data: its gradient is not computed
}

// convShape is a conv with the sizes of its input and output.
type convShape struct {
	conv
	n, h, w, in       int
	outH, outW, outCh int
}

// over returns the sizes of applying c to an input and a weight of these shapes. It returns an
// error if the shapes do not match or the input is smaller than the kernel.
func (c conv) over(x, weight tensor.Shape) (convShape, error) {
	if c.dilationH == 0 {
		c.dilationH = 1
	}
	if len(x) != 4 || len(weight) != 4 || weight[0] != c.kh || weight[1] != c.kw || weight[2] != x[3] {
		return convShape{}, fmt.Errorf("convolution (%d, %d): input %v does not match weight %v", c.kh, c.kw, x, weight)
	}
	s := convShape{conv: c, n: x[0], h: x[1], w: x[2], in: x[3], outCh: weight[3]}
	s.outH = (s.h+2*c.padH-c.dilationH*(c.kh-1)-1)/c.strideH + 1
	s.outW = (s.w+2*c.padW-c.kw)/c.strideW + 1
	if s.outH < 1 || s.outW < 1 {
		return convShape{}, fmt.Errorf("convolution (%d, %d): input %v is too small", c.kh, c.kw, x)
	}
	return s, nil
}

// apply convolves x (N, H, W, In) with weight (KH, KW, In, Out), adds bias (Out) and, if
// c.relu is set, rectifies, all in one kernel.
func (c conv) apply(x, weight, bias *G.Node) (*G.Node, error) {
	s, err := c.over(x.Shape(), weight.Shape())
	if err != nil {
		return nil, err
	}
	passes := s.passes()
	name := fmt.Sprintf("conv%+v", s)
	out := tensor.Shape{s.n, s.outH, s.outW, s.outCh}
	k := &kernel{name: name, dims: []int{4, 4, 1}, out: out, wrt: []bool{!c.leaf, true, true}}
	k.try = func(y []float32, in ...[]float32) error { return passes.forward(y, in[0], in[1], in[2]) }
	k.grad = func(in G.Nodes, y, dy *G.Node) (G.Nodes, error) {
		var err error
		if s.relu {
			if dy, err = rectifiedGrad(out).apply(y, dy); err != nil {
				return nil, err
			}
		}
		var dx *G.Node
		if k.wrt[0] {
			byInput := &kernel{name: "∂x " + name, dims: []int{4, 4}, out: tensor.Shape{s.n, s.h, s.w, s.in},
				try: func(dx []float32, in ...[]float32) error { return passes.gradInput(dx, in[0], in[1]) }}
			if dx, err = byInput.apply(dy, in[1]); err != nil {
				return nil, err
			}
		}
		byWeight := &kernel{name: "∂w " + name, dims: []int{4, 4}, out: tensor.Shape{s.kh, s.kw, s.in, s.outCh},
			try: func(dw []float32, in ...[]float32) error { return passes.gradWeight(dw, in[0], in[1]) }}
		dw, err := byWeight.apply(in[0], dy)
		if err != nil {
			return nil, err
		}
		db, err := s.biasGradKernel(name).apply(dy)
		if err != nil {
			return nil, err
		}
		return G.Nodes{dx, dw, db}, nil
	}
	return k.apply(x, weight, bias)
}

func (s *convShape) biasGradKernel(name string) *kernel {
	return &kernel{name: "∂b " + name, dims: []int{4}, out: tensor.Shape{s.outCh},
		run: func(db []float32, in ...[]float32) {
			clear(db)
			for dy := in[0]; len(dy) > 0; dy = dy[len(db):] {
				for i, v := range dy[:len(db)] {
					db[i] += v
				}
			}
		}}
}

// rectifiedGrad is the gradient of the rectifier: dy where its output y is above 0, else 0.
func rectifiedGrad(shape tensor.Shape) *kernel {
	return &kernel{name: "∂relu", dims: []int{len(shape), len(shape)}, out: shape,
		run: func(dst []float32, in ...[]float32) {
			y, dy := in[0][:len(dst)], in[1][:len(dst)]
			for i := range dst {
				// All ones where y > 0, else 0; y is never negative.
				open := uint32(-int32(math.Float32bits(y[i])) >> 31)
				dst[i] = math.Float32frombits(math.Float32bits(dy[i]) & open)
			}
		}}
}
