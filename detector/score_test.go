package detector

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
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

func readFace(t *testing.T, r *network.Runner, first int, crops [][]byte, skip func(int) bool) *Face {
	f := NewFaceReader(r, first)
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
	return f.Face()
}

// outlineOf makes points that are another for every crop.
func outlineOf(crop []byte) []float32 {
	out := make([]float32, 2*network.Points)
	for i := range out {
		out[i] = float32(crop[i]) / 4
	}
	return out
}

func never(int) bool { return false }

func TestFaceReaderGivesOneEmbeddingAFrame(t *testing.T) {
	r := randomRunner(t)
	for _, n := range []int{1, 5, network.Chunk - network.Margin, network.Chunk, network.Chunk + 1, 2*network.Chunk + 2*network.Margin, 130} {
		face := readFace(t, r, 7, randomCrops(1, n), never)
		if len(face.Seen) != n || len(face.Embeddings) != n*network.Embed {
			t.Fatalf("%d crops: %d frames, %d numbers", n, len(face.Seen), len(face.Embeddings))
		}
	}
}

// A frame's embedding depends on its neighbours, not on where the track began.
func TestEmbeddingIsLocal(t *testing.T) {
	r := randomRunner(t)
	crops := randomCrops(2, 140)
	long := readFace(t, r, 0, crops, never)
	short := readFace(t, r, 30, crops[30:], never)
	for f := 30 + network.Margin; f < 140; f++ {
		for i := range network.Embed {
			a, b := long.Embeddings[f*network.Embed+i], short.Embeddings[(f-30)*network.Embed+i]
			if math.Abs(float64(a-b)) > 1./math.MaxInt8/2 { // half a step of the largest number possible: packed may round otherwise
				t.Fatalf("frame %d: %.6f in the long track, %.6f in the short one", f, a, b)
			}
		}
	}
}

func TestLostFramesAreNotSeen(t *testing.T) {
	face := readFace(t, randomRunner(t), 0, randomCrops(3, 80), func(i int) bool { return i >= 40 && i < 44 })
	for i, s := range face.Seen {
		if want := i < 40 || i >= 44; s != want {
			t.Errorf("frame %d seen: %v, want %v", i, s, want)
		}
	}
	if len(face.Seen) != 80 {
		t.Errorf("%d frames, want 80", len(face.Seen))
	}
}

// A constant shift changes the lag that is found and nothing else.
func TestConstantShiftChangesOnlyTheLag(t *testing.T) {
	r := randomRunner(t)
	const n, row = 300, audio.StepsPerFrame * audio.Bands
	rng := rand.New(rand.NewPCG(5, 5))
	mel, level, voiced := make([]float32, n*row), make([]float32, n), make([]bool, n)
	for i := range mel {
		mel[i] = float32(rng.NormFloat64())
	}
	for f := range voiced {
		level[f], voiced[f] = -20, f%11 != 0
	}
	voice, err := Hear(r, mel, level, voiced)
	if err != nil {
		t.Fatal(err)
	}
	// A random network finds lags at random: this one is planted.
	face := readFace(t, r, 100, randomCrops(4, 100), never)
	copy(face.Embeddings, voice.embeddings[(100+lead)*network.Embed:(200+lead)*network.Embed])
	want, err := Compare(r, face, voice)
	if err != nil {
		t.Fatal(err)
	}
	if want.Lag.Whole != 0 {
		t.Fatalf("planted lag 0, found %d", want.Lag.Whole)
	}
	for shift := -15; shift <= 15; shift++ {
		face.First = 100 - shift // the sound comes so much later
		got, err := Compare(r, face, voice)
		if err != nil {
			t.Fatal(err)
		}
		if got.Lag.Whole != shift {
			t.Errorf("shift %d: lag %d", shift, got.Lag.Whole)
		}
		for i := range want.Logits {
			if math.Abs(float64(got.Logits[i]-want.Logits[i])) > 1e-5 || got.Judged[i] != want.Judged[i] {
				t.Fatalf("shift %d, frame %d: logit %.6f, want %.6f", shift, i, got.Logits[i], want.Logits[i])
			}
		}
	}
}

func TestVoiceIsSilentBesideTheFile(t *testing.T) {
	r := randomRunner(t)
	const n, row = 10, audio.StepsPerFrame * audio.Bands
	level, voiced := make([]float32, n), make([]bool, n)
	for i := range voiced {
		level[i], voiced[i] = -20, true
	}
	v, err := Hear(r, make([]float32, n*row), level, voiced)
	if err != nil {
		t.Fatal(err)
	}
	for _, first := range []int{-200, -5, 0, 5, 300} {
		_, sound, speech := v.Cut(first, 8)
		for i := range sound {
			if want := first+i >= 0 && first+i < n; sound[i] != want || speech[i] != want {
				t.Errorf("frame %d: sound %v, speech %v, want %v", first+i, sound[i], speech[i], want)
			}
		}
	}
}

// A sound is embedded to the same numbers whether it is normalised whole or a
// part at a time.
func TestHearSoundIsHear(t *testing.T) {
	r := randomRunner(t)
	for _, n := range []int{1, network.Chunk, 3*network.Chunk + 7} {
		rng := rand.New(rand.NewPCG(6, uint64(n)))
		s := &audio.Sound{Frames: n, Steps: n * audio.StepsPerFrame, Level: make([]float32, n), Voiced: make([]bool, n)}
		for range s.Steps * audio.Bands {
			s.Mel = append(s.Mel, audio.LogPower(20000+2000*rng.NormFloat64()))
		}
		for f := range s.Voiced {
			s.Level[f], s.Voiced[f] = -20, f%7 != 0
			if f%40 > 35 {
				s.Level[f] = audio.MinLevel
			}
		}
		want, err := Hear(r, audio.Normalised(s), s.Level, s.Voiced)
		if err != nil {
			t.Fatal(err)
		}
		got, err := HearSound(r, s)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d frames: not the same voice", n)
		}
	}
}

func TestHalveIsTheMeanOfFour(t *testing.T) {
	crop := make([]byte, video.CropSize*video.CropSize)
	crop[0], crop[1], crop[video.CropSize], crop[video.CropSize+1] = 10, 20, 30, 41
	dst := make([]float32, network.Side*network.Side)
	Halve(dst, crop)
	if dst[0] != 25.25 || dst[1] != 0 {
		t.Errorf("got %v, %v; want 25.25, 0", dst[0], dst[1])
	}
}

// Every stretch of a track is judged once, by its own mouths, however the reader holds them.
func TestFaceReaderJudgesEveryStretch(t *testing.T) {
	const span = network.FlickerSpan
	r := randomRunner(t)
	for _, n := range []int{span - 1, span, network.Chunk, network.Chunk + network.Margin + 1, 2*network.Chunk + 5, 170} {
		crops := randomCrops(4, n)
		got := readFace(t, r, 7, crops, never).Flicker
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
				t.Errorf("%d mouths, stretch %d: %.6f, want %.6f", n, i, got[i], v)
			}
		}
	}
}
