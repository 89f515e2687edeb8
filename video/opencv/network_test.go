package opencv

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"gocv.io/x/gocv"

	"github.com/deepcheck/deepcheck/video/facemodel"
	"github.com/deepcheck/deepcheck/video/facenet"
)

// runONNX reads a network and runs it on one input (1, 3, side, side).
func runONNX(t *testing.T, onnx []byte, input []float32, side int) []float32 {
	t.Helper()
	net, err := gocv.ReadNetFromONNXBytes(onnx)
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	raw := unsafe.Slice((*byte)(unsafe.Pointer(&input[0])), 4*len(input))
	blob, err := gocv.NewMatWithSizesFromBytes([]int{1, 3, side, side}, gocv.MatTypeCV32F, raw)
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	net.SetInput(blob, "")
	out := net.Forward(facemodel.OutputName)
	defer out.Close()
	values, err := out.DataPtrFloat32()
	if err != nil {
		t.Fatal(err)
	}
	return append([]float32(nil), values...)
}

// TestLayers compares what OpenCV makes of the converted networks with the plain
// reference: first every layer, then the networks as they are used, where
// OpenCV may fuse layers.
func TestLayers(t *testing.T) {
	tests := []struct {
		name, file string
		side       int
		low, high  float32
		onnx       func() ([]byte, error)
		outputs    []int
	}{
		{"landmark", "face_landmark.tflite", 192, 0, 1, facemodel.Landmark, []int{213, 210}},
		{"detector", "face_detection_short_range.tflite", 128, -1, 1, facemodel.Detector, []int{160, 163, 166, 169}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, ref := readReference(t, tt.file)
			planar, packed := pattern(tt.side, tt.low, tt.high)
			computed := ref.run(t, packed)

			onnx, err := facemodel.Convert(file, computed...)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, ref, computed, runONNX(t, onnx, planar, tt.side))

			if onnx, err = tt.onnx(); err != nil {
				t.Fatal(err)
			}
			compare(t, ref, tt.outputs, runONNX(t, onnx, planar, tt.side))
		})
	}
}

// pattern draws a picture (3, side, side) and the same as (side, side, 3). It is
// coarse: pure noise averages out and tests little.
func pattern(side int, low, high float32) (planar []float32, packed []float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	planar = make([]float32, 3*side*side)
	packed = make([]float64, len(planar))
	for c := range 3 {
		var grid [17][17]float32
		for i := range grid {
			for j := range grid[i] {
				grid[i][j] = low + (high-low)*rng.Float32()
			}
		}
		for p := range side * side {
			v := grid[p/side*17/side][p%side*17/side]
			planar[c*side*side+p] = v
			packed[3*p+c] = float64(v)
		}
	}
	return planar, packed
}

// TestFused compares the networks in layers, as they are used, with the plain
// reference: at the end of every layer.
func TestFused(t *testing.T) {
	tests := []struct {
		name, file    string
		side          int
		scale, offset float64
		outputs       []int
	}{
		{"landmark", "face_landmark.tflite", facemodel.LandmarkSize, 1.0 / 255, 0, []int{213, 210}},
		{"detector", "face_detection_short_range.tflite", facemodel.DetectorSize, 1 / 127.5, -1, []int{160, 163, 166, 169}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, ref := readReference(t, tt.file)
			_, packed := pattern(tt.side, 0, 255)
			pixels := make([]byte, len(packed))
			for i, v := range packed {
				pixels[i] = byte(v)
				packed[i] = float64(pixels[i])*tt.scale + tt.offset
			}
			ref.run(t, packed)
			layers, err := facemodel.Fuse(file, tt.outputs...)
			if err != nil {
				t.Fatal(err)
			}
			var ends []int
			for _, l := range layers {
				ends = append(ends, l.Out)
			}
			net, err := facenet.New(layers, ends...)
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			got, err := net.Run(pixels, float32(tt.scale), float32(tt.offset))
			if err != nil {
				t.Fatal(err)
			}
			// compare wants CHW.
			var planar []float32
			for _, l := range layers {
				c, n := l.OutShape[2], l.OutShape[0]*l.OutShape[1]
				for k := range c {
					for p := range n {
						planar = append(planar, got[p*c+k])
					}
				}
				got = got[n*c:]
			}
			compare(t, ref, ends, planar)
		})
	}
}

// compare checks joined outputs (each CHW) against the reference's tensors (HWC)
// within 1e-5 of each tensor's largest number.
func compare(t *testing.T, ref *refGraph, tensors []int, got []float32) {
	t.Helper()
	worst := 0.0
	for _, i := range tensors {
		want := ref.tensors[i]
		n := len(want.values)
		if n > len(got) {
			t.Fatalf("tensor %d: %d numbers are left, want %d", i, len(got), n)
		}
		most := 0.0
		for _, v := range want.values {
			most = math.Max(most, math.Abs(v))
		}
		c := want.shape[3]
		for k, v := range want.values {
			g := float64(got[k%c*(n/c)+k/c])
			d := math.Abs(g-v) / most
			worst = math.Max(worst, d)
			if !(d <= 1e-5) {
				t.Fatalf("tensor %d %v at %d: got %g, want %g (largest %g)", i, want.shape, k, g, v, most)
			}
		}
		got = got[n:]
	}
	if len(got) != 0 {
		t.Errorf("%d numbers too many", len(got))
	}
	t.Logf("%d tensors, largest difference %.2g of the tensor's largest number", len(tensors), worst)
}
