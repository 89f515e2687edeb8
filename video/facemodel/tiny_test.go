package facemodel

import "encoding/binary"

// Types of which the tests build flatbuffers: a fields is a table, nil standing
// for a field left out, uint8 and int32 for scalars; tables, int32s and blob are
// vectors.
type (
	fields []any
	tables []fields
	int32s []int32
	blob   []byte
)

// A flatWriter lays out a flatbuffer with every table before what it points to.
type flatWriter struct{ b []byte }

func (w *flatWriter) int32(v int) { w.b = binary.LittleEndian.AppendUint32(w.b, uint32(v)) }

// point lets the offset at place lead to the end of what is written.
func (w *flatWriter) point(place int) {
	binary.LittleEndian.PutUint32(w.b[place:], uint32(len(w.b)-place))
}

func (w *flatWriter) write(v any) {
	switch v := v.(type) {
	case fields:
		// The caller's offset must lead to the table, which follows its vtable:
		// so the vtable goes behind, where a negative distance reaches it.
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

// Tensors of the tiny network. Its output is tinyOut.
const (
	tinyIn = iota
	tinyHalf
	tinyWeights
	tinyBias
	tinyConv
	tinySlope
	tinyOut
	tinyWidths
	tinyWide
)

// A tinyNet is a network small enough to be spelled out: a convolution with
// float16 weights, PReLU, and a Pad that adds a channel. Tests spoil its parts.
type tinyNet struct {
	kinds     tables // OperatorCode
	tensors   tables
	operators tables
	buffers   tables
	inputs    int32s
}

func newTinyNet() *tinyNet {
	shape := func(kind uint8, buffer int32, dims ...int32) fields { return fields{int32s(dims), kind, buffer} }
	zeros := func(n int) fields { return fields{blob(make([]byte, n))} }
	widths := make([]byte, 32)
	widths[28] = 1 // one channel at the end
	return &tinyNet{
		kinds: tables{{uint8(opConv)}, {uint8(opDequant)}, {uint8(opPRelu)}, {uint8(opPad)}},
		tensors: tables{
			tinyIn:      shape(typeFloat32, 0, 1, 4, 4, 2),
			tinyHalf:    shape(typeFloat16, 1, 3, 3, 3, 2),
			tinyWeights: shape(typeFloat32, 0, 3, 3, 3, 2),
			tinyBias:    shape(typeFloat32, 2, 3),
			tinyConv:    shape(typeFloat32, 0, 1, 2, 2, 3),
			tinySlope:   shape(typeFloat32, 2, 1, 1, 3),
			tinyOut:     shape(typeFloat32, 0, 1, 2, 2, 3),
			tinyWidths:  shape(typeInt32, 3, 4, 2),
			tinyWide:    shape(typeFloat32, 0, 1, 2, 2, 4),
		},
		operators: tables{
			{int32(1), int32s{tinyHalf}, int32s{tinyWeights}},
			{int32(0), int32s{tinyIn, tinyWeights, tinyBias}, int32s{tinyConv}, uint8(1),
				fields{uint8(paddingSame), int32(2), int32(2), uint8(activationNone)}},
			{int32(2), int32s{tinyConv, tinySlope}, int32s{tinyOut}},
			{int32(3), int32s{tinyOut, tinyWidths}, int32s{tinyWide}},
		},
		buffers: tables{{}, zeros(2 * 3 * 3 * 3 * 2), zeros(4 * 3), {blob(widths)}},
		inputs:  int32s{tinyIn},
	}
}

func (n *tinyNet) bytes() []byte {
	w := &flatWriter{b: []byte("\x08\x00\x00\x00TFL3")}
	w.write(fields{int32(3), n.kinds, tables{{n.tensors, n.inputs, int32s{}, n.operators}}, nil, n.buffers})
	return w.b
}
