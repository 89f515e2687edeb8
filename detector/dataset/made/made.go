package made

import (
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/video"
)

// Sample returns a sample of noise in which mouths and sound change together.
func Sample(seed uint64, frames int) *dataset.Sample {
	rng := rand.New(rand.NewPCG(seed, 9))
	s := &dataset.Sample{Frames: frames, Faces: frames, Crops: make([]byte, frames*dataset.MouthSize), Seen: make([]bool, frames),
		Mel: make([]float32, frames*dataset.MelRow), Voiced: make([]bool, frames), Level: make([]float32, frames),
		Lips: make([]float32, frames*40), Jaw: make([]float32, frames*34), Eyes: make([]float32, frames), Yaw: make([]float32, frames)}
	for t := range frames {
		v := rng.Float64()
		s.Seen[t], s.Voiced[t], s.Level[t], s.Eyes[t] = true, true, -20, 60
		for i := range dataset.MouthSize {
			s.Crops[t*dataset.MouthSize+i] = byte(255 * v * float64(i%video.CropSize) / video.CropSize)
		}
		for i := range dataset.MelRow {
			s.Mel[t*dataset.MelRow+i] = float32(2*v - 1 + 0.1*rng.NormFloat64())
		}
	}
	return s
}

// Voice returns a sound of n frames whose log-mel is noise around a fixed spectrum. shape
// scales the spectrum's variation over the bands, which distinguishes voices.
func Voice(seed uint64, shape float64, n int) *audio.Sound {
	rng := rand.New(rand.NewPCG(seed, 7))
	s := &audio.Sound{Mel: make([]audio.LogPower, n*dataset.MelRow), Level: make([]float32, n), Voiced: make([]bool, n), Frames: n, Steps: n * audio.StepsPerFrame}
	for i := range s.Mel {
		band := float64(i % audio.Bands)
		s.Mel[i] = audio.LogPower(2048 * (16 + shape*math.Cos(band/4) + rng.NormFloat64()))
	}
	for t := range s.Voiced {
		s.Voiced[t] = true
	}
	return s
}
