package score

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
)

// randomEmbeddings returns n unit vectors, (n, Embed), each correlated with its predecessor, as
// those of successive frames are.
func randomEmbeddings(rng *rand.Rand, n int) []float32 {
	const e = network.Embed
	out := make([]float32, n*e)
	for t := range n {
		v := out[t*e : (t+1)*e]
		for i := range v {
			v[i] = float32(rng.NormFloat64() / math.Sqrt(e))
			if t > 0 {
				v[i] += out[(t-1)*e+i]
			}
		}
		length := float32(math.Sqrt(avsync.Likeness(v, v)))
		for i := range v {
			v[i] /= length
		}
	}
	return out
}

// makeComparison returns a comparison of embeddings (n, Embed), and the scores of its frames, which
// are judged except where skip is true.
func makeComparison(mouths, sounds []float32, skip func(t int) bool) (*Comparison, []verdict.Score) {
	const e = network.Embed
	n := len(mouths) / e
	c := &Comparison{mouths: embed.Float32(mouths), sounds: embed.Float32(sounds)}
	scores := make([]verdict.Score, n)
	for t := range scores {
		scores[t].Judged = !skip(t)
		scores[t].Likeness = avsync.Likeness(mouths[t*e:(t+1)*e], sounds[t*e:(t+1)*e])
	}
	return c, scores
}

func noneSkipped(int) bool { return false }

// The cohort z of a whole track is its mean likeness minus the mean of the shifted ones, in
// standard deviations of the shifted ones. The test computes it shift by shift.
func TestCohortZOfATrackIsItsPermutationStatistic(t *testing.T) {
	const n, e = 200, network.Embed
	rng := rand.New(rand.NewPCG(1, 2))
	mouths, sounds := randomEmbeddings(rng, n), randomEmbeddings(rng, n)
	for i := range sounds {
		sounds[i] += .3 * mouths[i]
	}
	skip := func(t int) bool { return t < 10 || t%7 == 3 }
	c, scores := makeComparison(mouths, sounds, skip)
	c.cohortZ(scores)
	var judged []int
	for t := range n {
		if !skip(t) {
			judged = append(judged, t)
		}
	}
	k := len(judged)
	mean := func(shift int) (sum float64) {
		for i, t := range judged {
			u := judged[(i+shift)%k]
			sum += avsync.Likeness(mouths[t*e:(t+1)*e], sounds[u*e:(u+1)*e]) / float64(k)
		}
		return sum
	}
	var means []float64
	for shift := range k {
		if d := min(shift, k-shift); d > ownReach && d <= cohortReach {
			means = append(means, mean(shift))
		}
	}
	var m, v float64
	for _, x := range means {
		m += x / float64(len(means))
	}
	for _, x := range means {
		v += (x - m) * (x - m) / float64(len(means))
	}
	want := (mean(0) - m) / math.Sqrt(v)
	sum := verdict.Summarize(scores)
	got, frames := sum.CohortZ(), sum.Judged
	if frames != k || math.Abs(got-want) > 1e-4*math.Abs(want) {
		t.Errorf("%.5f of %d frames, want %.5f of %d", got, frames, want, k)
	}
}

// The mouth's own voice has a high cohort z even if little of the mouth's embedding is left in it;
// an impostor's is within chance.
func TestOwnVoiceHasAHighCohortZ(t *testing.T) {
	const n = 150
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 3))
		mouths, impostor := randomEmbeddings(rng, n), randomEmbeddings(rng, n)
		own := randomEmbeddings(rng, n)
		for i := range own {
			own[i] += .4 * mouths[i]
		}
		c, scores := makeComparison(mouths, own, noneSkipped)
		c.cohortZ(scores)
		if got := verdict.Summarize(scores).CohortZ(); got < 4 {
			t.Errorf("seed %d: own voice: cohort z %.2f", seed, got)
		}
		c, scores = makeComparison(mouths, impostor, noneSkipped)
		c.cohortZ(scores)
		if got := verdict.Summarize(scores).CohortZ(); math.Abs(got) > 4 {
			t.Errorf("seed %d: impostor: cohort z %.2f", seed, got)
		}
	}
}

func TestCohortZIsZeroWithoutACohort(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	few := randomEmbeddings(rng, 2*ownReach+1)
	c, scores := makeComparison(few, few, noneSkipped)
	c.cohortZ(scores)
	if got := verdict.Summarize(scores).CohortZ(); got != 0 {
		t.Errorf("%d frames: cohort z %v, want 0", len(scores), got)
	}
	mouths := randomEmbeddings(rng, 100)
	tone := make([]float32, len(mouths))
	for t := range 100 {
		tone[t*network.Embed] = 1
	}
	c, scores = makeComparison(mouths, tone, noneSkipped)
	c.cohortZ(scores)
	if got := verdict.Summarize(scores).CohortZ(); math.Abs(got) > 1e-3 {
		t.Errorf("a tone: cohort z %v, want 0", got)
	}
}
