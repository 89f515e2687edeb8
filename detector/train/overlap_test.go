package train

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
)

// madeVoice returns a clip with a synthetic voice: a group of bands around a centre that change
// together periodically.
func madeVoice(seed uint64, source string, frames int) *example {
	e := madeExample(seed, source, frames)
	rng := rand.New(rand.NewPCG(seed, 2))
	centre, period := rng.Float64()*network.Bands, 2+3*rng.Float64()
	for step := range frames * audio.StepsPerFrame {
		loud := math.Sin(float64(step)/period + 6*period)
		for b := range network.Bands {
			d := (float64(b) - centre) / 4
			e.Mel[step*network.Bands+b] = float32(2*math.Exp(-d*d)*loud + .1*rng.NormFloat64())
		}
	}
	for t := range e.Voiced {
		e.Voiced[t], e.Level[t] = true, -30
	}
	return e
}

func madeVoiceCorpus(sources int) *corpus {
	c := &corpus{split: Split{}, hash: "made"}
	for i := range sources {
		source := string(rune('a' + i))
		c.split[source] = ForTowers
		for k := range 3 {
			c.examples = append(c.examples, madeVoice(uint64(10*i+k), source, 80))
		}
	}
	return c
}

// runnerOf returns a runner for the parameters of a state, closed at the end of the test.
func runnerOf(t *testing.T, s *state) *network.Runner {
	t.Helper()
	r, err := network.NewRunner(s.params)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// With one source there is no second voice: the detector is muted.
func TestOverlapOfOneSourceIsZero(t *testing.T) {
	c := madeVoiceCorpus(1)
	s := newState(1, c.hash, nil)
	if err := trainOverlap(context.Background(), &Options{Overlap: 1, Log: t.Logf}, c, s); err != nil {
		t.Fatal(err)
	}
	r := runnerOf(t, s)
	got := []float32{1, 1}
	if err := r.Overlap(got, c.examples[0].Mel, 0, 0); err != nil || got[0] != 0 || got[1] != 0 {
		t.Errorf("logits %v, want 0 (%v)", got, err)
	}
}

// The truth is 1 exactly where both speak. A turn of another speaker does not count.
func TestDrawOverlap(t *testing.T) {
	const n = 50
	voices := [3]*example{madeVoice(1, "a", n), madeVoice(2, "b", n), madeVoice(3, "c", n)}
	for i := range n {
		voices[0].Voiced[i], voices[1].Voiced[i], voices[2].Voiced[i] = i < 30, i < 30, i >= 20
	}
	mel, truth := make([]float32, network.MelSteps(n)*network.Bands), make([]float32, n)
	rng := rand.New(rand.NewPCG(1, 3))
	none, whole, part := 0, 0, 0
	for range 200 {
		drawOverlap(mel, truth, voices, rng)
		sum := 0
		for i, v := range truth {
			if v != 0 && (i < 20 || i >= 30) {
				t.Fatalf("frame %d is marked as overlapped speech", i)
			}
			sum += int(v)
		}
		switch sum {
		case 0:
			none++
		case 10:
			whole++
		default:
			part++
		}
	}
	if none < 80 || whole < 50 || part < 5 {
		t.Errorf("%d windows without overlap, %d with, %d with partial overlap", none, whole, part)
	}
}

// The context before and after a window belongs to its first and last frame.
func TestMelRange(t *testing.T) {
	const n, row = 50, network.Bands
	end := network.MelSteps(n) * row
	for _, test := range []struct{ begin, end, from, to int }{
		{0, n, 0, end}, {0, 20, 0, (4*20 - network.MelStart(0)) * row}, {20, n, (4*20 - network.MelStart(0)) * row, end},
	} {
		if from, to := melRange(test.begin, test.end, n); from != test.from || to != test.to {
			t.Errorf("frames %d to %d: %d to %d, want %d to %d", test.begin, test.end, from, to, test.from, test.to)
		}
	}
}

// The overlay keeps the mean of each band and the overall deviation.
func TestOverlayIsNormalised(t *testing.T) {
	a, b := madeVoice(1, "a", 40), madeVoice(2, "b", 40)
	for i := range network.Bands {
		a.Mel[i] = audio.SilentValue
	}
	before := momentsOf(a.Mel)
	overlay(a.Mel, b.Mel, 1)
	after := momentsOf(a.Mel)
	if math.Abs(after.deviation-before.deviation) > 1e-4 || a.Mel[7] != audio.SilentValue {
		t.Errorf("deviation %v, was %v", after.deviation, before.deviation)
	}
	for i := range before.mean {
		if math.Abs(after.mean[i]-before.mean[i]) > 1e-4 {
			t.Errorf("band %d: mean %v, was %v", i, after.mean[i], before.mean[i])
		}
	}
	silent, own := slices.Repeat([]float32{inaudible}, len(b.Mel)), slices.Clone(b.Mel)
	overlay(b.Mel, silent, 0)
	for i := range own {
		if math.Abs(float64(b.Mel[i]-own[i])) > 1e-4 {
			t.Fatalf("an inaudible sound changes the other one: %v, was %v", b.Mel[i], own[i])
		}
	}
}

// The share falseOverlapShare of the frames of genuine clips exceeds the fitted bound; a muted
// detector has bound 0.
func TestFitOverlap(t *testing.T) {
	c := madeVoiceCorpus(4)
	p := network.NewParams(3)
	r, err := network.NewRunner(p)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	bound, err := fitOverlap(t.Context(), r, c.examples)
	if err != nil {
		t.Fatal(err)
	}
	n, beyond := 0, 0
	for _, e := range c.examples {
		v, err := embed.EmbedMel(r, e.Mel, e.Level, e.Voiced)
		if err != nil {
			t.Fatal(err)
		}
		for i := range e.Voiced {
			if n++; float64(v.OverlapAt(i)) > bound {
				beyond++
			}
		}
	}
	if share := float64(beyond) / float64(n); share > falseOverlapShare || share < falseOverlapShare/2 {
		t.Errorf("%.3f of the frames exceed %.3f, want %.3f", share, bound, falseOverlapShare)
	}
	p.Mute("overlap.7")
	if bound, err := fitOverlap(t.Context(), r, c.examples); err != nil || bound != 0 {
		t.Errorf("bound %v of a muted detector (%v)", bound, err)
	}
}
