//go:build !cudnn

package network

import "math"

// Device names what runs the convolutions.
const Device = "cpu"

// ready says why convolutions cannot run.
func ready() error { return nil }

// passes are the three computations of one application of a conv. The patches
// of some rows are gathered, multiplied and rectified while they are in the
// cache, without a transpose.
type passes struct {
	convShape
	cols []float32 // the patches of some rows
}

func (s convShape) passes() *passes { return &passes{convShape: s} }

func (s *passes) patch() int { return s.kh * s.kw * s.in }
func (s *passes) rows() int  { return s.n * s.outH * s.outW }

// direct says that the input already is the matrix of patches.
func (s *passes) direct() bool {
	return s.kh == 1 && s.kw == 1 && s.strideH == 1 && s.strideW == 1 && s.padH == 0 && s.padW == 0
}

// patchFloats is the size of the patch matrix worked on at a time, about half
// of a core's second-level cache of 1 MB.
const patchFloats = 128 << 10

func (s *passes) chunk() int { return max(16, patchFloats/s.patch()) }

// place says what output row r looks at: the offset of its image, the row and the
// column of its patch in it, which may lie before its edge, and which columns
// [lo, hi) of the patch lie within.
func (s *passes) place(r int) (image, top, left, lo, hi int) {
	top = r/s.outW%s.outH*s.strideH - s.padH
	left = r%s.outW*s.strideW - s.padW
	return r / (s.outW * s.outH) * s.h * s.w * s.in, top, left, max(0, -left), min(s.kw, s.w-left)
}

// gather copies the patches of output rows [from, to) into cols (to-from, patch).
func (s *passes) gather(cols, x []float32, from, to int) {
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
func (s *passes) scatter(x, cols []float32, from, to int) {
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
func (s *passes) eachChunk(x []float32, do func(patches []float32, from, to int)) {
	p, rows, step := s.patch(), s.rows(), s.chunk()
	if s.direct() {
		do(x[:rows*p], 0, rows)
		return
	}
	if s.cols == nil {
		s.cols = make([]float32, min(step, rows)*p)
	}
	for from := 0; from < rows; from += step {
		to := min(from+step, rows)
		s.gather(s.cols, x, from, to)
		do(s.cols[:(to-from)*p], from, to)
	}
}

// forward writes rectified or plain x∗w + b to y.
func (s *passes) forward(y, x, w, b []float32) error {
	p, o := s.patch(), s.outCh
	s.eachChunk(x, func(patches []float32, from, to int) {
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
	return nil
}

// gradWeight writes the gradient by w to dw.
func (s *passes) gradWeight(dw, x, dy []float32) error {
	p, o := s.patch(), s.outCh
	clear(dw)
	s.eachChunk(x, func(patches []float32, from, to int) {
		gemm(true, false, p, o, to-from, patches, p, dy[from*o:to*o], o, 1, dw, o)
	})
	return nil
}

// gradInput writes the gradient by x to dx.
func (s *passes) gradInput(dx, dy, w []float32) error {
	p, o, rows, step := s.patch(), s.outCh, s.rows(), s.chunk()
	if s.direct() {
		gemm(false, true, rows, p, o, dy, o, w, o, 0, dx, p)
		return nil
	}
	clear(dx)
	if s.cols == nil {
		s.cols = make([]float32, min(step, rows)*p)
	}
	for from := 0; from < rows; from += step {
		to := min(from+step, rows)
		gemm(false, true, to-from, p, o, dy[from*o:to*o], o, w, o, 0, s.cols, p)
		s.scatter(dx, s.cols, from, to)
	}
	return nil
}
