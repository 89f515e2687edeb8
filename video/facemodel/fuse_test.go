package facemodel

import "testing"

// TestFuse reads the mesh network as layers: what its operators come to.
func TestFuse(t *testing.T) {
	layers, outputs, err := LandmarkLayers()
	if err != nil {
		t.Skip(err)
	}
	if len(outputs) != 2 {
		t.Fatalf("%d outputs, want 2", len(outputs))
	}
	var windows, depth, same, pooled int
	for _, l := range layers {
		switch l.Skip {
		case SkipSame:
			same++
		case SkipPool:
			pooled++
		}
		if l.Window {
			windows++
		}
		if l.Depth != nil {
			depth++
		}
	}
	// Counted in the file: the first convolution and both last ones see
	// windows, two narrow the heads, all others are depthwise; six halve.
	if windows != 3 || depth != 20 || pooled != 6 || same != 14 || len(layers) != 25 {
		t.Errorf("%d layers: %d windows, %d depthwise, %d of them after a skip, %d after a pooled one", len(layers), windows, depth, same, pooled)
	}
}

func TestFuseRefuses(t *testing.T) {
	if _, err := Fuse([]byte("no network"), 0); err == nil {
		t.Error("got no error for text")
	}
	file, err := read(landmarkFile)
	if err != nil {
		t.Skip(err)
	}
	for _, test := range []struct {
		name    string
		outputs []int
	}{
		{"no such tensor", []int{1 << 20}},
		{"a tensor inside a layer", []int{8}},
		{"a constant", []int{269}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Fuse(file, test.outputs...); err == nil {
				t.Error("got no error")
			}
		})
	}
	if _, err := read(detectorFile); err == nil {
		file, _ := read(detectorFile)
		if _, err := Fuse(file, scoresFine); err == nil {
			t.Error("got no error for the detector, whose layers are others")
		}
	}
}

// FuzzFuse looks for files that make Fuse panic or run away.
func FuzzFuse(f *testing.F) {
	tiny := newTinyNet().bytes()
	f.Add(tiny, tinyWide)
	f.Add(tiny[:len(tiny)/2], tinyOut)
	if file, err := read(landmarkFile); err == nil {
		f.Add(file, meshTensor)
	}
	f.Fuzz(func(t *testing.T, file []byte, output int) {
		layers, err := Fuse(file, output)
		for _, l := range layers {
			if err != nil || len(l.PointBias) != l.OutShape[2] {
				t.Errorf("layers that do not fit, and error %v", err)
			}
		}
	})
}
