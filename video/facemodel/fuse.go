package facemodel

import (
	"errors"
	"fmt"
	"slices"
)

// A Layer is the block that the networks repeat: (1) a depthwise 3x3 convolution, (2) a 1x1
// convolution, (3) the sum with the layer's input, (4) a PReLU (a ReLU has slope 0). Only
// step 2 is mandatory. Without step 1, step 2 may have a 3x3 or 5x5 window. One pass over
// memory computes all four steps.
type Layer struct {
	In, Out  int    // tensor indices
	InShape  [3]int // height, width, channels
	OutShape [3]int
	Stride   int

	// Pad is 0 or 1, the rows of zeros above and the columns of zeros left of the input. Windows
	// that reach past the other two edges read zeros as well.
	Pad int

	Window    int       // side of step 2's window: 1, or without step 1 also 3 or 5
	Depth     []float32 // (3, 3, channels in), nil without step 1
	DepthBias []float32 // (channels in)
	Point     []float32 // (Window, Window, channels in, channels out)
	PointBias []float32 // (channels out)
	Skip      Skip
	Slope     []float32 // (channels out) of the PReLU, nil without step 4
}

// A Skip is the form in which a layer's input is added before the PReLU. Channels that the
// input lacks count as zero.
type Skip int

const (
	SkipNone Skip = iota
	SkipSame      // unchanged
	SkipPool      // max-pooled: the maximum of each 2x2 square
)

// A fuser gathers operators into layers.
type fuser struct {
	*graph
	needed  map[int]bool  // tensors that the outputs depend on
	source  map[int]int   // output of a Dequantize -> its float16 constant
	ready   map[int]bool  // the network's input and the outputs of the layers so far
	from    map[int]int   // tensor -> operator that computes it
	to      map[int][]int // tensor -> operators that read it
	used    map[int]bool  // operators that belong to a layer
	weights int           // bytes of the constants read so far
}

// Fuse turns a TFLite file into layers in the order of computation. It returns only the
// layers that the tensors outputs depend on. The error says what in the file is corrupt or
// unsupported, for example an operator that fits into no layer. No file makes Fuse panic.
func Fuse(tflite []byte, outputs ...int) ([]Layer, error) {
	g, err := parse(tflite)
	if err != nil {
		return nil, err
	}
	for _, i := range outputs {
		if i < 0 || i >= len(g.tensors) {
			return nil, fmt.Errorf("tensor %d does not exist, the file has %d", i, len(g.tensors))
		}
	}
	f := &fuser{graph: g, needed: g.needed(outputs), source: map[int]int{}, ready: map[int]bool{},
		from: map[int]int{}, to: map[int][]int{}, used: map[int]bool{}}
	for _, i := range g.inputs {
		f.ready[i] = true
	}
	for i, op := range g.operators {
		if !f.needed[op.out[0]] {
			continue
		}
		if op.kind == opDequant {
			f.source[op.out[0]] = op.in[0]
			f.used[i] = true
			continue
		}
		f.from[op.out[0]] = i
		for _, t := range op.in {
			f.to[t] = append(f.to[t], i)
		}
	}
	var layers []Layer
	for i, op := range g.operators {
		if !f.needed[op.out[0]] || op.kind != opConv {
			continue
		}
		l, err := f.layer(i)
		if err != nil {
			return nil, fmt.Errorf("operator %d: %w", i, err)
		}
		layers = append(layers, *l)
	}
	for i, op := range g.operators {
		if f.needed[op.out[0]] && !f.used[i] {
			return nil, fmt.Errorf("operator %d of kind %d fits into no layer", i, op.kind)
		}
	}
	for _, t := range outputs {
		if !f.ready[t] {
			return nil, fmt.Errorf("no layer ends with tensor %d", t)
		}
	}
	return layers, nil
}

// needed returns the tensors that the outputs depend on, including the outputs.
func (g *graph) needed(outputs []int) map[int]bool {
	set := map[int]bool{}
	for _, i := range outputs {
		set[i] = true
	}
	for k := len(g.operators) - 1; k >= 0; k-- {
		op := &g.operators[k]
		if set[op.out[0]] {
			for _, i := range op.in {
				set[i] = true
			}
		}
	}
	return set
}

// layer gathers the layer around operator i, the convolution of step 2.
func (f *fuser) layer(i int) (*Layer, error) {
	op := f.operators[i]
	v, err := f.plain(op)
	if err != nil {
		return nil, err
	}
	f.used[i] = true
	l := &Layer{In: op.in[0], Out: op.out[0], Stride: 1, Window: 1, PointBias: v.bias, Point: transposed(v.weights, v.out[3])}
	switch d, single := f.only(op.in[0]); {
	case v.height == v.width && (v.height == 3 || v.height == 5):
		l.Window = v.height
		err = f.window(l, v)
	case v.height != 1 || v.width != 1 || op.strideH != 1 || op.strideW != 1:
		err = fmt.Errorf("unsupported convolution: window %dx%d, stride %d", v.height, v.width, op.strideH)
	case single && d.kind == opDepthwise:
		dw, derr := f.plain(d)
		if derr != nil {
			return nil, derr
		}
		if dw.height != 3 || dw.width != 3 {
			return nil, fmt.Errorf("depthwise window of %dx%d, want 3x3", dw.height, dw.width)
		}
		f.used[f.from[op.in[0]]] = true
		l.In = d.in[0]
		l.Depth, l.DepthBias = dw.weights, dw.bias
		err = f.window(l, dw)
	}
	if err != nil {
		return nil, err
	}
	if !f.ready[l.In] {
		return nil, fmt.Errorf("no earlier layer ends with tensor %d", l.In)
	}
	if err := f.after(l); err != nil {
		return nil, err
	}
	if l.InShape, err = f.hwc(l.In); err != nil {
		return nil, err
	}
	if l.OutShape, err = f.hwc(l.Out); err != nil {
		return nil, err
	}
	if want := [3]int(v.out[1:]); l.OutShape != want {
		return nil, fmt.Errorf("layer ends with tensor %d of shape %v, want %v", l.Out, l.OutShape, want)
	}
	f.ready[l.Out] = true
	return l, nil
}

// plain reads a convolution. One with a fused activation is an error.
func (f *fuser) plain(op operator) (*convolution, error) {
	if op.activation != activationNone {
		return nil, fmt.Errorf("unsupported fused activation %d", op.activation)
	}
	if op.in[0] < 0 {
		return nil, errors.New("convolution without input")
	}
	for _, t := range []int{op.in[0], op.out[0]} {
		if _, err := f.hwc(t); err != nil {
			return nil, err
		}
	}
	v, err := f.convolution(op)
	if err == nil && len(v.weights) == 0 {
		err = errors.New("convolution without weights")
	}
	return v, err
}

// window sets the layer's stride and padding from convolution v.
func (f *fuser) window(l *Layer, v *convolution) error {
	l.Stride = v.op.strideH
	top, err := paddingBefore(v.op.padding, v.in[1], v.out[1], v.height, v.op.strideH)
	if err != nil {
		return err
	}
	left, err := paddingBefore(v.op.padding, v.in[2], v.out[2], v.width, v.op.strideW)
	if err != nil {
		return err
	}
	if top != left || v.op.strideW != v.op.strideH || top > 1 {
		return errors.New("window with unequal strides, unequal padding or padding above 1")
	}
	l.Pad = top
	return nil
}

// after adds to the layer the sum (step 3) and the PReLU or ReLU (step 4), if they follow the
// convolution.
func (f *fuser) after(l *Layer) error {
	next, ok := f.next(l.Out)
	if ok && next.kind == opAdd && len(next.in) == 2 && next.activation == activationNone {
		other := next.in[0]
		if other == l.Out {
			other = next.in[1]
		}
		skip, err := f.skip(l, other)
		if err != nil {
			return err
		}
		l.Skip = skip
		f.used[f.from[next.out[0]]] = true
		l.Out = next.out[0]
		next, ok = f.next(l.Out)
	}
	switch {
	case ok && next.kind == opRelu:
		l.Slope = make([]float32, len(l.PointBias))
	case ok && next.kind == opPRelu && len(next.in) == 2:
		slope, _, err := f.constant(next.in[1])
		if err != nil {
			return err
		}
		if len(slope) != len(l.PointBias) {
			return fmt.Errorf("%d slopes for %d channels", len(slope), len(l.PointBias))
		}
		l.Slope = slope
	default:
		return nil
	}
	f.used[f.from[next.out[0]]] = true
	l.Out = next.out[0]
	return nil
}

// skip returns how tensor other, the second term of the sum, derives from the layer's input:
// directly or through a 2x2 MaxPool, then optionally through a Pad that appends channels.
func (f *fuser) skip(l *Layer, other int) (Skip, error) {
	var parts []int
	if op, ok := f.only(other); ok && op.kind == opPad && len(op.in) == 2 && op.in[1] >= 0 {
		n, err := f.int32s(op.in[1])
		if err != nil {
			return SkipNone, err
		}
		if len(n) != 8 || slices.ContainsFunc(n[:7], func(k int) bool { return k != 0 }) {
			return SkipNone, fmt.Errorf("unsupported padding %v", n)
		}
		parts = append(parts, f.from[other])
		other = op.in[0]
	}
	if other == l.In {
		for _, i := range parts {
			f.used[i] = true
		}
		return SkipSame, nil
	}
	op, ok := f.only(other)
	if !ok || op.kind != opMaxPool || op.in[0] != l.In || op.activation != activationNone ||
		op.windowH != 2 || op.windowW != 2 || op.strideH != 2 || op.strideW != 2 || l.Stride != 2 {
		return SkipNone, fmt.Errorf("tensor %d is added but does not derive from the layer's input", other)
	}
	for _, i := range append(parts, f.from[other]) {
		f.used[i] = true
	}
	return SkipPool, nil
}

// only returns the operator that computes tensor t. It reports false if t is not computed or
// not read by exactly one operator.
func (f *fuser) only(t int) (operator, bool) {
	i, ok := f.from[t]
	if !ok || len(f.to[t]) != 1 {
		return operator{}, false
	}
	return f.operators[i], true
}

// next returns the only operator that reads tensor t. It reports false if there is not
// exactly one.
func (f *fuser) next(t int) (operator, bool) {
	if len(f.to[t]) != 1 {
		return operator{}, false
	}
	return f.operators[f.to[t][0]], true
}

// hwc returns height, width and channels of tensor t, which must hold one picture.
func (g *graph) hwc(t int) ([3]int, error) {
	s := g.tensors[t].shape
	if len(s) != 4 || s[0] != 1 {
		return [3]int{}, fmt.Errorf("tensor %d of shape %v is not one picture", t, s)
	}
	return [3]int{s[1], s[2], s[3]}, nil
}

// constant returns the values and the shape of constant i, which may be the output of a
// Dequantize.
func (f *fuser) constant(i int) ([]float32, []int, error) {
	if s, ok := f.source[i]; ok {
		i = s
	}
	if i < 0 {
		return nil, nil, errors.New("a constant is missing")
	}
	v, err := f.floats(i)
	if f.weights += 4 * len(v); err == nil && f.weights > maxWeights {
		err = fmt.Errorf("constants of more than %d bytes", maxWeights)
	}
	return v, f.tensors[i].shape, err
}

// transposed turns a matrix (rows, n) into (n, rows).
func transposed(m []float32, rows int) []float32 {
	n := len(m) / rows
	out := make([]float32, len(m))
	for r := range rows {
		for k := range n {
			out[k*rows+r] = m[r*n+k]
		}
	}
	return out
}
