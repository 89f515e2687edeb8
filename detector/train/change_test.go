package train

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/dataset/made"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// The scale is deterministic, fitted to clips of several sources, and zero with a single source.
func TestFitChange(t *testing.T) {
	o := &Options{Work: t.TempDir(), Seed: 1, Log: t.Logf}
	c := &corpus{split: Split{"a": ForHead, "b": ForTowers, "c": ForTowers, "held": HeldOut}, auxiliary: map[string]bool{"c": true}}
	for i := range 16 {
		source := []string{"a", "b", "c", "held"}[i%4]
		e := &example{Clip: dataset.Clip{File: source, Label: dataset.Real, Source: source}, Sample: &dataset.Sample{Hash: string(rune('a' + i)), Frames: 100}}
		c.examples = append(c.examples, e)
		if err := dataset.KeepSound(filepath.Join(o.Work, "clips"), e.Hash, made.Voice(uint64(i), float64(i%4), 100)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := network.NewRunner(network.NewParams(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	scale, err := fitChange(t.Context(), r, o, c)
	if err != nil {
		t.Fatal(err)
	}
	if scale.Slope <= 0 || math.Abs(scale.MaxLogLR-math.Log10(8)) > 1e-9 {
		t.Errorf("%+v, want a positive slope, bounded by the 8 clips of sources a and b", scale)
	}
	if again, err := fitChange(t.Context(), r, o, c); err != nil || again != scale {
		t.Errorf("second fit: %+v, %v", again, err)
	}
	c.auxiliary["b"] = true
	if scale, err := fitChange(t.Context(), r, o, c); err != nil || scale != (verdict.LRScale{}) {
		t.Errorf("one source: %+v, %v", scale, err)
	}
}
