package avsync

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

const width = 8

// randomWalk returns n unit vectors, (n, width), whose neighbours correlate as in speech.
func randomWalk(rng *rand.Rand, n int) []float32 {
	out := make([]float32, n*width)
	v := make([]float64, width)
	for t := range n {
		var sum float64
		for i := range v {
			v[i] = 0.5*v[i] + rng.NormFloat64()
			sum += v[i] * v[i]
		}
		for i := range v {
			out[t*width+i] = float32(v[i] / math.Sqrt(sum))
		}
	}
	return out
}

func ones(n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// delayed returns sounds (n+2·Search, width) whose row of frame t+lag equals the row of the mouths
// at t.
func delayed(rng *rand.Rand, mouths []float32, lag int) []float32 {
	n := len(mouths) / width
	out := randomWalk(rng, n+2*Search)
	copy(out[(Search+lag)*width:], mouths)
	return out
}

func TestEstimateFindsTheLag(t *testing.T) {
	for lag := -Search; lag <= Search; lag += 5 {
		rng := rand.New(rand.NewPCG(uint64(lag+100), 1))
		mouths := randomWalk(rng, 60)
		sounds := delayed(rng, mouths, lag)
		got := Estimate(Profile(mouths, sounds, width, Search, ones(60), ones(60+2*Search)))
		if got.Whole != lag {
			t.Errorf("lag %d: found %d", lag, got.Whole)
		}
		if math.Abs(got.Frames-float64(lag)) > 0.5 {
			t.Errorf("lag %d: refined to %.2f", lag, got.Frames)
		}
		if got.Confidence < 0.5 {
			t.Errorf("lag %d: perfect match has confidence %.2f", lag, got.Confidence)
		}
	}
}

func TestUnrelatedSoundGivesLittleConfidence(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	mouths := randomWalk(rng, 200)
	got := Estimate(Profile(mouths, randomWalk(rng, 200+2*Search), width, Search, ones(200), ones(200+2*Search)))
	if got.Confidence > 0.2 {
		t.Errorf("confidence %.2f", got.Confidence)
	}
}

func TestFramesWithoutWeightDoNotCount(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	mouths := randomWalk(rng, 60)
	sounds := delayed(rng, mouths, 3)
	mouthWeight, soundWeight := ones(60), ones(60+2*Search)
	want := Profile(mouths, sounds, width, Search, mouthWeight, soundWeight)
	// Replace 10 frames at one end of each by noise and give them no weight.
	for i := 0; i < 10*width; i++ {
		mouths[i] = float32(rng.NormFloat64())
		sounds[len(sounds)-1-i] = float32(rng.NormFloat64())
	}
	for i := range 10 {
		mouthWeight[i], soundWeight[len(soundWeight)-1-i] = 0, 0
	}
	got := Profile(mouths, sounds, width, Search, mouthWeight, soundWeight)
	if math.Abs(got[Search+3]-want[Search+3]) > 1e-5 {
		t.Errorf("likeness at the lag %.4f, want %.4f", got[Search+3], want[Search+3])
	}
}

func TestProfileWithoutWeights(t *testing.T) {
	got := Estimate(Profile(make([]float32, 5*width), make([]float32, (5+2*Search)*width), width, Search, make([]float32, 5), ones(5+2*Search)))
	if got.Whole != 0 || got.Frames != 0 || got.Confidence != 0 {
		t.Errorf("got %+v, want no lag without confidence", got)
	}
}

func TestEstimateFindsFractionsOfFrames(t *testing.T) {
	for _, want := range []float64{-2.4, -0.3, 0, 0.25, 4.4} {
		profile := make([]float64, 2*Search+1)
		for i := range profile {
			d := float64(i-Search) - want
			profile[i] = -d * d
		}
		if got := Estimate(profile).Frames; math.Abs(got-want) > 1e-9 {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestLagDuration(t *testing.T) {
	if got := (Lag{Frames: 2.5}).Duration(); got != 100*time.Millisecond {
		t.Errorf("got %v, want 100ms", got)
	}
}
