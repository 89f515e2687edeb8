package network

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A constant picture, brightness and contrast do not change the result.
func TestFlickerInputIgnoresAppearance(t *testing.T) {
	const size, changed = Side * Side, (FlickerSpan - 1) * Side * Side
	rng := rand.New(rand.NewPCG(1, 1))
	mouths := make([]float32, FlickerSpan*size)
	fillNoise(rng, mouths)
	for i := range mouths {
		mouths[i] *= 1000 // so that leastFlicker is negligible
	}
	plain := make([]float32, changed)
	FlickerInput(plain, mouths)
	var squares float64
	for _, v := range plain {
		squares += float64(v) * float64(v)
	}
	if rms := math.Sqrt(squares / changed); math.Abs(rms-1) > 1e-2 {
		t.Errorf("root mean square %.4f, want 1", rms)
	}
	for i := range FlickerSpan { // another face in different light
		for k := range size {
			mouths[i*size+k] = mouths[i*size+k]/2 + float32(k%Side)
		}
	}
	other := make([]float32, changed)
	FlickerInput(other, mouths)
	for i, v := range other {
		if math.Abs(float64(v-plain[i])) > 1e-2 {
			t.Fatalf("change %d is %.4f for another face and light, want %.4f", i, v, plain[i])
		}
	}
	still := make([]float32, FlickerSpan*size)
	for i := range still {
		still[i] = float32(i % size)
	}
	FlickerInput(other, still)
	for i, v := range other {
		if v != 0 {
			t.Fatalf("change %d of a constant picture is %v, want 0", i, v)
		}
	}
}

// The changes of a pixel are adjacent, in order of time.
func TestFlickerInputOrder(t *testing.T) {
	const size = Side * Side
	mouths := make([]float32, FlickerSpan*size)
	mouths[3*size+5*Side+7] = 1000 // appears in the third change, disappears in the fourth
	changes := make([]float32, (FlickerSpan-1)*size)
	FlickerInput(changes, mouths)
	at := (5*Side + 7) * (FlickerSpan - 1)
	for i, v := range changes {
		if want := i == at+2 || i == at+3; (v != 0) != want {
			t.Errorf("change %d is %v", i, v)
		}
	}
	if changes[at+2] <= 0 || changes[at+3] != -changes[at+2] {
		t.Errorf("appears with %v, disappears with %v, want a positive number and its negative", changes[at+2], changes[at+3])
	}
}

func TestFlickerDoesNotDependOnOtherSpans(t *testing.T) {
	r, err := NewRunner(NewParams(1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	const in, n = FlickerSpan * Side * Side, 2*flickerBatch + 1
	mouths := make([]float32, n*in)
	fillNoise(rand.New(rand.NewPCG(1, 1)), mouths)
	all, err := r.Flicker(mouths)
	if err != nil || len(all) != n {
		t.Fatalf("%d logits, %v", len(all), err)
	}
	for _, s := range []int{0, flickerBatch + 2, n - 1} {
		one, err := r.Flicker(mouths[s*in : (s+1)*in])
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(float64(one[0]-all[s])) > 1e-5 {
			t.Errorf("span %d: logit %.6f alone, %.6f among all spans", s, one[0], all[s])
		}
	}
	if none, err := r.Flicker(nil); err != nil || len(none) != 0 {
		t.Errorf("no spans: got %v, %v", none, err)
	}
}

func TestScaleMotion(t *testing.T) {
	p := NewParams(1)
	r, err := NewRunner(p)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	mouths, features := make([]float32, FlickerSpan*Side*Side), make([]float32, MotionFeatures)
	fillNoise(rand.New(rand.NewPCG(1, 1)), mouths, features)
	p.byName["motion.bias"].Data[0], p.byName["flicker.5.bias"].Data[0] = .3, .4
	logits := func() [2]float64 {
		outline, err := r.Motion(features)
		if err != nil {
			t.Fatal(err)
		}
		flicker, err := r.Flicker(mouths)
		if err != nil {
			t.Fatal(err)
		}
		return [2]float64{float64(outline[0]), float64(flicker[0])}
	}
	before := logits()
	p.ScaleMotion(.5, 3)
	after := logits()
	for i, by := range []float64{.5, 3} {
		if want := by * before[i]; math.Abs(after[i]-want) > 1e-4*math.Abs(want) {
			t.Errorf("logit %d: %.5f, want %.5f", i, after[i], want)
		}
	}
}
