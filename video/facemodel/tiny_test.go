package facemodel

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Types from which the tests build flatbuffers. A fields is a table: nil is an omitted field,
// uint8 and int32 are scalars. tables, int32s and blob are vectors.
type (
	fields []any
	tables []fields
	int32s []int32
	blob   []byte
)

// A flatWriter writes a flatbuffer. Every table comes before the values that it points to.
type flatWriter struct{ b []byte }

func (w *flatWriter) int32(v int) { w.b = binary.LittleEndian.AppendUint32(w.b, uint32(v)) }

// point sets the offset at place to the end of the buffer.
func (w *flatWriter) point(place int) {
	binary.LittleEndian.PutUint32(w.b[place:], uint32(len(w.b)-place))
}

func (w *flatWriter) write(v any) {
	switch v := v.(type) {
	case fields:
		// The caller's offset points here, so the table comes first. Its vtable follows, at a
		// negative distance.
		start := len(w.b)
		size := 4 + 4*len(v)
		w.b = append(w.b, make([]byte, size)...)
		vtable := len(w.b)
		binary.LittleEndian.PutUint32(w.b[start:], uint32(int32(start-vtable)))
		w.b = binary.LittleEndian.AppendUint16(w.b, uint16(4+2*len(v)))
		w.b = binary.LittleEndian.AppendUint16(w.b, uint16(size))
		for i, f := range v {
			at := 4 + 4*i
			if f == nil {
				at = 0
			}
			w.b = binary.LittleEndian.AppendUint16(w.b, uint16(at))
		}
		for i, f := range v {
			at := start + 4 + 4*i
			switch f := f.(type) {
			case nil:
			case uint8:
				w.b[at] = f
			case int32:
				binary.LittleEndian.PutUint32(w.b[at:], uint32(f))
			default:
				w.point(at)
				w.write(f)
			}
		}
	case tables:
		w.int32(len(v))
		start := len(w.b)
		w.b = append(w.b, make([]byte, 4*len(v))...)
		for i, t := range v {
			w.point(start + 4*i)
			w.write(t)
		}
	case int32s:
		w.int32(len(v))
		for _, x := range v {
			w.int32(int(x))
		}
	case blob:
		w.int32(len(v))
		w.b = append(w.b, v...)
	default:
		panic("not a flatbuffer value")
	}
}

// Tensors of the tiny network. Its two layers end with tinyOut and tinyEnd.
const (
	tinyIn = iota
	tinyHalf
	tinyWeights
	tinyBias
	tinyConv
	tinySlope
	tinyOut
	tinyDepthWeights
	tinyDepth
	tinyPointWeights
	tinyPointBias
	tinyPoint
	tinyWidths
	tinyWide
	tinySum
	tinyEnd
)

// Operators of the tiny network.
const (
	tinyDequantize = iota
	tinyConvolve
	tinyPRelu
	tinyDepthwise
	tinyPointwise
	tinyPad
	tinyAdd
	tinyRelu
)

// A tinyNet is a network of two small layers. The first is a convolution with float16 weights
// and a PReLU. The second is a depthwise and a 1x1 convolution, the sum with the layer's input,
// to which a Pad appends a channel, and a ReLU. Tests corrupt its parts.
type tinyNet struct {
	kinds     tables // OperatorCode
	tensors   tables
	operators tables
	buffers   tables
	inputs    int32s
}

func newTinyNet() *tinyNet {
	shape := func(kind uint8, buffer int32, dims ...int32) fields { return fields{int32s(dims), kind, buffer} }
	widths := make([]byte, 32)
	widths[28] = 1 // one channel at the end
	window := fields{uint8(paddingSame), int32(1), int32(1)}
	return &tinyNet{
		kinds: tables{
			tinyDequantize: {uint8(opDequant)}, tinyConvolve: {uint8(opConv)}, tinyPRelu: {uint8(opPRelu)},
			tinyDepthwise: {uint8(opDepthwise)}, tinyPointwise: {uint8(opConv)}, tinyPad: {uint8(opPad)},
			tinyAdd: {uint8(opAdd)}, tinyRelu: {uint8(opRelu)},
		},
		tensors: tables{
			tinyIn:           shape(typeFloat32, 0, 1, 4, 4, 2),
			tinyHalf:         shape(typeFloat16, 1, 3, 3, 3, 2),
			tinyWeights:      shape(typeFloat32, 0, 3, 3, 3, 2),
			tinyBias:         shape(typeFloat32, 2, 3),
			tinyConv:         shape(typeFloat32, 0, 1, 2, 2, 3),
			tinySlope:        shape(typeFloat32, 2, 1, 1, 3),
			tinyOut:          shape(typeFloat32, 0, 1, 2, 2, 3),
			tinyDepthWeights: shape(typeFloat32, 3, 1, 3, 3, 3),
			tinyDepth:        shape(typeFloat32, 0, 1, 2, 2, 3),
			tinyPointWeights: shape(typeFloat32, 4, 4, 1, 1, 3),
			tinyPointBias:    shape(typeFloat32, 5, 4),
			tinyPoint:        shape(typeFloat32, 0, 1, 2, 2, 4),
			tinyWidths:       shape(typeInt32, 6, 4, 2),
			tinyWide:         shape(typeFloat32, 0, 1, 2, 2, 4),
			tinySum:          shape(typeFloat32, 0, 1, 2, 2, 4),
			tinyEnd:          shape(typeFloat32, 0, 1, 2, 2, 4),
		},
		operators: tables{
			tinyDequantize: {int32(tinyDequantize), int32s{tinyHalf}, int32s{tinyWeights}},
			tinyConvolve: {int32(tinyConvolve), int32s{tinyIn, tinyWeights, tinyBias}, int32s{tinyConv}, uint8(1),
				fields{uint8(paddingSame), int32(2), int32(2), uint8(activationNone)}},
			tinyPRelu:     {int32(tinyPRelu), int32s{tinyConv, tinySlope}, int32s{tinyOut}},
			tinyDepthwise: {int32(tinyDepthwise), int32s{tinyOut, tinyDepthWeights, tinyBias}, int32s{tinyDepth}, uint8(1), window},
			tinyPointwise: {int32(tinyPointwise), int32s{tinyDepth, tinyPointWeights, tinyPointBias}, int32s{tinyPoint}, uint8(1), window},
			tinyPad:       {int32(tinyPad), int32s{tinyOut, tinyWidths}, int32s{tinyWide}},
			tinyAdd:       {int32(tinyAdd), int32s{tinyWide, tinyPoint}, int32s{tinySum}},
			tinyRelu:      {int32(tinyRelu), int32s{tinySum}, int32s{tinyEnd}},
		},
		buffers: tables{{}, halves(3 * 3 * 3 * 2), singles(3), singles(3 * 3 * 3), singles(4 * 3), singles(4), {blob(widths)}},
		inputs:  int32s{tinyIn},
	}
}

// singles returns a buffer of the float32 numbers 0, 1, ..., n-1.
func singles(n int) fields {
	var b blob
	for i := range n {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(i)))
	}
	return fields{b}
}

// halves returns a buffer of the float16 numbers 0, 1, ..., n-1; n is at most 2048.
func halves(n int) fields {
	var b blob
	for i := range n {
		h := 0
		if i > 0 {
			e := bits.Len(uint(i)) - 1
			h = (e+15)<<10 | i<<(10-e)&1023
		}
		b = binary.LittleEndian.AppendUint16(b, uint16(h))
	}
	return fields{b}
}

func (n *tinyNet) bytes() []byte {
	w := &flatWriter{b: []byte("\x08\x00\x00\x00TFL3")}
	w.write(fields{int32(3), n.kinds, tables{{n.tensors, n.inputs, int32s{}, n.operators}}, nil, n.buffers})
	return w.b
}
