package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A conv is a two-dimensional convolution with bias, channels last:
// (N, H, W, In) -> (N, OutH, OutW, Out). A linear layer is a conv of kernel 1,
// a temporal convolution one of kernel (k, 1). Its weight is (KH, KW, In, Out).
type conv struct {
	kh, kw           int // kernel
	strideH, strideW int
	padH, padW       int // zeros on each side
	dilationH        int // steps between the kernel's rows; 1 is dense
	relu             bool
	leaf             bool // the input is given, not computed: no gradient goes there
}

// shape holds the sizes of one application of a conv.
type convShape struct {
	conv
	n, h, w, in       int
	outH, outW, outCh int
}

func (c conv) over(x, weight tensor.Shape) (convShape, error) {
	if c.dilationH == 0 {
		c.dilationH = 1
	}
	if len(x) != 4 || len(weight) != 4 || weight[0] != c.kh || weight[1] != c.kw || weight[2] != x[3] {
		return convShape{}, fmt.Errorf("convolution (%d, %d): input %v does not fit weight %v", c.kh, c.kw, x, weight)
	}
	s := convShape{conv: c, n: x[0], h: x[1], w: x[2], in: x[3], outCh: weight[3]}
	s.outH = (s.h+2*c.padH-c.dilationH*(c.kh-1)-1)/c.strideH + 1
	s.outW = (s.w+2*c.padW-c.kw)/c.strideW + 1
	if s.outH < 1 || s.outW < 1 {
		return convShape{}, fmt.Errorf("convolution (%d, %d): input %v is too small", c.kh, c.kw, x)
	}
	return s, nil
}

func (s *convShape) patch() int { return s.kh * s.kw * s.in }
func (s *convShape) rows() int  { return s.n * s.outH * s.outW }

// direct says that the input already is the matrix of patches.
func (s *convShape) direct() bool {
	return s.kh == 1 && s.kw == 1 && s.strideH == 1 && s.strideW == 1 && s.padH == 0 && s.padW == 0
}

// patchFloats is the size of the patch matrix worked on at a time, about half
// of a core's second-level cache of 1 MB.
const patchFloats = 128 << 10

func (s *convShape) chunk() int { return max(16, patchFloats/s.patch()) }

// place says what output row r looks at: the offset of its image, the row and the
// column of its patch in it, which may lie before its edge, and which columns
// [lo, hi) of the patch lie within.
func (s *convShape) place(r int) (image, top, left, lo, hi int) {
	top = r/s.outW%s.outH*s.strideH - s.padH
	left = r%s.outW*s.strideW - s.padW
	return r / (s.outW * s.outH) * s.h * s.w * s.in, top, left, max(0, -left), min(s.kw, s.w-left)
}

// gather copies the patches of output rows [from, to) into cols (to-from, patch).
func (s *convShape) gather(cols, x []float32, from, to int) {
	p, run := s.patch(), s.kw*s.in
	for r := from; r < to; r++ {
		dst := cols[(r-from)*p : (r-from+1)*p]
		at, top, left, lo, hi := s.place(r)
		image := x[at:]
		for i := 0; i < s.kh; i++ {
			row := dst[i*run : (i+1)*run]
			y := top + i*s.dilationH
			if y < 0 || y >= s.h || lo >= hi {
				clear(row)
				continue
			}
			clear(row[:lo*s.in])
			copy(row[lo*s.in:hi*s.in], image[(y*s.w+left+lo)*s.in:(y*s.w+left+hi)*s.in])
			clear(row[hi*s.in:])
		}
	}
}

// scatter adds the patches of output rows [from, to) back to where gather took them.
func (s *convShape) scatter(x, cols []float32, from, to int) {
	p, run := s.patch(), s.kw*s.in
	for r := from; r < to; r++ {
		src := cols[(r-from)*p : (r-from+1)*p]
		at, top, left, lo, hi := s.place(r)
		image := x[at:]
		if lo >= hi {
			continue
		}
		for i := 0; i < s.kh; i++ {
			y := top + i*s.dilationH
			if y < 0 || y >= s.h {
				continue
			}
			to := image[(y*s.w+left+lo)*s.in : (y*s.w+left+hi)*s.in]
			for j, v := range src[i*run+lo*s.in : i*run+hi*s.in] {
				to[j] += v
			}
		}
	}
}

// eachChunk calls do for every chunk of output rows with its patches.
func (s *convShape) eachChunk(cols *[]float32, x []float32, do func(patches []float32, from, to int)) {
	p, rows, step := s.patch(), s.rows(), s.chunk()
	if s.direct() {
		do(x[:rows*p], 0, rows)
		return
	}
	if *cols == nil {
		*cols = make([]float32, min(step, rows)*p)
	}
	for from := 0; from < rows; from += step {
		to := min(from+step, rows)
		s.gather(*cols, x, from, to)
		do((*cols)[:(to-from)*p], from, to)
	}
}

func (s *convShape) forward(cols *[]float32, y, x, w, b []float32) {
	p, o := s.patch(), s.outCh
	s.eachChunk(cols, x, func(patches []float32, from, to int) {
		out := y[from*o : to*o]
		for r := 0; r < to-from; r++ {
			copy(out[r*o:(r+1)*o], b)
		}
		gemm(false, false, to-from, o, p, patches, p, w, o, 1, out, o)
		if s.relu {
			for i, v := range out { // without a branch, which would be guessed wrong half the time
				bits := math.Float32bits(v)
				out[i] = math.Float32frombits(bits &^ uint32(int32(bits)>>31))
			}
		}
	})
}

func (s *convShape) gradWeight(cols *[]float32, dw, x, dy []float32) {
	p, o := s.patch(), s.outCh
	clear(dw)
	s.eachChunk(cols, x, func(patches []float32, from, to int) {
		gemm(true, false, p, o, to-from, patches, p, dy[from*o:to*o], o, 1, dw, o)
	})
}

func (s *convShape) gradInput(cols *[]float32, dx, dy, w []float32) {
	p, o, rows, step := s.patch(), s.outCh, s.rows(), s.chunk()
	if s.direct() {
		gemm(false, true, rows, p, o, dy, o, w, o, 0, dx, p)
		return
	}
	clear(dx)
	if *cols == nil {
		*cols = make([]float32, min(step, rows)*p)
	}
	for from := 0; from < rows; from += step {
		to := min(from+step, rows)
		gemm(false, true, to-from, p, o, dy[from*o:to*o], o, w, o, 0, *cols, p)
		s.scatter(dx, *cols, from, to)
	}
}

// fused builds the convolution, its bias and its rectifier as one kernel: the
// patches of some rows are gathered, multiplied and rectified while they are
// in the cache, without a transpose.
func (c conv) fused(x, weight, bias *G.Node) (*G.Node, error) {
	s, err := c.over(x.Shape(), weight.Shape())
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("conv%+v", s)
	out := tensor.Shape{s.n, s.outH, s.outW, s.outCh}
	var cols []float32
	k := &kernel{name: name, dims: []int{4, 4, 1}, out: out, wrt: []bool{!c.leaf, true, true}}
	k.run = func(y []float32, in ...[]float32) { s.forward(&cols, y, in[0], in[1], in[2]) }
	k.grad = func(in G.Nodes, y, dy *G.Node) (G.Nodes, error) {
		var err error
		if s.relu {
			if dy, err = rectifiedGrad(out).apply(y, dy); err != nil {
				return nil, err
			}
		}
		var dx *G.Node
		if k.wrt[0] {
			if dx, err = s.inputGradKernel(name).apply(dy, in[1]); err != nil {
				return nil, err
			}
		}
		dw, err := s.weightGradKernel(name).apply(in[0], dy)
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

func (s *convShape) inputGradKernel(name string) *kernel {
	var cols []float32
	return &kernel{name: "∂x " + name, dims: []int{4, 4}, out: tensor.Shape{s.n, s.h, s.w, s.in},
		run: func(dx []float32, in ...[]float32) { s.gradInput(&cols, dx, in[0], in[1]) }}
}

func (s *convShape) weightGradKernel(name string) *kernel {
	var cols []float32
	return &kernel{name: "∂w " + name, dims: []int{4, 4}, out: tensor.Shape{s.kh, s.kw, s.in, s.outCh},
		run: func(dw []float32, in ...[]float32) { s.gradWeight(&cols, dw, in[0], in[1]) }}
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

// rectifiedGrad passes the gradient on where the rectifier's result was above 0.
func rectifiedGrad(shape tensor.Shape) *kernel {
	return &kernel{name: "∂relu", dims: []int{len(shape), len(shape)}, out: shape,
		run: func(dst []float32, in ...[]float32) {
			y, dy := in[0][:len(dst)], in[1][:len(dst)]
			for i := range dst {
				open := uint32(-int32(math.Float32bits(y[i])) >> 31) // all ones where y > 0; y is never below
				dst[i] = math.Float32frombits(math.Float32bits(dy[i]) & open)
			}
		}}
}
