package train

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
)

// A tone is one random way in which a clip's normalised log-mel is changed.
type soundChange struct {
	bandWarp [network.Bands]float32 // the band, with fraction, whose place a band takes
	gain     float32
	offset   [network.Bands]float32
	floor    float32
	noise    float64
	masked   [2]int // bands from, to that are flat
}

// throats is how far formants are moved: a vocal tract is that much longer or shorter.
const maxBandWarp = 0.13

// drawTone draws a change of the length of the vocal tract (Jaitly & Hinton 2013,
// VTLP), level, tilt, noise floor and band limits.
func drawSoundChange(rng *rand.Rand) *soundChange {
	t := &soundChange{bandWarp: warpBands(math.Exp(maxBandWarp * (2*rng.Float64() - 1))), gain: float32(1 + 0.15*(2*rng.Float64()-1)), floor: -100, noise: 0.15 * rng.Float64()}
	tilt, bend, phase := 0.5*(2*rng.Float64()-1), 0.3*rng.Float64(), 2*math.Pi*rng.Float64()
	for b := range t.offset {
		x := float64(b)/network.Bands - .5
		t.offset[b] = float32(tilt*x + bend*math.Sin(6*x+phase))
	}
	if rng.IntN(2) == 0 {
		t.floor = float32(-2 + 1.8*rng.Float64())
	}
	if rng.IntN(3) == 0 { // some bands tell nothing (Park et al. 2019, SpecAugment)
		t.masked[0] = rng.IntN(network.Bands)
		t.masked[1] = t.masked[0] + 1 + rng.IntN(8)
	}
	if rng.IntN(4) == 0 { // a narrow line: the upper or lower bands are lost
		from, to := 0, 2+rng.IntN(5)
		if rng.IntN(2) == 0 {
			from, to = network.Bands-2-rng.IntN(10), network.Bands
		}
		for b := from; b < to; b++ {
			t.offset[b] = -4
		}
	}
	return t
}

// throat says for every mel band which one holds the frequencies that are so many
// times as high.
func warpBands(factor float64) (from [network.Bands]float32) {
	const top = network.Bands - 1
	for b := range from {
		at := audio.MelBand(factor * audio.MelHertz(float64(b)))
		from[b] = float32(min(max(at, 0), top))
	}
	return from
}

func (t *soundChange) apply(mel []float32, rng *rand.Rand) {
	var row [network.Bands]float32
	for step := 0; step+network.Bands <= len(mel); step += network.Bands {
		copy(row[:], mel[step:])
		for b, at := range t.bandWarp {
			i := min(int(at), network.Bands-2)
			f := at - float32(i)
			mel[step+b] = row[i]*(1-f) + row[i+1]*f
		}
	}
	for i, v := range mel {
		v = v*t.gain + t.offset[i%network.Bands]
		v = max(v, t.floor) + float32(t.noise*3.46*(rng.Float64()-.5))
		if b := i % network.Bands; b >= t.masked[0] && b < t.masked[1] {
			v = 0
		}
		mel[i] = min(max(v, -4), 4)
	}
}
