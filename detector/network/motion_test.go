package network

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Motion returns the logits of the regression on standardised features.
func TestSetMotion(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 3*motionBatch + 1
	features, standard := make([]float32, n*MotionFeatures), make([]float32, n*MotionFeatures)
	fillNoise(rng, features)
	weight, coefficients := make([]float64, n), make([]float64, MotionFeatures+1)
	for i := range weight {
		weight[i] = 1
	}
	for k := range coefficients {
		coefficients[k] = rng.NormFloat64()
	}
	p := NewParams(1)
	p.SetMotionScale(features, weight)
	p.Standardise(standard, features)
	p.SetMotion(coefficients)
	r, err := NewRunner(p)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	logits, err := r.Motion(features)
	if err != nil || len(logits) != n {
		t.Fatalf("%d logits, %v", len(logits), err)
	}
	for i, got := range logits {
		want := coefficients[MotionFeatures]
		for k := range MotionFeatures {
			want += coefficients[k] * float64(standard[i*MotionFeatures+k])
		}
		if math.Abs(float64(got)-want) > 1e-4 {
			t.Errorf("window %d: logit %.5f, want %.5f", i, got, want)
		}
	}
}
