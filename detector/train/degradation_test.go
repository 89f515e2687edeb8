package train

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestDegradationIsBounded(t *testing.T) {
	var heights []int
	for seed := range uint64(300) {
		w := drawDegradation(rand.New(rand.NewPCG(seed, 6)))
		if w != drawDegradation(rand.New(rand.NewPCG(seed, 6))) {
			t.Fatal("the same seed draws another degradation")
		}
		if w.CRF < 24 || w.CRF > 42 || w.Height%2 != 0 || w.Height > 240 || w.SoundBitRate < 16000 {
			t.Errorf("%+v", w)
		}
		heights = append(heights, w.Height)
	}
	if slices.Min(heights) != 0 || slices.Max(heights) < 200 {
		t.Errorf("heights from %d to %d", slices.Min(heights), slices.Max(heights))
	}
}
