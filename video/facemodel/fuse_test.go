package facemodel

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestFuseTiny checks the layers of the tiny network. Its constants are 0, 1, 2, ... in the
// file's order.
func TestFuseTiny(t *testing.T) {
	// count returns a matrix (rows, n) whose element (r, k) is r + k*step.
	count := func(rows, n, step int) []float32 {
		var s []float32
		for r := range rows {
			for k := range n {
				s = append(s, float32(r+k*step))
			}
		}
		return s
	}
	want := []Layer{
		{
			In: tinyIn, Out: tinyOut, InShape: [3]int{4, 4, 2}, OutShape: [3]int{2, 2, 3}, Stride: 2, Window: 3,
			Point: count(3*3*2, 3, 3*3*2), PointBias: count(1, 3, 1), Slope: count(1, 3, 1),
		},
		{
			In: tinyOut, Out: tinyEnd, InShape: [3]int{2, 2, 3}, OutShape: [3]int{2, 2, 4}, Stride: 1, Pad: 1, Window: 1,
			Depth: count(1, 3*3*3, 1), DepthBias: count(1, 3, 1),
			Point: count(3, 4, 3), PointBias: count(1, 4, 1), Skip: SkipSame, Slope: make([]float32, 4),
		},
	}
	for _, test := range []struct {
		name    string
		outputs []int
		layers  int
	}{{"all", []int{tinyEnd}, 2}, {"unneeded layers are left out", []int{tinyOut}, 1}} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Fuse(newTinyNet().bytes(), test.outputs...)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want[:test.layers]) {
				t.Errorf("got %+v, want %+v", got, want[:test.layers])
			}
		})
	}
}

func TestFuseErrors(t *testing.T) {
	for _, test := range []struct {
		name    string
		corrupt func(*tinyNet)
		want    string
	}{
		{"no operators", func(n *tinyNet) { n.operators = nil }, "no layer ends with tensor"},
		{"missing input", func(n *tinyNet) { n.inputs = int32s{99} }, "tensor 99 does not exist"},
		{"operator on a missing tensor", func(n *tinyNet) { n.operators[tinyPRelu][1] = int32s{-2} }, "tensor -2 does not exist"},
		{"operator without input", func(n *tinyNet) { n.operators[tinyPRelu][1] = int32s{} }, "no input"},
		{"convolution without input", func(n *tinyNet) { n.operators[tinyConvolve][1] = int32s{-1, tinyWeights, tinyBias} }, "convolution without input"},
		{"convolution without weights", func(n *tinyNet) { n.operators[tinyConvolve][1] = int32s{tinyIn, -1, tinyBias} }, "constant is missing"},
		{"no bias", func(n *tinyNet) { n.operators[tinyConvolve][1] = int32s{tinyIn, tinyWeights} }, "2 inputs, want 3"},
		{"missing operator code", func(n *tinyNet) { n.operators[tinyPRelu][0] = int32(9) }, "operator code 9, the file has 8"},
		{"operator of an unknown kind", func(n *tinyNet) { n.kinds[tinyPRelu] = fields{uint8(77)} }, "no earlier layer ends with tensor"},
		{"activation", func(n *tinyNet) { n.operators[tinyConvolve][4].(fields)[3] = uint8(1) }, "activation 1"},
		{"unknown padding", func(n *tinyNet) { n.operators[tinyConvolve][4].(fields)[0] = uint8(9) }, "padding kind 9"},
		{"no options", func(n *tinyNet) { n.operators[tinyConvolve] = n.operators[tinyConvolve][:3] }, "stride 0"},
		{"unequal strides", func(n *tinyNet) {
			n.operators[tinyConvolve][4].(fields)[1] = int32(4)
			n.tensors[tinyConv][0] = int32s{1, 2, 1, 3}
		}, "unequal strides"},
		{"operators out of order", func(n *tinyNet) {
			o := n.operators
			o[tinyConvolve], o[tinyPointwise] = o[tinyPointwise], o[tinyConvolve]
		}, "no earlier layer ends with tensor"},
		{"picture of three axes", func(n *tinyNet) { n.tensors[tinyIn][0] = int32s{4, 4, 2} }, "is not one picture"},
		{"shape with a zero", func(n *tinyNet) { n.tensors[tinyIn][0] = int32s{1, 0, 4, 2} }, "has invalid shape"},
		{"huge shape", func(n *tinyNet) { n.tensors[tinyIn][0] = int32s{1, 1 << 20, 1 << 20, 1 << 20} }, "has invalid shape"},
		{"output of the wrong size", func(n *tinyNet) { n.tensors[tinyConv][0] = int32s{1, 3, 2, 3} }, "want 2"},
		{"weights of the wrong shape", func(n *tinyNet) { n.tensors[tinyHalf][0] = int32s{3, 3, 2, 3} }, "do not fit input"},
		{"weights cut off", func(n *tinyNet) { n.buffers[1] = fields{blob(make([]byte, 10))} }, "10 bytes of data"},
		{"weights of integers", func(n *tinyNet) { n.tensors[tinyHalf][1] = uint8(9) }, "does not hold floats"},
		{"missing buffer", func(n *tinyNet) { n.tensors[tinyHalf][2] = int32(50) }, "buffer 50"},
		{"slopes for other channels", func(n *tinyNet) { n.operators[tinyPRelu][1] = int32s{tinyConv, tinyHalf} }, "54 slopes"},
		{"window of another size", func(n *tinyNet) {
			n.tensors[tinyDepthWeights][0] = int32s{1, 1, 9, 3}
		}, "depthwise window of 1x9"},
		{"padding of the width", func(n *tinyNet) { n.buffers[6][0].(blob)[20] = 1 }, "unsupported padding [0 0 0 0 0 1 0 1]"},
		{"sum with another tensor", func(n *tinyNet) { n.operators[tinyAdd][1] = int32s{tinyIn, tinyPoint} }, "does not derive from the layer's input"},
		{"sum of another shape", func(n *tinyNet) { n.tensors[tinyEnd][0] = int32s{1, 2, 2, 9} }, "want [2 2 4]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := newTinyNet()
			test.corrupt(n)
			_, err := Fuse(n.bytes(), tinyEnd)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
	// With tinyEnd as an output too, tinyConv and tinySum lie inside a layer.
	for _, outputs := range [][]int{{-1}, {1000}, {tinyHalf}, {tinyConv, tinyEnd}, {tinySum, tinyEnd}} {
		if _, err := Fuse(newTinyNet().bytes(), outputs...); err == nil {
			t.Errorf("outputs %v: no error", outputs)
		}
	}
}

func TestFuseCutFiles(t *testing.T) {
	tiny := newTinyNet().bytes()
	for n := range tiny {
		if _, err := Fuse(tiny[:n], tinyEnd); err == nil {
			t.Errorf("the first %d of %d bytes: no error", n, len(tiny))
		}
	}
	full := installed(t)
	for n := 0; n < len(full)/2; n += 2003 {
		if _, err := Fuse(full[:n], scoresFine); err == nil {
			t.Errorf("the first %d of %d bytes: no error", n, len(full))
		}
	}
}

// TestFuseAlteredFiles sets words of a file to extreme values. Fuse must not panic.
func TestFuseAlteredFiles(t *testing.T) {
	extremes := []uint32{0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, 0x10000}
	try := func(file []byte, at, output int) {
		for _, v := range extremes {
			changed := slices.Clone(file)
			binary.LittleEndian.PutUint32(changed[at:], v)
			Fuse(changed, output)
		}
	}
	tiny := newTinyNet().bytes()
	for at := range len(tiny) - 4 {
		try(tiny, at, tinyEnd)
	}
	full := installed(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		try(full, rng.IntN(len(full)-4), scoresFine)
	}
}

// installed returns the detector's file, the smaller of the two, or skips the test.
func installed(t *testing.T) []byte {
	t.Helper()
	file, err := Detector()
	if errors.Is(err, ErrNoModels) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestFuse counts the kinds of layers of both networks. The wanted numbers were counted in
// the files.
func TestFuse(t *testing.T) {
	for _, test := range []struct {
		name                                          string
		load                                          func() ([]Layer, []int, error)
		outputs, windows, depth, pooled, same, layers int
	}{
		// The first convolution and the last two have windows, two reduce the channels of the
		// heads, all others are depthwise; six halve the size.
		{"mesh", LandmarkLayers, 2, 3, 20, 6, 14, 25},
		// The first convolution is 5x5, four compute the outputs, all others are depthwise; three
		// halve the size.
		{"detector", DetectorLayers, 4, 1, 16, 3, 13, 21},
	} {
		t.Run(test.name, func(t *testing.T) {
			layers, outputs, err := test.load()
			if errors.Is(err, ErrNoModels) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			var windows, depth, same, pooled int
			for _, l := range layers {
				switch l.Skip {
				case SkipSame:
					same++
				case SkipPool:
					pooled++
				}
				if l.Window > 1 {
					windows++
				}
				if l.Depth != nil {
					depth++
				}
			}
			if len(outputs) != test.outputs || windows != test.windows || depth != test.depth || pooled != test.pooled || same != test.same || len(layers) != test.layers {
				t.Errorf("%d outputs of %d layers: %d windows, %d depthwise, %d skips, %d pooled skips",
					len(outputs), len(layers), windows, depth, same, pooled)
			}
		})
	}
}

func TestFuseRefuses(t *testing.T) {
	if _, err := Fuse([]byte("no network"), 0); err == nil {
		t.Error("got no error for text")
	}
	file, err := Landmark()
	if err != nil {
		t.Skip(err)
	}
	for _, test := range []struct {
		name    string
		outputs []int
	}{
		{"missing tensor", []int{1 << 20}},
		{"a tensor inside a layer", []int{8}},
		{"a constant", []int{269}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Fuse(file, test.outputs...); err == nil {
				t.Error("got no error")
			}
		})
	}
}

// FuzzFuse looks for files that make Fuse panic, hang or return inconsistent layers.
func FuzzFuse(f *testing.F) {
	tiny := newTinyNet().bytes()
	f.Add(tiny, tinyEnd)
	f.Add(tiny[:len(tiny)/2], tinyOut)
	if file, err := Landmark(); err == nil {
		f.Add(file, meshTensor)
	}
	f.Fuzz(func(t *testing.T, file []byte, output int) {
		layers, err := Fuse(file, output)
		for _, l := range layers {
			if err != nil || len(l.PointBias) != l.OutShape[2] {
				t.Errorf("inconsistent layers, error %v", err)
			}
		}
	})
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
