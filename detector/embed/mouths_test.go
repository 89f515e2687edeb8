package embed

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

func randomRunner(t *testing.T) *network.Runner {
	r, err := network.NewRunner(network.NewParams(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func randomCrops(seed uint64, n int) [][]byte {
	rng := rand.New(rand.NewPCG(seed, 1))
	crops := make([][]byte, n)
	for i := range crops {
		crops[i] = make([]byte, video.CropSize*video.CropSize)
		for j := range crops[i] {
			crops[i][j] = byte(rng.IntN(256))
		}
	}
	return crops
}

func readMouths(t *testing.T, r *network.Runner, first int, crops [][]byte, skip func(int) bool) *Mouths {
	f := NewMouthReader(r, first)
	for i, c := range crops {
		if skip(i) {
			continue
		}
		if err := f.Add(first+i, c, outlineOf(c)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
	return f.Mouths()
}

// outlineOf returns points that differ for every crop.
func outlineOf(crop []byte) []float32 {
	out := make([]float32, 2*network.Points)
	for i := range out {
		out[i] = float32(crop[i]) / 4
	}
	return out
}

func noneSkipped(int) bool { return false }

func TestMouthReaderGivesOneEmbeddingPerFrame(t *testing.T) {
	r := randomRunner(t)
	for _, n := range []int{1, 5, network.Chunk - network.Margin, network.Chunk, network.Chunk + 1, 2*network.Chunk + 2*network.Margin, 130} {
		mouths := readMouths(t, r, 7, randomCrops(1, n), noneSkipped)
		if got := mouths.Embeddings.(*Quantized).frames; len(mouths.Seen) != n || got != n {
			t.Fatalf("%d crops: %d frames, %d embeddings", n, len(mouths.Seen), got)
		}
	}
}

// The embedding of a frame depends on its neighbours, not on where the track begins.
func TestEmbeddingIsLocal(t *testing.T) {
	r := randomRunner(t)
	crops := randomCrops(2, 140)
	long := readMouths(t, r, 0, crops, noneSkipped)
	short := readMouths(t, r, 30, crops[30:], noneSkipped)
	for f := 30 + network.Margin; f < 140; f++ {
		other := short.Rows(f-30, f-29)
		for i, a := range long.Rows(f, f+1) {
			b := other[i]
			// Half a quantization step: rounding may differ.
			if math.Abs(float64(a-b)) > 1./math.MaxInt8/2 {
				t.Fatalf("frame %d: %.6f in the long track, %.6f in the short one", f, a, b)
			}
		}
	}
}

func TestLostFramesAreNotSeen(t *testing.T) {
	mouths := readMouths(t, randomRunner(t), 0, randomCrops(3, 80), func(i int) bool { return i >= 40 && i < 44 })
	for i, s := range mouths.Seen {
		if want := i < 40 || i >= 44; s != want {
			t.Errorf("frame %d seen: %v, want %v", i, s, want)
		}
	}
	if len(mouths.Seen) != 80 {
		t.Errorf("%d frames, want 80", len(mouths.Seen))
	}
}

func TestHalveTakesTheMeanOfFourPixels(t *testing.T) {
	crop := make([]byte, video.CropSize*video.CropSize)
	crop[0], crop[1], crop[video.CropSize], crop[video.CropSize+1] = 10, 20, 30, 41
	dst := make([]float32, network.Side*network.Side)
	Halve(dst, crop)
	if dst[0] != 25.25 || dst[1] != 0 {
		t.Errorf("got %v, %v; want 25.25, 0", dst[0], dst[1])
	}
}

// Every span of a track is scored once, from its own crops, wherever the chunks begin.
func TestMouthReaderScoresFlickerOfEverySpan(t *testing.T) {
	const span = network.FlickerSpan
	r := randomRunner(t)
	for _, n := range []int{span - 1, span, network.Chunk, network.Chunk + network.Margin + 1, 2*network.Chunk + 5, 170} {
		crops := randomCrops(4, n)
		got := readMouths(t, r, 7, crops, noneSkipped).Flicker
		mouths := make([]float32, n*side)
		for i, c := range crops {
			Halve(mouths[i*side:(i+1)*side], c)
		}
		want, err := r.Flicker(mouths[:n/span*span*side])
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != n/span {
			t.Fatalf("%d mouths: %d logits, want %d", n, len(got), n/span)
		}
		for i, v := range want {
			if math.Abs(float64(v-got[i])) > 1e-5 {
				t.Errorf("%d mouths, span %d: %.6f, want %.6f", n, i, got[i], v)
			}
		}
	}
}
