//go:build !cudnn

package network

import "math"

// Device names the hardware or library that runs the convolutions.
const Device = "cpu"

// ready returns an error if convolutions cannot run; on the CPU they always can.
func ready() error { return nil }

// passes are the three computations of a conv: forward and the gradients with respect to
// input and weight. Output rows are processed in chunks: their patches are gathered,
// multiplied and rectified while they are in the cache, without a transpose.
type passes struct {
	convShape
	cols []float32 // the patches of one chunk
}

func (s convShape) passes() *passes { return &passes{convShape: s} }

func (s *passes) patch() int { return s.kh * s.kw * s.in }
func (s *passes) rows() int  { return s.n * s.outH * s.outW }

// direct reports whether the input already is the matrix of patches.
func (s *passes) direct() bool {
	return s.kh == 1 && s.kw == 1 && s.strideH == 1 && s.strideW == 1 && s.padH == 0 && s.padW == 0
}

// patchFloats is the size of the patch matrix of a chunk: half of a core's second-level cache
// of 1 MB.
const patchFloats = 128 << 10

func (s *passes) chunk() int { return max(16, patchFloats/s.patch()) }

// place locates the patch of output row r. It returns the offset of its image in the input, and
// the top row and the left column of the patch, which are negative in the padding. The columns
// [lo, hi) of the patch lie inside the image.
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

// scatter adds the patches of output rows [from, to) to the places that gather copies from.
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

// eachChunk calls do for every chunk of output rows [from, to) with its patches.
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

// forward writes x∗w + b to y, rectified if s.relu is set.
func (s *passes) forward(y, x, w, b []float32) error {
	p, o := s.patch(), s.outCh
	s.eachChunk(x, func(patches []float32, from, to int) {
		out := y[from*o : to*o]
		for r := 0; r < to-from; r++ {
			copy(out[r*o:(r+1)*o], b)
		}
		gemm(false, false, to-from, o, p, patches, p, w, o, 1, out, o)
		if s.relu {
			for i, v := range out { // no branch: it would be mispredicted half the time
				bits := math.Float32bits(v)
				out[i] = math.Float32frombits(bits &^ uint32(int32(bits)>>31))
			}
		}
	})
	return nil
}

// gradWeight writes the gradient with respect to w to dw.
func (s *passes) gradWeight(dw, x, dy []float32) error {
	p, o := s.patch(), s.outCh
	clear(dw)
	s.eachChunk(x, func(patches []float32, from, to int) {
		gemm(true, false, p, o, to-from, patches, p, dy[from*o:to*o], o, 1, dw, o)
	})
	return nil
}

// gradInput writes the gradient with respect to x to dx.
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
