package detector

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/weights"
)

// weightsOf returns a weights file of random parameters.
func weightsOf(p *network.Params) *weights.File {
	f := &weights.File{Header: weights.Header{Mel: MelSettings()}}
	for _, q := range p.List() {
		f.Tensors = append(f.Tensors, weights.Tensor{Name: q.Name, Shape: q.Shape, Data: q.Data})
	}
	return f
}

func TestLoadParams(t *testing.T) {
	want := network.NewParams(1)
	got, err := LoadParams(weightsOf(want))
	if err != nil || !reflect.DeepEqual(got.List(), want.List()) {
		t.Errorf("the parameters differ, %v", err)
	}
	for _, test := range []struct {
		name, want string
		change     func(f *weights.File)
	}{
		{"other sound settings", "made for sound", func(f *weights.File) { f.Mel.Hop++ }},
		{"missing tensor", "missing tensor", func(f *weights.File) { f.Tensors = f.Tensors[1:] }},
		{"unknown tensor", `"other"`, func(f *weights.File) { f.Tensors[0].Name = "other" }},
		{"wrong shape", "want", func(f *weights.File) { f.Tensors[0].Shape = slices.Concat(f.Tensors[0].Shape, []int{2}) }},
	} {
		f := weightsOf(network.NewParams(1))
		test.change(f)
		if _, err := LoadParams(f); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
		if m, err := NewModel(f, new(fixedFace)); err == nil {
			t.Errorf("%s: model %v", test.name, m)
		}
	}
}
