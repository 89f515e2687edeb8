package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
)

// A longer vocal tract has lower formants.
func TestBandWarpMovesFormants(t *testing.T) {
	for _, factor := range []float64{0.9, 1, 1.1} {
		tone := &soundChange{bandWarp: warpBands(factor), gain: 1, floor: -100}
		mel := make([]float32, network.Bands)
		mel[20] = 3
		tone.apply(mel, rand.New(rand.NewPCG(1, 1)))
		var sum, at float64
		for b, v := range mel {
			sum, at = sum+float64(v), at+float64(v)*float64(b)
		}
		want := audio.MelBand(audio.MelHertz(20) / factor)
		if math.Abs(at/sum-want) > 0.5 {
			t.Errorf("factor %.1f: formant at band %.2f, want %.2f", factor, at/sum, want)
		}
	}
}
