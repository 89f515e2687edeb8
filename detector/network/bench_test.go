package network

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkTowerStep(b *testing.B) {
	c, err := NewTowerTrainer(NewParams(1), NewAdam(1e-4), 20, 28)
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range c.Stacks {
		c.Stacks[i] = float32(rng.NormFloat64())
	}
	for i := range c.Mel {
		c.Mel[i] = float32(rng.NormFloat64())
	}
	for i := range c.Weight {
		c.Weight[i] = 1
	}
	for b.Loop() {
		l, err := c.Step(1e-3)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(l, "nats")
	}
	b.ReportMetric(float64(b.N*20*28)/b.Elapsed().Seconds(), "frames/s")
}
