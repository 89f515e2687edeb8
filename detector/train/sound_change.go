package train

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
)

// A soundChange is a random change of a clip's normalised log-mel (augmentation).
type soundChange struct {
	bandWarp [network.Bands]float32 // source band of each band, with fraction
	gain     float32
	offset   [network.Bands]float32
	floor    float32
	noise    float64
	masked   [2]int // masked bands [from, to)
}

// maxBandWarp is the maximum change of the length of the vocal tract, as a log ratio.
const maxBandWarp = 0.13

// drawSoundChange draws a change of vocal tract length (VTLP, Jaitly & Hinton 2013), level, tilt,
// noise floor and band limits, and masked bands (SpecAugment, Park et al. 2019).
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
	if rng.IntN(3) == 0 { // masked bands
		t.masked[0] = rng.IntN(network.Bands)
		t.masked[1] = t.masked[0] + 1 + rng.IntN(8)
	}
	if rng.IntN(4) == 0 { // band-limited channel without the lowest or highest bands
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

// warpBands returns for every mel band the band at factor times its frequency.
func warpBands(factor float64) (from [network.Bands]float32) {
	const top = network.Bands - 1
	for b := range from {
		at := audio.MelBand(factor * audio.MelHertz(float64(b)))
		from[b] = float32(min(max(at, 0), top))
	}
	return from
}

// apply changes mel (steps, Bands) in place.
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
