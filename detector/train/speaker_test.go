package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// The two intervals of a pair do not touch, and both hold speech.
func TestDrawPair(t *testing.T) {
	const n = 80
	rng := rand.New(rand.NewPCG(1, 4))
	e := madeVoice(1, "a", n)
	before, behind := 0, 0
	for range 200 {
		x := drawPair(e.Sample, speakerFrames, rng)
		second, other := x[0], x[1]
		if second.n != video.FrameRate || second.first < 0 || second.first+second.n > n || other.first < 0 || other.first+other.n > n || other.n > speakerFrames {
			t.Fatalf("second %v, other %v of %d frames", second, other, n)
		}
		switch {
		case other.first+other.n+minPairGap <= second.first:
			before++
		case second.first+second.n+minPairGap <= other.first:
			behind++
		default:
			t.Fatalf("second %v and other %v are less than %d frames apart", second, other, minPairGap)
		}
	}
	if before < 50 || behind < 50 {
		t.Errorf("%d before, %d after the second", before, behind)
	}
	for i := range e.Voiced {
		e.Voiced[i] = i < 60
	}
	for range 50 {
		x := drawPair(e.Sample, speakerFrames, rng)
		if a, b := countTrue(x[0].within(e.Voiced)), countTrue(x[1].within(e.Voiced)); a < minSpeakerSpeech || b < minSpeakerSpeech {
			t.Errorf("%d and %d frames with speech", a, b)
		}
	}
}

// The embeddings separate voices of unseen sources as well.
func TestSpeakerEmbeddings(t *testing.T) {
	c, s := madeVoiceCorpus(12), newState(1, "made", nil)
	if err := trainSpeaker(t.Context(), &Options{Speaker: 40, Log: t.Logf}, c, s); err != nil {
		t.Fatal(err)
	}
	r := runnerOf(t, s)
	const voices, half = 12, 40
	var of [voices][2][network.SpeakerWidth]float64 // first and second half
	for v := range of {
		e := madeVoice(uint64(1000+v), "z", 2*half)
		dst := make([]float32, 2*half*network.SpeakerWidth)
		if err := r.Speakers(dst, e.Mel, 0, 0); err != nil {
			t.Fatal(err)
		}
		for i, x := range dst {
			of[v][i/network.SpeakerWidth/half][i%network.SpeakerWidth] += float64(x)
		}
	}
	cosine := func(a, b [network.SpeakerWidth]float64) float64 {
		var ab, aa, bb float64
		for k := range a {
			ab, aa, bb = ab+a[k]*b[k], aa+a[k]*a[k], bb+b[k]*b[k]
		}
		return ab / math.Sqrt(aa*bb)
	}
	first := 0
	for v := range of {
		best := 0
		for o := range of {
			if cosine(of[v][0], of[o][1]) > cosine(of[v][0], of[best][1]) {
				best = o
			}
		}
		if best == v {
			first++
		}
	}
	if first < voices*2/3 {
		t.Errorf("%d of %d voices are closest to themselves", first, voices)
	}
}

// With too few voices the embeddings are muted.
func TestSpeakerOfFewVoicesIsZero(t *testing.T) {
	c, s := madeVoiceCorpus(2), newState(1, "made", nil)
	if err := trainSpeaker(t.Context(), &Options{Speaker: 1, Log: t.Logf}, c, s); err != nil {
		t.Fatal(err)
	}
	r := runnerOf(t, s)
	got := make([]float32, network.SpeakerWidth)
	if err := r.Speakers(got, c.examples[0].Mel, 0, 0); err != nil {
		t.Fatal(err)
	}
	for _, x := range got {
		if x != 0 {
			t.Fatalf("embedding %v, want 0", got)
		}
	}
}

// The likelihood ratio follows from the distances; it is zero without distances of both classes.
func TestFitVoiceDistances(t *testing.T) {
	var d voiceDistances
	rng := rand.New(rand.NewPCG(1, 5))
	for range 400 {
		d.add(.2+.05*rng.NormFloat64(), false)
		d.add(.4+.05*rng.NormFloat64(), true)
	}
	d.add(0, true) // unknown
	s := d.fit(30)
	// Two normal distributions: slope (0.4-0.2)/0.05², 0 at 0.3.
	if want := .2 / (.05 * .05); s.Slope < want/2 || s.Slope > 1.5*want || math.Abs(s.Offset/s.Slope+.3) > .02 {
		t.Errorf("%.1f·distance %+.1f, want %.1f·(distance-.3)", s.Slope, s.Offset, want)
	}
	if want := math.Log10(30); s.MaxLogLR != want {
		t.Errorf("bound 10^%.2f, want 10^%.2f", s.MaxLogLR, want)
	}
	var none voiceDistances
	none.add(.3, false)
	if s := none.fit(30); s.Slope != 0 || s.LogLR(.9) != 0 {
		t.Errorf("scale %+v for one class", s)
	}
}
