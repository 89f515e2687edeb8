package facenet

/*
#cgo CXXFLAGS: -std=c++11 -O3
#cgo LDFLAGS: -lstdc++
#include "net.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"github.com/deepcheck/deepcheck/video/facemodel"
)

// A Net runs one network. It is not safe for concurrent use.
type Net struct {
	c       *C.deepcheck_net
	first   facemodel.Layer
	outputs []output
	values  []float32
}

// An output is the position of an output tensor in values.
type output struct{ tensor, at int }

// New makes a network of layers, which must be in the order of computation; the first layer
// reads the network's input. outputs are the output tensors, each the Out of some layer. The
// layers' constants are copied. The caller must close the Net.
func New(layers []facemodel.Layer, outputs ...int) (*Net, error) {
	return newNet(layers, outputs, VectorWidth())
}

// newNet is New with vectors of lanes floats: 4, 8 or 16.
func newNet(layers []facemodel.Layer, outputs []int, lanes int) (*Net, error) {
	if len(layers) == 0 {
		return nil, errors.New("network without layers")
	}
	tensors := 0
	sizes := map[int]int{}
	for i := range layers {
		l := &layers[i]
		tensors = max(tensors, l.In+1, l.Out+1)
		sizes[l.Out] = l.OutShape[0] * l.OutShape[1] * l.OutShape[2]
	}
	n := &Net{first: layers[0], c: C.deepcheck_net_new(C.int(tensors), C.int(lanes))}
	if n.c == nil {
		return nil, errors.New("no memory for the network")
	}
	for _, t := range outputs {
		size, ok := sizes[t]
		if !ok {
			n.Close()
			return nil, fmt.Errorf("no layer ends with tensor %d", t)
		}
		C.deepcheck_net_keep(n.c, C.int(t))
		n.outputs = append(n.outputs, output{t, len(n.values)})
		n.values = append(n.values, make([]float32, size)...)
	}
	for i := range layers {
		if err := n.add(&layers[i]); err != nil {
			n.Close()
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
	}
	return n, nil
}

func (n *Net) add(l *facemodel.Layer) error {
	in, out := l.InShape[2], l.OutShape[2]
	if l.Window < 1 || len(l.Point) != l.Window*l.Window*in*out || len(l.PointBias) != out || l.Slope != nil && len(l.Slope) != out ||
		l.Depth != nil && (len(l.Depth) != 9*in || len(l.DepthBias) != in) {
		return errors.New("constants do not fit the shapes")
	}
	shape := func(s [3]int) *C.int {
		c := [3]C.int{C.int(s[0]), C.int(s[1]), C.int(s[2])}
		return &c[0]
	}
	floats := func(s []float32) *C.float { return (*C.float)(unsafe.Pointer(unsafe.SliceData(s))) }
	switch C.deepcheck_net_layer(n.c, C.int(l.In), C.int(l.Out), shape(l.InShape), shape(l.OutShape),
		C.int(l.Stride), C.int(l.Pad), C.int(l.Window), C.int(l.Skip),
		floats(l.Depth), floats(l.DepthBias), floats(l.Point), floats(l.PointBias), floats(l.Slope)) {
	case 0:
		return nil
	case 1:
		return errors.New("no memory, or a tensor with two shapes")
	case 2:
		return errors.New("windows reach too far past the edge")
	default:
		return fmt.Errorf("unsupported window over %d channels", in)
	}
}

// VectorWidth returns the vector width, in floats, that networks use on this processor: results
// differ in their last bits between widths.
func VectorWidth() int { return slices.Max(widths()) }

// widths returns the vector widths that this processor supports, in floats.
func widths() []int {
	all := []int{4}
	for w := 8; w <= int(C.deepcheck_net_lanes()); w *= 2 {
		all = append(all, w)
	}
	return all
}

// Run computes the outputs for pixels (height, width, channels). The network's input is
// scale*pixel + offset. Run returns one output after the other, each in the order HWC. The
// slice belongs to the Net and is valid until the next Run.
func (n *Net) Run(pixels []byte, scale, offset float32) ([]float32, error) {
	s := n.first.InShape
	if len(pixels) != s[0]*s[1]*s[2] {
		return nil, fmt.Errorf("picture of %d bytes, want %d x %d x %d", len(pixels), s[0], s[1], s[2])
	}
	C.deepcheck_net_run(n.c, C.int(n.first.In), (*C.uchar)(unsafe.Pointer(&pixels[0])), C.float(scale), C.float(offset))
	for _, o := range n.outputs {
		C.deepcheck_net_read(n.c, C.int(o.tensor), (*C.float)(unsafe.Pointer(&n.values[o.at])))
	}
	return n.values, nil
}

// Close frees the network. It is safe to call more than once.
func (n *Net) Close() {
	if n.c != nil {
		C.deepcheck_net_free(n.c)
		n.c = nil
	}
}
