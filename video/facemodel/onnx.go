package facemodel

import (
	"encoding/binary"
	"math"
)

// ONNX is a protobuf format (onnx.proto3 of the ONNX project). The message and
// field numbers below are those of that file; only what the face networks need
// is written.
const (
	irVersion = 4 // from 4 on, constants need not be graph inputs
	opset     = 9 // the last one where Pad and Clip take attributes, which OpenCV 4.6 reads best

	onnxFloat = 1 // TensorProto.DataType

	attrInt  = 2 // AttributeProto.AttributeType
	attrInts = 7
)

// A message is a protobuf message under construction.
type message []byte

func (m *message) tag(field, wire int) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|uint64(wire))
}

func (m *message) varint(field int, v int) {
	m.tag(field, 0)
	*m = binary.AppendUvarint(*m, uint64(v))
}

func (m *message) blob(field int, v []byte) {
	m.tag(field, 2)
	*m = binary.AppendUvarint(*m, uint64(len(v)))
	*m = append(*m, v...)
}

func (m *message) text(field int, v string) { m.blob(field, []byte(v)) }

// An attribute is a named setting of a node: an int or a list of ints.
type attribute struct {
	name string
	i    int
	ints []int
}

// onnxGraph collects the parts of a GraphProto.
type onnxGraph struct {
	body message
}

// node adds an operator. It bears the name of its output.
func (g *onnxGraph) node(kind string, in []string, out string, attrs ...attribute) {
	var n message
	for _, s := range in {
		n.text(1, s)
	}
	n.text(2, out)
	n.text(3, out)
	n.text(4, kind)
	for _, a := range attrs {
		var m message
		m.text(1, a.name)
		if a.ints == nil {
			m.varint(3, a.i)
			m.varint(20, attrInt)
		} else {
			for _, v := range a.ints {
				m.varint(8, v)
			}
			m.varint(20, attrInts)
		}
		n.blob(5, m)
	}
	g.body.blob(1, n)
}

// constant adds an initializer of float32 values in row-major order.
func (g *onnxGraph) constant(name string, shape []int, values []float32) {
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	var t message
	for _, d := range shape {
		t.varint(1, d)
	}
	t.varint(2, onnxFloat)
	t.text(8, name)
	t.blob(9, raw)
	g.body.blob(5, t)
}

func (g *onnxGraph) input(name string, shape []int)  { g.value(11, name, shape) }
func (g *onnxGraph) output(name string, shape []int) { g.value(12, name, shape) }

func (g *onnxGraph) value(field int, name string, shape []int) {
	var dims message
	for _, d := range shape {
		var dim message
		dim.varint(1, d)
		dims.blob(1, dim)
	}
	var tensorType, valueType, info message
	tensorType.varint(1, onnxFloat)
	tensorType.blob(2, dims)
	valueType.blob(1, tensorType)
	info.text(1, name)
	info.blob(2, valueType)
	g.body.blob(field, info)
}

// model wraps the graph in a ModelProto.
func (g *onnxGraph) model() []byte {
	g.body.text(2, "facemodel")
	var version, m message
	version.text(1, "")
	version.varint(2, opset)
	m.varint(1, irVersion)
	m.text(2, "deepcheck")
	m.blob(7, g.body)
	m.blob(8, version)
	return m
}
