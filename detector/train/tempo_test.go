package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

// madeCounting returns a sample whose frame t has the grey value 2t and the sound t.
func madeCounting(frames int) *dataset.Sample {
	s := &dataset.Sample{Frames: frames, Crops: make([]byte, frames*dataset.MouthSize), Lips: make([]float32, frames*40), Jaw: make([]float32, frames*34),
		Mel: make([]float32, frames*dataset.MelRow), Seen: make([]bool, frames), Voiced: make([]bool, frames), Level: make([]float32, frames),
		Eyes: make([]float32, frames), Yaw: make([]float32, frames)}
	for t := range frames {
		for i := range dataset.MouthSize {
			s.Crops[t*dataset.MouthSize+i] = byte(2 * t)
		}
		for i := range dataset.MelRow {
			s.Mel[t*dataset.MelRow+i] = float32(t)
		}
	}
	return s
}

func TestTempoKeepsPictureAndSoundInSync(t *testing.T) {
	const frames, n, lag = 60, 20, 3
	s := madeCounting(frames)
	rng := rand.New(rand.NewPCG(2, 2))
	for _, p := range []tempo{originalTempo(10), {first: 5, rate: 1.12}, {first: 8, rate: .9, interpolate: true}, {first: 8, rate: 1.07, interpolate: true}} {
		crops, points := make([]float32, n*side), make([]float32, n*2*network.Points)
		p.mouths(crops, points, s, n, noImageChange(), rng)
		mel := make([]float32, n*dataset.MelRow)
		p.sound(mel, s.Mel, 0, lag)
		for i := range n {
			if got, want := float64(crops[i*side])/2, p.at(i); math.Abs(got-want) > .51 {
				t.Errorf("%+v: frame %d shows %.2f, want %.2f", p, i, got, want)
			}
			// The middle of the four steps of the frame.
			if got, want := float64(mel[i*dataset.MelRow+dataset.MelRow/2]), p.at(i)+lag; math.Abs(got-want) > 1 {
				t.Errorf("%+v: frame %d sounds like %.2f, want %.2f", p, i, got, want)
			}
		}
	}
}

func TestTempoStaysInTheClip(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 5))
		p := drawTempo(rng, 44, 60)
		if p.first < 0 || p.at(43) >= 60 {
			t.Errorf("seed %d: frames %.1f to %.1f of 60", seed, p.first, p.at(43))
		}
		if p := drawTempo(rng, 44, 40); p.rate > 1 {
			t.Errorf("seed %d: a clip that is too short is accelerated (%.2f)", seed, p.rate)
		}
	}
}

func TestSampleIsFittedToLength(t *testing.T) {
	for _, n := range []int{8, 10, 13} {
		s := madeCounting(10).Fitted(n)
		if len(s.Crops) != n*dataset.MouthSize || len(s.Mel) != n*dataset.MelRow || len(s.Seen) != n || len(s.Lips) != n*40 || len(s.Jaw) != n*34 || s.Frames != n {
			t.Errorf("%d frames: lengths %d, %d, %d", n, len(s.Crops), len(s.Mel), len(s.Seen))
		}
	}
	if s := madeCounting(10).Fitted(12); s.Crops[11*dataset.MouthSize] != 18 || s.Mel[11*dataset.MelRow] != audio.SilentValue || s.Seen[11] {
		t.Error("an extended clip does not repeat its last picture with silence")
	}
}
