package facemodel

import (
	"fmt"
	"slices"
)

// A convolution is a Conv2D or DepthwiseConv2D operator with its constants.
type convolution struct {
	op            operator
	in, out       []int     // NHWC
	height, width int       // window size
	weights       []float32 // OHWI; 1HWC if depthwise
	bias          []float32
}

// convolution reads the constants of operator op and checks them against the shapes of its
// input and output.
func (f *fuser) convolution(op operator) (*convolution, error) {
	if len(op.in) != 3 {
		return nil, fmt.Errorf("convolution with %d inputs, want 3", len(op.in))
	}
	w, shape, err := f.constant(op.in[1])
	if err != nil {
		return nil, err
	}
	bias, _, err := f.constant(op.in[2])
	if err != nil {
		return nil, err
	}
	if len(shape) != 4 {
		return nil, fmt.Errorf("weights of shape %v, want 4 axes", shape)
	}
	v := &convolution{
		op: op, in: f.tensors[op.in[0]].shape, out: f.tensors[op.out[0]].shape,
		height: shape[1], width: shape[2], weights: w, bias: bias,
	}
	channels := v.in[3]
	want := []int{v.out[3], v.height, v.width, channels}
	if op.kind == opDepthwise {
		want = []int{1, v.height, v.width, channels}
	}
	if !slices.Equal(shape, want) || len(bias) != v.out[3] || (op.kind == opDepthwise && channels != v.out[3]) {
		return nil, fmt.Errorf("weights %v and %d biases do not fit input %v and output %v", shape, len(bias), v.in, v.out)
	}
	return v, nil
}

// paddingBefore returns TFLite's padding before the first pixel along one axis, in pixels.
// SAME: out = ceil(in/stride); the total padding is max(0, (out-1)*stride + window - in), and
// the odd pixel goes to the end. VALID: out = (in-window)/stride + 1, without padding. It
// returns an error if out has another value or padding is neither of the two.
func paddingBefore(padding, in, out, window, stride int) (int, error) {
	if stride < 1 || stride > maxItems || window > maxItems {
		return 0, fmt.Errorf("unsupported window %d or stride %d", window, stride)
	}
	want, total := (in+stride-1)/stride, 0
	switch {
	case padding == paddingSame:
		total = max((out-1)*stride+window-in, 0)
	case padding == paddingValid && window <= in:
		want = (in-window)/stride + 1
	default:
		return 0, fmt.Errorf("padding kind %d does not fit window %d on %d pixels", padding, window, in)
	}
	if out != want {
		return 0, fmt.Errorf("convolution of %d pixels gives %d, want %d", in, out, want)
	}
	return total / 2, nil
}
