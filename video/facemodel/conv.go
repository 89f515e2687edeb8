package facemodel

import (
	"fmt"
	"slices"
)

// fastWidth is the least width, padding included, of an input on which OpenCV
// 4.6 runs its own depthwise kernel for a 3 x 3 window; on narrower ones it falls
// back to one that takes four to eight times as long.
const fastWidth = 16 + 2

// A convolution is a Conv operator, depthwise or not, with its constants in
// ONNX's order.
type convolution struct {
	op            operator
	in, out       []int // NHWC
	height, width int   // of the window
	group         int   // 1, or the number of channels of a depthwise one
	weights       []float32
	bias          []float32
}

// convolution reads the constants of operator op and checks that they fit its
// input and output.
func (c *converter) convolution(op operator) (*convolution, error) {
	if len(op.in) != 3 {
		return nil, fmt.Errorf("a convolution of %d inputs, want 3", len(op.in))
	}
	w, shape, err := c.constant(op.in[1])
	if err != nil {
		return nil, err
	}
	bias, _, err := c.constant(op.in[2])
	if err != nil {
		return nil, err
	}
	if len(shape) != 4 {
		return nil, fmt.Errorf("weights of shape %v", shape)
	}
	v := &convolution{
		op: op, in: c.tensors[op.in[0]].shape, out: c.tensors[op.out[0]].shape,
		height: shape[1], width: shape[2], group: 1, bias: bias,
	}
	channels := v.in[3]
	want := []int{v.out[3], v.height, v.width, channels}
	if op.kind == opDepthwise {
		v.group = channels
		want = []int{1, v.height, v.width, channels}
		// [1, h, w, C] -> [C, 1, h, w]
		v.weights = hwcToCHW(w, v.height*v.width, shape[3])
	} else {
		v.weights = ohwiToOIHW(w, shape)
	}
	if !slices.Equal(shape, want) || len(bias) != v.out[3] || (op.kind == opDepthwise && channels != v.out[3]) {
		return nil, fmt.Errorf("weights %v and %d biases do not lead from %v to %v", shape, len(bias), v.in, v.out)
	}
	return v, nil
}

// conv writes a convolution and its activation.
func (c *converter) conv(op operator) error {
	v, err := c.convolution(op)
	if err != nil {
		return err
	}
	name := TensorName(op.out[0])
	c.out.constant(name+".b", []int{len(v.bias)}, v.bias)
	if c.last[op.out[0]] && v.coversInput() {
		return c.dense(v)
	}
	narrow := v.group > 1 && v.in[2] < fastWidth
	atLeast := 0
	if narrow {
		atLeast = fastWidth
	}
	src, pads, err := c.padded(op, v.height, v.width, atLeast)
	if err != nil {
		return err
	}
	c.out.constant(name+".w", []int{v.out[3], v.in[3] / v.group, v.height, v.width}, v.weights)
	return c.activated(op, func(dst string) {
		full := dst
		if narrow {
			full += ".wide"
		}
		c.out.node("Conv", []string{src, name + ".w", name + ".b"}, full,
			attribute{name: "kernel_shape", ints: []int{v.height, v.width}},
			attribute{name: "strides", ints: []int{op.strideH, op.strideW}},
			attribute{name: "pads", ints: pads},
			attribute{name: "group", i: v.group})
		if narrow {
			c.out.node("Slice", []string{full}, dst,
				attribute{name: "axes", ints: []int{3}},
				attribute{name: "starts", ints: []int{0}},
				attribute{name: "ends", ints: []int{v.out[2]}})
		}
	})
}

// coversInput says whether the convolution has one place only, so that it is a
// matrix product.
func (v *convolution) coversInput() bool {
	return v.op.kind == opConv && v.op.padding == paddingValid &&
		v.in[1] == v.height && v.in[2] == v.width && v.out[1] == 1 && v.out[2] == 1
}

// dense writes a convolution of one place as a matrix product, which OpenCV does
// four times as fast. Its output has two axes, (1, C).
func (c *converter) dense(v *convolution) error {
	name := TensorName(v.op.out[0])
	c.out.constant(name+".w", []int{v.out[3], v.in[3] * v.height * v.width}, v.weights)
	c.out.node("Flatten", []string{TensorName(v.op.in[0])}, name+".flat", attribute{name: "axis", i: 1})
	return c.activated(v.op, func(dst string) {
		c.out.node("Gemm", []string{name + ".flat", name + ".w", name + ".b"}, dst,
			attribute{name: "transB", i: 1})
	})
}

// padded brings about the padding of a windowed operator. Padding that is the
// same on both sides is returned as ONNX's pads attribute; OpenCV 4.6 refuses
// any other there, so it becomes a Pad node before the operator. So does padding
// at the right to a width of at least atLeast.
func (c *converter) padded(op operator, windowH, windowW, atLeast int) (src string, pads []int, err error) {
	in, out := c.tensors[op.in[0]].shape, c.tensors[op.out[0]].shape
	top, bottom, err := samePadding(op.padding, in[1], out[1], windowH, op.strideH)
	if err != nil {
		return "", nil, err
	}
	left, right, err := samePadding(op.padding, in[2], out[2], windowW, op.strideW)
	if err != nil {
		return "", nil, err
	}
	src = TensorName(op.in[0])
	right = max(right, atLeast-left-in[2])
	if top == bottom && left == right && atLeast == 0 {
		return src, []int{top, left, bottom, right}, nil
	}
	pad := TensorName(op.out[0]) + ".pad"
	c.out.node("Pad", []string{src}, pad,
		attribute{name: "pads", ints: []int{0, 0, top, left, 0, 0, bottom, right}})
	return pad, []int{0, 0, 0, 0}, nil
}

// samePadding returns TFLite's padding along one axis: for SAME the output has
// ceil(in/stride) places, and the total (out-1)*stride + window - in is split
// with the odd pixel at the end. It also checks the sizes against each other.
func samePadding(padding, in, out, window, stride int) (begin, end int, err error) {
	if stride < 1 || stride > maxItems || window > maxItems {
		return 0, 0, fmt.Errorf("window %d, stride %d", window, stride)
	}
	want, total := (in+stride-1)/stride, 0
	switch {
	case padding == paddingSame:
		total = max((out-1)*stride+window-in, 0)
	case padding == paddingValid && window <= in:
		want = (in-window)/stride + 1
	default:
		return 0, 0, fmt.Errorf("padding of kind %d, window %d on %d", padding, window, in)
	}
	if out != want {
		return 0, 0, fmt.Errorf("%d places lead to %d, want %d", in, out, want)
	}
	return total / 2, total - total/2, nil
}

// ohwiToOIHW reorders convolution weights of shape s from TFLite's order to ONNX's.
func ohwiToOIHW(w []float32, s []int) []float32 {
	size := s[1] * s[2] * s[3]
	r := make([]float32, 0, len(w))
	for o := range s[0] {
		r = append(r, hwcToCHW(w[o*size:(o+1)*size], s[1]*s[2], s[3])...)
	}
	return r
}

// hwcToCHW moves the last axis, of c channels, before places (height x width).
func hwcToCHW(w []float32, places, c int) []float32 {
	r := make([]float32, len(w))
	for p := range places {
		for k := range c {
			r[k*places+p] = w[p*c+k]
		}
	}
	return r
}
