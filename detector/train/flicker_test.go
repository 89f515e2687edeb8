package train

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

// madeFlicker returns a clip whose pictures change at random from frame to frame (fake) or
// smoothly (genuine).
func madeFlicker(label, source string, seed uint64) motionClip {
	m := madeMotionClip(label, source, "x", 1, 0)
	rng := rand.New(rand.NewPCG(seed, 1))
	for t := range m.Frames {
		crop := m.Crops[t*dataset.MouthSize : (t+1)*dataset.MouthSize]
		for i := range crop {
			if label == dataset.Fake { // every pixel at random
				crop[i] = byte(100 + rng.IntN(40))
			} else { // a wave that moves across the picture
				crop[i] = byte(120 + 20*math.Sin(float64(i%96+4*t)/15+float64(seed)))
			}
		}
		m.Seen[t] = true
	}
	return m
}

// fitAndScoreFlicker returns the scores of clips by a flicker detector fitted on others.
func fitAndScoreFlicker(t *testing.T, from, of []motionClip) []motionResult {
	t.Helper()
	p := network.NewParams(1)
	if err := fitFlicker(context.Background(), p, from, 60, 1); err != nil {
		t.Fatal(err)
	}
	all, err := scoreMotion(p, of)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFlickerSeparatesClasses(t *testing.T) {
	var in, out []motionClip
	for i := range uint64(4) {
		source := string(rune('a' + i))
		in = append(in, madeFlicker(dataset.Real, source, i), madeFlicker(dataset.Fake, source, i))
		out = append(out, madeFlicker(dataset.Real, source, i+10), madeFlicker(dataset.Fake, source, i+10))
	}
	for _, m := range fitAndScoreFlicker(t, in, out) {
		if fake := m.Label == dataset.Fake; (m.Flicker > 0) != fake {
			t.Errorf("%s of %s: logit %.2f", m.Label, m.Source, m.Flicker)
		}
	}
}

// Without clips of both classes the flicker detector is muted.
func TestFlickerOfOneClassIsZero(t *testing.T) {
	in := []motionClip{madeFlicker(dataset.Real, "a", 1), madeFlicker(dataset.Dubbed, "b", 2)}
	for _, m := range fitAndScoreFlicker(t, in, in) {
		if m.Flicker != 0 {
			t.Errorf("%s of %s: logit %v, want 0", m.Label, m.Source, m.Flicker)
		}
	}
}

// Sources weigh by the square root of their number of clips; a dubbed mouth is genuine.
func TestFlickerPools(t *testing.T) {
	var clips []motionClip
	for range 9 {
		clips = append(clips, madeMotionClip(dataset.Fake, "large", "x", 1, 0))
	}
	clips = append(clips, madeMotionClip(dataset.Fake, "small", "x", 1, 0), madeMotionClip(dataset.Dubbed, "dubs", "swap", 1, 0))
	pools := flickerPools(clips)
	if len(pools[0].groups) != 1 || pools[0].groups[0][0].Source != "dubs" {
		t.Errorf("genuine: %d sources", len(pools[0].groups))
	}
	if s := pools[1].shares; len(s) != 2 || s[0] != 3 || s[1] != 1 {
		t.Errorf("shares of the generated sources %v, want 3 and 1", s)
	}
}

func TestSeenWindows(t *testing.T) {
	s := madeExample(1, "a", 30).Sample
	for i := range s.Seen {
		s.Seen[i] = i != 10
	}
	got := seenWindows(s)
	for _, first := range got {
		if first <= 10 && first+network.FlickerSpan > 10 {
			t.Errorf("the window from %d includes frame 10", first)
		}
	}
	if want := 10 - network.FlickerSpan + 1 + 19 - network.FlickerSpan + 1; len(got) != want {
		t.Errorf("%d windows, want %d", len(got), want)
	}
}
