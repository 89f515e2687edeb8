package detector

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// madePair is a face from frame first on, and a voice that says at frame t+late(t) what the
// mouths show at t.
func madePair(n, first int, late func(t int) int) (*Face, *Voice) {
	rng := rand.New(rand.NewPCG(3, 3))
	frames := first + n + 100
	all := frames + 2*lead
	mouths := make(Loose, n*network.Embed)
	f := &Face{First: first, Embeddings: mouths, Seen: slices.Repeat([]bool{true}, n)}
	v := &Voice{Frames: frames, embeddings: make([]float32, all*network.Embed), sound: slices.Repeat([]bool{true}, all), speech: slices.Repeat([]bool{true}, all), overlap: make([]float32, all)}
	for at := range all {
		unit(rng, v.embeddings[at*network.Embed:(at+1)*network.Embed])
	}
	for t := range n {
		at := lead + first + t + late(t)
		copy(mouths.Of(t, t+1), v.embeddings[at*network.Embed:])
	}
	return f, v
}

// unit fills an embedding with random numbers, of length 1.
func unit(rng *rand.Rand, dst []float32) {
	sum := 0.0
	for i := range dst {
		dst[i] = float32(rng.NormFloat64())
		sum += float64(dst[i] * dst[i])
	}
	for i := range dst {
		dst[i] /= float32(math.Sqrt(sum))
	}
}

func TestFollowedLags(t *testing.T) {
	const n, first = 1500, 30
	for _, test := range []struct {
		name   string
		frames int
		late   func(t int) int
		moves  bool
	}{
		{"one lag", n, func(int) int { return 6 }, false},
		{"a clock that drifts by .4 %", n, func(t int) int { return 3 - t/250 }, true},
		{"a stream that stumbles", n, func(t int) int { return t / 750 * 11 }, true},
		{"a clip: one lag", ClipLength, func(t int) int { return t / 100 * 5 }, false},
	} {
		f, v := madePair(test.frames, first, test.late)
		lags := followed(f, v)
		if (lags != nil) != test.moves {
			t.Errorf("%s: moves: %v", test.name, lags != nil)
			continue
		}
		wrong := 0
		for i, lag := range lags {
			if lag != test.late(i) {
				wrong++
			}
		}
		if wrong > 5*lagBlock {
			t.Errorf("%s: %d frames at another lag", test.name, wrong)
		}
		if lags == nil {
			continue
		}
		c, err := Compare(randomRunner(t), f, v)
		if err != nil {
			t.Fatal(err)
		}
		out := 0
		for i, like := range c.Likeness {
			if like < .99 && c.Judged[i] {
				out++
			}
			if c.LagAt(i) != lags[i] {
				t.Fatalf("%s: frame %d: lag %d, want %d", test.name, i, c.LagAt(i), lags[i])
			}
		}
		if out > 5*lagBlock {
			t.Errorf("%s: %d frames are not like their sound", test.name, out)
		}
		if c.Lag.Confidence < .9 || c.Lag.Frames < float64(slices.Min(lags)) || c.Lag.Frames > float64(slices.Max(lags)) {
			t.Errorf("%s: lag %+v", test.name, c.Lag)
		}
	}
}

// One lag for all frames and the same lag for each are the same.
func TestAligned(t *testing.T) {
	f, v := madePair(60, 10, func(int) int { return 0 })
	want, _, _ := v.Cut(f.First-5+2, 70)
	for _, a := range []aligned{{v, f.First + 2, nil}, {v, f.First, slices.Repeat([]int{2}, 60)}} {
		got, sound, speech := a.cut(-5, 65)
		if !slices.Equal(got, want) || len(sound) != 70 || len(speech) != 70 {
			t.Errorf("lags %v: another sound", a.lags != nil)
		}
	}
}

// A lag that moves takes each frame's sound from where its own lag says, those beside the face too.
func TestAlignedMoves(t *testing.T) {
	f, v := madePair(60, 10, func(int) int { return 0 })
	lags := make([]int, 60)
	for t := range lags {
		lags[t] = t / 20
	}
	a := aligned{v, f.First, lags}
	got := a.Of(-5, 65)
	for i := range 70 {
		lag := lags[min(max(i-5, 0), 59)]
		want, _, _ := v.Cut(f.First+i-5+lag, 1)
		if !slices.Equal(got[i*network.Embed:(i+1)*network.Embed], want) {
			t.Fatalf("frame %d: not the sound %d frames later", i-5, lag)
		}
	}
}

func TestLagAt(t *testing.T) {
	track := &Track{Start: time.Second, Lag: Lag{Lag: 50 * time.Millisecond}}
	if got := track.LagAt(2 * time.Second); got != 50*time.Millisecond {
		t.Errorf("got %v of one lag", got)
	}
	track.Lags = []int{1, 2, -3}
	for at, want := range map[time.Duration]int{0: 1, time.Second: 1, time.Second + video.FrameDuration: 2, time.Hour: -3} {
		if got := track.LagAt(at); got != time.Duration(want)*video.FrameDuration {
			t.Errorf("at %v %v, want %d frames", at, got, want)
		}
	}
}
