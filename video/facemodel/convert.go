package facemodel

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// TensorName returns the name that tensor i of a TFLite file has in the ONNX
// form.
func TensorName(i int) string { return "t" + strconv.Itoa(i) }

// OutputName is the name of the one output of every converted network.
const OutputName = "joined"

// Convert turns a TFLite file into ONNX bytes whose one output, [OutputName],
// has the shape (1, n): the given tensors one after the other, each flattened in
// the order CHW. One output is read by one call without naming layers; several
// would each need a pass, or gocv's ForwardLayers, which leaks its names.
// Operators that no output needs are left out. An error says what in the file is
// broken or not known; no file makes it panic.
func Convert(tflite []byte, outputs ...int) ([]byte, error) {
	g, err := parse(tflite)
	if err != nil {
		return nil, err
	}
	return g.onnx(outputs)
}

// A converter walks a graph and writes it as ONNX.
type converter struct {
	*graph
	out onnxGraph

	// source leads from a tensor that Dequantize makes to the constant it is made from.
	source map[int]int

	// last holds the outputs that no operator reads.
	last map[int]bool

	// ready holds the tensors that are computed so far.
	ready map[int]bool

	// weights counts the bytes of constants written.
	weights int
}

func (g *graph) onnx(outputs []int) ([]byte, error) {
	if len(g.inputs) != 1 {
		return nil, fmt.Errorf("%d inputs, want 1", len(g.inputs))
	}
	if len(outputs) == 0 {
		return nil, errors.New("no output asked for")
	}
	for _, i := range outputs {
		if i < 0 || i >= len(g.tensors) {
			return nil, fmt.Errorf("no tensor %d among %d", i, len(g.tensors))
		}
	}
	c := &converter{graph: g, source: map[int]int{}, ready: map[int]bool{g.inputs[0]: true}}
	shape, err := c.nchw(g.inputs[0])
	if err != nil {
		return nil, err
	}
	c.out.input(TensorName(g.inputs[0]), shape)
	needed := g.needed(outputs)
	c.last = g.unread(outputs, needed)
	for i, op := range g.operators {
		if !needed[op.out[0]] {
			continue
		}
		if err := c.operator(op); err != nil {
			return nil, fmt.Errorf("operator %d: %w", i, err)
		}
	}
	if err := c.join(outputs); err != nil {
		return nil, err
	}
	return c.out.model(), nil
}

// join flattens the outputs and lays them end to end.
func (c *converter) join(outputs []int) error {
	total := 0
	var flat []string
	for k, i := range outputs {
		if !c.ready[i] {
			return fmt.Errorf("nothing computes tensor %d", i)
		}
		if _, err := c.nchw(i); err != nil {
			return err
		}
		name := fmt.Sprintf("%s.%d", OutputName, k)
		c.out.node("Flatten", []string{TensorName(i)}, name, attribute{name: "axis", i: 1})
		flat = append(flat, name)
		total += c.tensors[i].elements()
	}
	c.out.node("Concat", flat, OutputName, attribute{name: "axis", i: 1})
	c.out.output(OutputName, []int{1, total})
	return nil
}

// needed returns the tensors that the outputs depend on, themselves included.
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

// unread returns those of the outputs that no needed operator reads.
func (g *graph) unread(outputs []int, needed map[int]bool) map[int]bool {
	set := map[int]bool{}
	for _, i := range outputs {
		set[i] = true
	}
	for _, op := range g.operators {
		if needed[op.out[0]] {
			for _, i := range op.in {
				delete(set, i)
			}
		}
	}
	return set
}

func (c *converter) operator(op operator) error {
	if op.kind == opDequant {
		c.source[op.out[0]] = op.in[0]
		return nil
	}
	if !c.ready[op.in[0]] {
		return fmt.Errorf("tensor %d is not computed yet", op.in[0])
	}
	if c.ready[op.out[0]] {
		return fmt.Errorf("tensor %d is computed twice", op.out[0])
	}
	if _, err := c.nchw(op.in[0]); err != nil {
		return err
	}
	if _, err := c.nchw(op.out[0]); err != nil {
		return err
	}
	var err error
	switch op.kind {
	case opConv, opDepthwise:
		err = c.conv(op)
	case opMaxPool:
		err = c.maxPool(op)
	case opAdd:
		err = c.add(op)
	case opPRelu:
		err = c.prelu(op)
	case opRelu:
		c.out.node("Relu", []string{TensorName(op.in[0])}, TensorName(op.out[0]))
	case opPad:
		err = c.pad(op)
	default:
		err = fmt.Errorf("kind %d is not known", op.kind)
	}
	c.ready[op.out[0]] = true
	return err
}

// nchw returns the shape of a picture tensor in ONNX's order.
func (c *converter) nchw(i int) ([]int, error) {
	s := c.tensors[i].shape
	if len(s) != 4 || s[0] != 1 {
		return nil, fmt.Errorf("tensor %d has the shape %v, not that of one picture", i, s)
	}
	return []int{1, s[3], s[1], s[2]}, nil
}

// constant returns the values and the shape of a constant, dequantized or not.
func (c *converter) constant(i int) ([]float32, []int, error) {
	if s, ok := c.source[i]; ok {
		i = s
	}
	if i < 0 {
		return nil, nil, errors.New("a constant is left out")
	}
	v, err := c.floats(i)
	if c.weights += 4 * len(v); err == nil && c.weights > maxWeights {
		err = fmt.Errorf("constants of more than %d bytes", maxWeights)
	}
	return v, c.tensors[i].shape, err
}

func (c *converter) maxPool(op operator) error {
	if op.windowH < 1 || op.windowW < 1 {
		return fmt.Errorf("a pooling window of %d x %d", op.windowH, op.windowW)
	}
	if in, out := c.tensors[op.in[0]].shape, c.tensors[op.out[0]].shape; in[3] != out[3] {
		return fmt.Errorf("pooling from %v to %v", in, out)
	}
	if op.windowH != op.strideH || op.windowW != op.strideW {
		return errors.New("pooling windows that overlap") // padding with zeros would be wrong
	}
	src, pads, err := c.padded(op, op.windowH, op.windowW, 0)
	if err != nil {
		return err
	}
	if !slices.Equal(pads, []int{0, 0, 0, 0}) || src != TensorName(op.in[0]) {
		return errors.New("pooling with padding")
	}
	return c.activated(op, func(dst string) {
		c.out.node("MaxPool", []string{src}, dst,
			attribute{name: "kernel_shape", ints: []int{op.windowH, op.windowW}},
			attribute{name: "strides", ints: []int{op.strideH, op.strideW}})
	})
}

// activated writes a node and the activation that TFLite fused into it.
func (c *converter) activated(op operator, write func(dst string)) error {
	name := TensorName(op.out[0])
	switch op.activation {
	case activationNone:
		write(name)
	case activationRelu:
		write(name + ".pre")
		c.out.node("Relu", []string{name + ".pre"}, name)
	default:
		return fmt.Errorf("activation %d is not known", op.activation)
	}
	return nil
}

func (c *converter) add(op operator) error {
	if len(op.in) != 2 || !c.ready[op.in[1]] {
		return errors.New("a sum that is not of two computed tensors")
	}
	a, b, sum := c.tensors[op.in[0]].shape, c.tensors[op.in[1]].shape, c.tensors[op.out[0]].shape
	if !slices.Equal(a, b) || !slices.Equal(a, sum) {
		return fmt.Errorf("a sum of %v and %v", a, b)
	}
	return c.activated(op, func(dst string) {
		c.out.node("Add", []string{TensorName(op.in[0]), TensorName(op.in[1])}, dst)
	})
}

// prelu writes max(x, 0) + slope * min(x, 0) with one slope a channel.
func (c *converter) prelu(op operator) error {
	if len(op.in) != 2 {
		return fmt.Errorf("PReLU of %d inputs, want 2", len(op.in))
	}
	slope, _, err := c.constant(op.in[1])
	if err != nil {
		return err
	}
	if in := c.tensors[op.in[0]].shape; len(slope) != in[3] {
		return fmt.Errorf("%d slopes for the shape %v", len(slope), in)
	}
	name := TensorName(op.out[0])
	c.out.constant(name+".slope", []int{len(slope), 1, 1}, slope)
	c.out.node("PRelu", []string{TensorName(op.in[0]), name + ".slope"}, name)
	return nil
}

// pad writes padding with zeros; the networks widen channels by it.
func (c *converter) pad(op operator) error {
	if len(op.in) != 2 || op.in[1] < 0 {
		return errors.New("padding without widths")
	}
	n, err := c.int32s(op.in[1])
	if err != nil {
		return err
	}
	if len(n) != 8 {
		return fmt.Errorf("%d padding widths, want 8", len(n))
	}
	in, out := c.tensors[op.in[0]].shape, c.tensors[op.out[0]].shape
	for k := range in {
		if n[2*k] < 0 || n[2*k] > maxElements || n[2*k+1] < 0 || in[k]+n[2*k]+n[2*k+1] != out[k] {
			return fmt.Errorf("padding %v does not lead from %v to %v", n, in, out)
		}
	}
	// From pairs in the order NHWC to all begins, then all ends, in NCHW.
	c.out.node("Pad", []string{TensorName(op.in[0])}, TensorName(op.out[0]),
		attribute{name: "pads", ints: []int{n[0], n[6], n[2], n[4], n[1], n[7], n[3], n[5]}})
	return nil
}
