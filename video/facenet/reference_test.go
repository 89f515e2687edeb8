package facenet

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/video/facemodel"
)

// This file is a second, plain implementation of the TFLite files. It shares no code with
// package facemodel: it trusts the file, keeps TFLite's NHWC order and sums in float64. On a
// picture of random patches OpenCV 4.6's DNN module agreed with it in every tensor of both
// networks, within 1e-6 of the tensor's largest magnitude. Kinds and fields are those of
// TFLite's schema.fbs.

// A refTensor is one array of the graph.
type refTensor struct {
	shape  []int
	values []float64
}

// A refOp is one operator with the options that the face networks use.
type refOp struct {
	kind             int
	in, out          []int
	same             bool
	strideH, strideW int
	windowH, windowW int
	relu             bool
}

type refGraph struct {
	tensors []refTensor
	ops     []refOp
	input   int
}

// A refTable is a flatbuffer table at position pos of a file.
type refTable struct {
	file []byte
	pos  int
}

func (t refTable) u32(pos int) int { return int(binary.LittleEndian.Uint32(t.file[pos:])) }

// at returns the position of field i, or 0 if the table omits the field.
func (t refTable) at(i int) int {
	vtable := t.pos - int(int32(t.u32(t.pos)))
	if 4+2*i >= int(binary.LittleEndian.Uint16(t.file[vtable:])) {
		return 0
	}
	off := int(binary.LittleEndian.Uint16(t.file[vtable+4+2*i:]))
	if off == 0 {
		return 0
	}
	return t.pos + off
}

func (t refTable) byte(i int) int {
	if p := t.at(i); p != 0 {
		return int(t.file[p])
	}
	return 0
}

func (t refTable) int(i int) int {
	if p := t.at(i); p != 0 {
		return t.u32(p)
	}
	return 0
}

func (t refTable) table(i int) refTable {
	p := t.at(i)
	return refTable{t.file, p + t.u32(p)}
}

// vector returns the number of elements of vector field i and the position of the first.
func (t refTable) vector(i int) (n, start int) {
	p := t.at(i)
	if p == 0 {
		return 0, 0
	}
	v := p + t.u32(p)
	return t.u32(v), v + 4
}

func (t refTable) ints(i int) []int {
	n, start := t.vector(i)
	r := make([]int, n)
	for k := range r {
		r[k] = int(int32(t.u32(start + 4*k)))
	}
	return r
}

func (t refTable) tables(i int) []refTable {
	n, start := t.vector(i)
	r := make([]refTable, n)
	for k := range r {
		p := start + 4*k
		r[k] = refTable{t.file, p + t.u32(p)}
	}
	return r
}

// readReference reads an embedded network, or skips the test.
func readReference(t *testing.T, load func() ([]byte, error)) *refGraph {
	t.Helper()
	file, err := load()
	if errors.Is(err, facemodel.ErrNoModels) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	root := refTable{file, int(binary.LittleEndian.Uint32(file))}
	kinds, buffers := root.tables(1), root.tables(4)
	sub := root.tables(2)[0]
	g := &refGraph{input: sub.ints(1)[0]}
	for _, tt := range sub.tables(0) {
		v := refTensor{shape: tt.ints(0)}
		n, start := buffers[tt.int(2)].vector(0)
		raw := file[start : start+n]
		switch kind := tt.byte(1); {
		case n == 0:
		case kind == 1:
			for k := 0; k < n; k += 2 {
				v.values = append(v.values, refHalf(binary.LittleEndian.Uint16(raw[k:])))
			}
		case kind == 2:
			for k := 0; k < n; k += 4 {
				v.values = append(v.values, float64(int32(binary.LittleEndian.Uint32(raw[k:]))))
			}
		default:
			for k := 0; k < n; k += 4 {
				v.values = append(v.values, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[k:]))))
			}
		}
		g.tensors = append(g.tensors, v)
	}
	for _, tt := range sub.tables(3) {
		op := refOp{kind: kinds[tt.int(0)].byte(0), in: tt.ints(1), out: tt.ints(2)}
		switch op.kind {
		case 0: // ADD
			op.relu = tt.table(4).byte(0) == 1
		case 3, 4, 17: // CONV_2D, DEPTHWISE_CONV_2D, MAX_POOL_2D
			o := tt.table(4)
			op.same, op.strideW, op.strideH = o.byte(0) == 0, o.int(1), o.int(2)
			switch op.kind {
			case 3:
				op.relu = o.byte(3) == 1
			case 4:
				op.relu = o.byte(4) == 1
			case 17:
				op.windowW, op.windowH, op.relu = o.int(3), o.int(4), o.byte(5) == 1
			}
		}
		g.ops = append(g.ops, op)
	}
	return g
}

// refHalf converts an IEEE 754 binary16 number.
func refHalf(h uint16) float64 {
	sign := 1 - 2*float64(h>>15)
	e, f := int(h>>10&31), float64(h&1023)
	if e == 0 {
		return sign * f * math.Pow(2, -24)
	}
	return sign * (1 + f/1024) * math.Pow(2, float64(e-15))
}

// run computes every tensor from the input (NHWC).
func (g *refGraph) run(t *testing.T, input []float64) {
	t.Helper()
	g.tensors[g.input].values = input
	for _, op := range g.ops {
		x, y := g.tensors[op.in[0]], &g.tensors[op.out[0]]
		switch op.kind {
		case 6: // DEQUANTIZE
			y.values = x.values
			continue
		case 0:
			y.values = make([]float64, len(x.values))
			for i, v := range g.tensors[op.in[1]].values {
				y.values[i] = x.values[i] + v
			}
		case 3, 4, 17:
			op.slide(g, x, y)
		case 19: // RELU
			y.values = make([]float64, len(x.values))
			for i, v := range x.values {
				y.values[i] = math.Max(v, 0)
			}
		case 34: // PAD
			refPad(x, y, g.tensors[op.in[1]].values)
		case 54: // PRELU
			slope := g.tensors[op.in[1]].values
			y.values = make([]float64, len(x.values))
			for i, v := range x.values {
				y.values[i] = math.Max(v, 0) + slope[i%len(slope)]*math.Min(v, 0)
			}
		case 2, 22: // CONCATENATION, RESHAPE: only after the outputs that are compared
			continue
		default:
			t.Fatalf("the graph has an operator of kind %d", op.kind)
		}
		if op.relu {
			for i, v := range y.values {
				y.values[i] = math.Max(v, 0)
			}
		}
	}
}

// slide computes a convolution or a max-pooling, one output number at a time.
func (op refOp) slide(g *refGraph, x refTensor, y *refTensor) {
	h, w, c := x.shape[1], x.shape[2], x.shape[3]
	oh, ow, oc := y.shape[1], y.shape[2], y.shape[3]
	kh, kw := op.windowH, op.windowW
	var weights, bias []float64
	if op.kind != 17 {
		weights, bias = g.tensors[op.in[1]].values, g.tensors[op.in[2]].values
		kh, kw = g.tensors[op.in[1]].shape[1], g.tensors[op.in[1]].shape[2]
	}
	top, left := 0, 0
	if op.same {
		top = max((oh-1)*op.strideH+kh-h, 0) / 2
		left = max((ow-1)*op.strideW+kw-w, 0) / 2
	}
	y.values = make([]float64, oh*ow*oc)
	for oy := range oh {
		for ox := range ow {
			for o := range oc {
				sum, most := 0.0, math.Inf(-1)
				for ky := range kh {
					for kx := range kw {
						iy, ix := oy*op.strideH+ky-top, ox*op.strideW+kx-left
						if iy < 0 || ix < 0 || iy >= h || ix >= w {
							continue
						}
						at := x.values[(iy*w+ix)*c : (iy*w+ix+1)*c]
						switch op.kind {
						case 3: // weights OHWI
							for i, v := range weights[((o*kh+ky)*kw+kx)*c : ((o*kh+ky)*kw+kx+1)*c] {
								sum += v * at[i]
							}
						case 4: // weights 1HWC
							sum += weights[(ky*kw+kx)*c+o] * at[o]
						case 17:
							most = math.Max(most, at[o])
						}
					}
				}
				if op.kind == 17 {
					sum = most
				} else {
					sum += bias[o]
				}
				y.values[(oy*ow+ox)*oc+o] = sum
			}
		}
	}
}

// refPad pads x with zeros. widths are pairs (before, after) in the order of the axes.
func refPad(x refTensor, y *refTensor, widths []float64) {
	s, d := x.shape, y.shape
	y.values = make([]float64, d[0]*d[1]*d[2]*d[3])
	for iy := range s[1] {
		for ix := range s[2] {
			to := ((iy+int(widths[2]))*d[2]+ix+int(widths[4]))*d[3] + int(widths[6])
			copy(y.values[to:], x.values[(iy*s[2]+ix)*s[3]:(iy*s[2]+ix+1)*s[3]])
		}
	}
}
