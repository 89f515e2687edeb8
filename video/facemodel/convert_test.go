package facemodel

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// nodeKinds lists the operators of ONNX bytes in order.
func nodeKinds(t *testing.T, onnx []byte) []string {
	t.Helper()
	var kinds []string
	eachField(t, onnx, func(field int, graph []byte) {
		if field != 7 { // ModelProto.graph
			return
		}
		eachField(t, graph, func(field int, node []byte) {
			if field != 1 { // GraphProto.node
				return
			}
			eachField(t, node, func(field int, v []byte) {
				if field == 4 { // NodeProto.op_type
					kinds = append(kinds, string(v))
				}
			})
		})
	})
	return kinds
}

// eachField calls f with each length-delimited field of a protobuf message.
func eachField(t *testing.T, m []byte, f func(field int, v []byte)) {
	t.Helper()
	for len(m) > 0 {
		tag, n := binary.Uvarint(m)
		v, k := binary.Uvarint(m[n:])
		if n <= 0 || k <= 0 {
			t.Fatal("the ONNX bytes are no protobuf")
		}
		m = m[n+k:]
		if tag&7 == 2 {
			f(int(tag>>3), m[:v])
			m = m[v:]
		}
	}
}

func TestConvertTiny(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*tinyNet)
		outputs []int
		want    string
	}{
		{"odd padding is a node of its own", nil, []int{tinyWide}, "Pad Conv PRelu Pad Flatten Concat"},
		{"what no output needs is left out", nil, []int{tinyConv}, "Pad Conv Flatten Concat"},
		{"two outputs", nil, []int{tinyOut, tinyConv}, "Pad Conv PRelu Flatten Flatten Concat"},
		{"even padding is an attribute", func(n *tinyNet) {
			n.operators[1][4] = fields{uint8(paddingSame), int32(1), int32(1), uint8(activationNone)}
			n.tensors[tinyConv][0] = int32s{1, 4, 4, 3}
		}, []int{tinyConv}, "Conv Flatten Concat"},
		{"fused activation", func(n *tinyNet) { n.operators[1][4].(fields)[3] = uint8(activationRelu) },
			[]int{tinyConv}, "Pad Conv Relu Flatten Concat"},
		{"narrow depthwise convolution is widened and cut", func(n *tinyNet) {
			n.kinds[0] = fields{uint8(opDepthwise)}
			n.operators[1][4] = fields{uint8(paddingSame), int32(1), int32(1), int32(1), uint8(0)}
			n.tensors[tinyIn][0] = int32s{1, 4, 4, 3}
			n.tensors[tinyConv][0] = int32s{1, 4, 4, 3}
			n.tensors[tinyHalf][0] = int32s{1, 3, 3, 3}
			n.buffers[1] = fields{blob(make([]byte, 2*27))}
		}, []int{tinyConv}, "Pad Conv Slice Flatten Concat"},
		{"window over the whole input is a product", func(n *tinyNet) {
			n.operators[1][4] = fields{uint8(paddingValid), int32(1), int32(1), uint8(activationNone)}
			n.tensors[tinyIn][0] = int32s{1, 3, 3, 2}
			n.tensors[tinyConv][0] = int32s{1, 1, 1, 3}
		}, []int{tinyConv}, "Flatten Gemm Flatten Concat"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := newTinyNet()
			if tt.change != nil {
				tt.change(n)
			}
			onnx, err := Convert(n.bytes(), tt.outputs...)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(nodeKinds(t, onnx), " "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestConvertErrors(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*tinyNet)
		want  string
	}{
		{"no operators", func(n *tinyNet) { n.operators = nil }, "nothing computes tensor"},
		{"two inputs", func(n *tinyNet) { n.inputs = int32s{0, 1} }, "2 inputs"},
		{"input that is not there", func(n *tinyNet) { n.inputs = int32s{99} }, "no tensor 99"},
		{"operator on a tensor that is not there", func(n *tinyNet) { n.operators[2][1] = int32s{-2} }, "no tensor -2"},
		{"operator without input", func(n *tinyNet) { n.operators[2][1] = int32s{} }, "no input"},
		{"input left out", func(n *tinyNet) { n.operators[2][1] = int32s{-1, 5} }, "not computed yet"},
		{"weights left out", func(n *tinyNet) { n.operators[1][1] = int32s{0, -1, 3} }, "constant is left out"},
		{"operator of no kind", func(n *tinyNet) { n.operators[2][0] = int32(7) }, "of kind 7"},
		{"operator of an unknown kind", func(n *tinyNet) { n.kinds[2] = fields{uint8(77)} }, "kind 77 is not known"},
		{"unknown activation", func(n *tinyNet) { n.operators[1][4].(fields)[3] = uint8(4) }, "activation 4"},
		{"unknown padding", func(n *tinyNet) { n.operators[1][4].(fields)[0] = uint8(9) }, "padding of kind 9"},
		{"no options", func(n *tinyNet) { n.operators[1] = n.operators[1][:3] }, "stride 0"},
		{"order upset", func(n *tinyNet) { n.operators[1], n.operators[2] = n.operators[2], n.operators[1] }, "not computed yet"},
		{"computed twice", func(n *tinyNet) { n.operators[3] = n.operators[2] }, "computed twice"},
		{"picture of three axes", func(n *tinyNet) { n.tensors[tinyIn][0] = int32s{4, 4, 2} }, "not that of one picture"},
		{"shape with a zero", func(n *tinyNet) { n.tensors[tinyIn][0] = int32s{1, 0, 4, 2} }, "has the shape"},
		{"shape beyond memory", func(n *tinyNet) { n.tensors[tinyIn][0] = int32s{1, 1 << 20, 1 << 20, 1 << 20} }, "has the shape"},
		{"output of the wrong size", func(n *tinyNet) { n.tensors[tinyConv][0] = int32s{1, 3, 2, 3} }, "want 2"},
		{"weights of the wrong shape", func(n *tinyNet) { n.tensors[tinyHalf][0] = int32s{3, 3, 2, 3} }, "do not lead from"},
		{"weights cut", func(n *tinyNet) { n.buffers[1] = fields{blob(make([]byte, 10))} }, "10 bytes of data"},
		{"weights of integers", func(n *tinyNet) { n.tensors[tinyHalf][1] = uint8(9) }, "not of floats"},
		{"buffer that is not there", func(n *tinyNet) { n.tensors[tinyHalf][2] = int32(50) }, "buffer 50"},
		{"slopes for other channels", func(n *tinyNet) { n.operators[2][1] = int32s{tinyConv, tinyHalf} }, "54 slopes"},
		{"pad to another size", func(n *tinyNet) { n.tensors[tinyWide][0] = int32s{1, 2, 2, 9} }, "padding"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := newTinyNet()
			tt.spoil(n)
			outputs := []int{tinyWide}
			if tt.name == "computed twice" {
				outputs = []int{tinyOut}
			}
			_, err := Convert(n.bytes(), outputs...)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
	good := newTinyNet().bytes()
	for _, outputs := range [][]int{nil, {-1}, {1000}, {tinyHalf}} {
		if _, err := Convert(good, outputs...); err == nil {
			t.Errorf("outputs %v were taken", outputs)
		}
	}
	if _, err := Convert([]byte("a text, no network"), 0); err == nil {
		t.Error("a text was taken")
	}
}

func TestCutFiles(t *testing.T) {
	tiny := newTinyNet().bytes()
	for n := range tiny {
		if _, err := Convert(tiny[:n], tinyWide); err == nil {
			t.Errorf("the first %d of %d bytes were taken", n, len(tiny))
		}
	}
	real := installed(t)
	for n := 0; n < len(real)/2; n += 2003 {
		if _, err := Convert(real[:n], scoresFine); err == nil {
			t.Errorf("the first %d of %d bytes were taken", n, len(real))
		}
	}
}

// TestAlteredFiles sets words of a file to extreme values: whatever comes of
// it, it must not panic.
func TestAlteredFiles(t *testing.T) {
	extremes := []uint32{0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, 0x10000}
	try := func(file []byte, at, output int) {
		for _, v := range extremes {
			changed := slices.Clone(file)
			binary.LittleEndian.PutUint32(changed[at:], v)
			Convert(changed, output)
		}
	}
	tiny := newTinyNet().bytes()
	for at := range len(tiny) - 4 {
		try(tiny, at, tinyWide)
	}
	real := installed(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		try(real, rng.IntN(len(real)-4), scoresFine)
	}
}

// installed returns the detector's file, the smaller of the two, or skips.
func installed(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile("models/" + detectorFile.name)
	if err != nil {
		t.Skip("the face networks are not installed: run `make setup`")
	}
	return file
}

func FuzzConvert(f *testing.F) {
	tiny := newTinyNet().bytes()
	f.Add(tiny, tinyWide)
	f.Add(tiny[:len(tiny)/2], tinyOut)
	f.Add([]byte("\x08\x00\x00\x00TFL3"), 0)
	f.Fuzz(func(t *testing.T, file []byte, output int) {
		onnx, err := Convert(file, output)
		if err == nil {
			nodeKinds(t, onnx) // must be well-formed
		}
	})
}

func TestEmbedded(t *testing.T) {
	for name, load := range map[string]func() ([]byte, error){"landmark": Landmark, "detector": Detector} {
		onnx, err := load()
		if errors.Is(err, ErrNoModels) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		count := map[string]int{}
		for _, k := range nodeKinds(t, onnx) {
			count[k]++
		}
		// Convolutions of the TFLite graphs, plain and depthwise; those of one
		// place become products.
		want := map[string]int{"landmark": 25 + 20, "detector": 21 + 16}[name]
		if got := count["Conv"] + count["Gemm"]; got != want {
			t.Errorf("%s: %d convolutions, want %d", name, got, want)
		}
	}
}

func TestFloat16(t *testing.T) {
	tests := []struct {
		half uint16
		want float64
	}{
		{0x0000, 0}, {0x8000, math.Copysign(0, -1)}, {0x3c00, 1}, {0xc000, -2}, {0x3555, 0.333251953125},
		{0x7bff, 65504}, {0x0400, math.Pow(2, -14)}, {0x0001, math.Pow(2, -24)}, {0x83ff, -1023 * math.Pow(2, -24)},
		{0x7c00, math.Inf(1)}, {0xfc00, math.Inf(-1)},
	}
	for _, tt := range tests {
		got := float16(tt.half)
		if float64(got) != tt.want || math.Signbit(float64(got)) != math.Signbit(tt.want) {
			t.Errorf("float16(%#04x) = %g, want %g", tt.half, got, tt.want)
		}
	}
	if got := float16(0x7e00); got == got {
		t.Errorf("float16(0x7e00) = %g, want NaN", got)
	}
}
