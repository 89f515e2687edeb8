package embed

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
)

// unit fills dst with a random vector of length 1.
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

func TestQuantizedKeepsCosines(t *testing.T) {
	const n = 200
	rng := rand.New(rand.NewPCG(3, 3))
	random := func() []float32 {
		v := make([]float32, network.Embed)
		unit(rng, v)
		return v
	}
	var plain []float32
	var p Quantized
	for i := range n {
		v := random()
		if i == 5 {
			v = make([]float32, network.Embed) // zero vector
		}
		if i == 6 {
			v = make([]float32, network.Embed)
			v[9] = -1 // a single non-zero value
		}
		plain = append(plain, v...)
		p.add(v)
	}
	got := p.Rows(0, n)
	if len(got) != len(plain) {
		t.Fatalf("%d numbers, want %d", len(got), len(plain))
	}
	worst, sum := 0.0, 0.0
	for i := 0; i < len(plain); i += network.Embed {
		other := random()
		d := math.Abs(avsync.Likeness(got[i:i+network.Embed], other) - avsync.Likeness(plain[i:i+network.Embed], other))
		worst, sum = max(worst, d), sum+d/n
	}
	if worst > .004 || sum > .001 {
		t.Errorf("cosines change by at most %.5f, on average %.5f", worst, sum)
	}
	t.Logf("cosines change by at most %.5f, on average %.5f", worst, sum)
	for from := range n { // any range equals the same range of the whole
		to := min(from+1+from%70, n)
		if part := p.Rows(from, to); !slices.Equal(part, got[from*network.Embed:to*network.Embed]) {
			t.Fatalf("frames [%d, %d) differ from the same frames of the whole", from, to)
		}
	}
	for i := 5 * network.Embed; i < 7*network.Embed; i++ {
		if got[i] != plain[i] {
			t.Errorf("value %d is %v, want %v", i, got[i], plain[i])
		}
	}
}
