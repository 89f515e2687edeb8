package facemodel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Limits on the contents of a file, about ten times what MediaPipe's face networks contain.
// They keep a corrupt file from requesting much memory.
const (
	maxItems    = 4096     // tensors, operators, buffers, operator kinds
	maxLinks    = 16       // inputs or outputs of one operator, dimensions of a tensor
	maxElements = 1 << 24  // elements of one tensor
	maxWeights  = 64 << 20 // bytes of all constants in total
)

// Operator kinds of TFLite's schema (BuiltinOperator) that the networks use.
const (
	opAdd       = 0
	opConv      = 3
	opDepthwise = 4
	opDequant   = 6
	opMaxPool   = 17
	opRelu      = 19
	opPad       = 34
	opPRelu     = 54
)

// Values of TFLite's TensorType, Padding and ActivationFunctionType.
const (
	typeFloat32 = 0
	typeFloat16 = 1
	typeInt32   = 2

	paddingSame  = 0
	paddingValid = 1

	activationNone = 0
	activationRelu = 1
)

// A tensor is one array of a graph, constant or computed.
type tensor struct {
	shape []int // NHWC for pictures, OHWI for weights
	kind  int
	raw   []byte // data of a constant, empty if the tensor is computed
}

func (t *tensor) elements() int {
	n := 1
	for _, d := range t.shape {
		n *= d
	}
	return n
}

// An operator computes tensors from tensors. in and out index graph.tensors; -1 is an omitted
// input.
type operator struct {
	kind       int
	in, out    []int
	padding    int
	strideW    int
	strideH    int
	windowW    int // pooling only
	windowH    int // pooling only
	activation int
}

// A graph is the network of a TFLite file, its operators in the order of computation.
type graph struct {
	tensors   []tensor
	operators []operator
	inputs    []int
}

// parse reads the first subgraph of a TFLite file (schema version 3).
func parse(file []byte) (*graph, error) {
	if len(file) < 8 || string(file[4:8]) != "TFL3" {
		return nil, errors.New("not a TFLite file")
	}
	r := &reader{data: file}
	model := r.table(r.follow(0))
	kinds := model.tables(1, maxItems)
	subgraphs := model.tables(2, maxLinks)
	buffers := model.tables(4, maxItems)
	if r.err == nil && len(subgraphs) == 0 {
		return nil, errors.New("no subgraph")
	}
	g := &graph{}
	if r.err == nil {
		g.read(r, subgraphs[0], kinds, buffers)
	}
	if r.err != nil {
		return nil, r.err
	}
	return g, nil
}

func (g *graph) read(r *reader, sub table, kinds, buffers []table) {
	weights := 0
	for i, t := range sub.tables(0, maxItems) {
		v := tensor{shape: t.int32s(0, maxLinks), kind: t.uint8(1)}
		total := 1
		for _, d := range v.shape {
			if d < 1 || d > maxElements || total*d > maxElements {
				r.fail("tensor %d has invalid shape %v", i, v.shape)
				return
			}
			total *= d
		}
		if b := t.int32(2, 0); b < 0 || b >= len(buffers) {
			r.fail("tensor %d refers to buffer %d, the file has %d", i, b, len(buffers))
		} else {
			v.raw, _ = buffers[b].vector(0, 1, len(r.data))
		}
		if weights += len(v.raw); weights > maxWeights {
			r.fail("constants of more than %d bytes", maxWeights)
		}
		if r.err != nil {
			return
		}
		g.tensors = append(g.tensors, v)
	}
	g.inputs = g.links(r, sub.int32s(1, maxLinks), 0)
	for i, t := range sub.tables(3, maxItems) {
		k := t.int32(0, 0)
		if k < 0 || k >= len(kinds) {
			r.fail("operator %d refers to operator code %d, the file has %d", i, k, len(kinds))
		}
		if r.err != nil {
			return
		}
		op := operator{
			// Old files store the kind in a byte, new ones also in an int32.
			kind: max(kinds[k].uint8(0), kinds[k].int32(3, 0)),
			in:   g.links(r, t.int32s(1, maxLinks), -1),
			out:  g.links(r, t.int32s(2, maxLinks), 0),
		}
		op.options(t.table(4))
		if len(op.in) == 0 || len(op.out) == 0 {
			r.fail("operator %d has no input or no output", i)
		}
		g.operators = append(g.operators, op)
	}
}

// links returns idx if all its tensor indices lie in [least, len(g.tensors)), else nil.
func (g *graph) links(r *reader, idx []int, least int) []int {
	for _, i := range idx {
		if i < least || i >= len(g.tensors) {
			r.fail("tensor %d does not exist, the file has %d", i, len(g.tensors))
			return nil
		}
	}
	return idx
}

// options reads the operator's options, whose fields depend on the operator kind.
func (op *operator) options(t table) {
	switch op.kind {
	case opAdd:
		op.activation = t.uint8(0)
	case opConv:
		op.padding, op.strideW, op.strideH = t.uint8(0), t.int32(1, 0), t.int32(2, 0)
		op.activation = t.uint8(3)
	case opDepthwise:
		op.padding, op.strideW, op.strideH = t.uint8(0), t.int32(1, 0), t.int32(2, 0)
		op.activation = t.uint8(4)
	case opMaxPool:
		op.padding, op.strideW, op.strideH = t.uint8(0), t.int32(1, 0), t.int32(2, 0)
		op.windowW, op.windowH, op.activation = t.int32(3, 0), t.int32(4, 0), t.uint8(5)
	}
}

// floats returns the values of constant tensor i, which must be float32 or float16.
func (g *graph) floats(i int) ([]float32, error) {
	t := &g.tensors[i]
	size := 4
	if t.kind == typeFloat16 {
		size = 2
	}
	if t.kind != typeFloat32 && t.kind != typeFloat16 {
		return nil, fmt.Errorf("tensor %d does not hold floats", i)
	}
	values := make([]float32, t.elements())
	if len(t.raw) != size*len(values) {
		return nil, fmt.Errorf("tensor %d of shape %v has %d bytes of data", i, t.shape, len(t.raw))
	}
	for k := range values {
		if size == 2 {
			values[k] = float16(binary.LittleEndian.Uint16(t.raw[2*k:]))
		} else {
			values[k] = math.Float32frombits(binary.LittleEndian.Uint32(t.raw[4*k:]))
		}
	}
	return values, nil
}

// int32s returns the values of constant tensor i, which must be int32.
func (g *graph) int32s(i int) ([]int, error) {
	t := &g.tensors[i]
	values := make([]int, t.elements())
	if t.kind != typeInt32 || len(t.raw) != 4*len(values) {
		return nil, fmt.Errorf("tensor %d of shape %v is not an int32 constant", i, t.shape)
	}
	for k := range values {
		values[k] = int(int32(binary.LittleEndian.Uint32(t.raw[4*k:])))
	}
	return values, nil
}

// float16 converts an IEEE 754 binary16 number (1 sign bit, 5 exponent bits with bias 15,
// 10 fraction bits) to float32, exactly.
func float16(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp := uint32(h>>10) & 0x1f
	frac := uint32(h & 0x3ff)
	switch exp {
	case 0: // zero or subnormal: frac * 2^-24
		v := float32(frac) * (1.0 / (1 << 24))
		return math.Float32frombits(sign | math.Float32bits(v))
	case 31: // infinity or NaN
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}
