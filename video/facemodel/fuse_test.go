package facemodel

import "testing"

// TestFuse reads the networks as layers: what their operators come to. The numbers are
// counted in the files.
func TestFuse(t *testing.T) {
	for _, test := range []struct {
		name                                          string
		load                                          func() ([]Layer, []int, error)
		outputs, windows, depth, pooled, same, layers int
	}{
		// The first convolution and both last ones see windows, two narrow the heads, all
		// others are depthwise; six halve.
		{"mesh", LandmarkLayers, 2, 3, 20, 6, 14, 25},
		// A first convolution of 5x5, four that give the results, all others depthwise; three halve.
		{"detector", DetectorLayers, 4, 1, 16, 3, 13, 21},
	} {
		t.Run(test.name, func(t *testing.T) {
			layers, outputs, err := test.load()
			if err != nil {
				t.Skip(err)
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
				t.Errorf("%d outputs of %d layers: %d windows, %d depthwise, %d of them after a skip, %d after a pooled one",
					len(outputs), len(layers), windows, depth, same, pooled)
			}
		})
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
