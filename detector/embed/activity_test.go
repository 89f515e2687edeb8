package embed

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/detector/network"
)

func TestMouthActivityOfAMouthThatStartsToMove(t *testing.T) {
	const n = 100
	mouths := make(Float32, n*network.Embed)
	f := &Mouths{Embeddings: mouths, Seen: make([]bool, n)}
	for t := range n {
		f.Seen[t] = true
		if t >= 50 { // idle before frame 50, then alternating by 0.5
			mouths[t*network.Embed+7] = float32(t%2) / 2
		}
	}
	activity := MouthActivity(f)
	for _, test := range []struct {
		frame int
		want  float64
	}{{0, 0}, {30, 0}, {38, 0}, {39, .5 / 24}, {50, .5 * 12 / 24}, {62, .5 * 24 / 24}, {99, .5}} {
		if got := float64(activity[test.frame]); math.Abs(got-test.want) > 1e-6 {
			t.Errorf("frame %d: %.4f, want %.4f", test.frame, got, test.want)
		}
	}
}

// Unseen frames repeat a neighbour's embedding, which must not count as an idle mouth.
func TestMouthActivityIgnoresUnseenFrames(t *testing.T) {
	mouths := make(Float32, 60*network.Embed)
	f := &Mouths{Embeddings: mouths, Seen: make([]bool, 60)}
	for t := range 60 {
		f.Seen[t] = t < 10 || t >= 40
		mouths[t*network.Embed] = float32(t % 2)
	}
	for t := 10; t < 40; t++ {
		mouths[t*network.Embed] = 1
	}
	activity := MouthActivity(f)
	if activity[5] != 1 || activity[12] != 1 || activity[45] != 1 {
		t.Errorf("activity %v, %v, %v, want 1", activity[5], activity[12], activity[45])
	}
	if !math.IsNaN(float64(activity[25])) {
		t.Errorf("activity %v without mouths, want NaN", activity[25])
	}
	if got := MouthActivity(&Mouths{}); len(got) != 0 {
		t.Errorf("%d values without frames", len(got))
	}
}
