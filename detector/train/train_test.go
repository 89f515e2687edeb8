package train

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/video"
)

// madeExample is a clip of noise whose mouths and sound share their changes.
func madeExample(seed uint64, source string, frames int) *example {
	rng := rand.New(rand.NewPCG(seed, 9))
	s := &Sample{Frames: frames, Any: frames, Crops: make([]byte, frames*crop), Seen: make([]bool, frames),
		Mel: make([]float32, frames*audio.StepsPerFrame*audio.Bands), Voiced: make([]bool, frames), Level: make([]float32, frames),
		Lips: make([]float32, frames*40), Jaw: make([]float32, frames*34), Eyes: make([]float32, frames), Yaw: make([]float32, frames)}
	for t := range frames {
		v := rng.Float64()
		s.Seen[t], s.Voiced[t], s.Level[t], s.Eyes[t] = true, true, -20, 60
		for i := range crop {
			s.Crops[t*crop+i] = byte(255 * v * float64(i%video.CropSize) / video.CropSize)
		}
		const row = audio.StepsPerFrame * audio.Bands
		for i := range row {
			s.Mel[t*row+i] = float32(2*v - 1 + 0.1*rng.NormFloat64())
		}
	}
	return &example{Clip: Clip{File: source, Label: Real, Source: source}, Sample: s}
}

func madeCorpus() *corpus {
	c := &corpus{split: Split{}, hash: "made"}
	for i := range uint64(6) {
		source := string(rune('a' + i))
		c.examples = append(c.examples, madeExample(i, source, 60))
		c.split[source] = []Part{ForTowers, ForHead, ForTowers, ForHead, ForTowers, ForTowers}[i]
	}
	return c
}

// Training that was stopped and goes on ends where it would have ended.
func TestResumedTrainingIsTheSameTraining(t *testing.T) {
	c := madeCorpus()
	train := func(work string, steps ...int) *state {
		s := newState(1, c.hash, c.sources())
		for i, n := range steps {
			o := &Options{Work: work, Towers: n, Head: n, Seed: 1, Log: t.Logf}
			if i > 0 {
				var err error
				if s, err = resume(o.checkpoint(), newState(1, c.hash, c.sources()), false); err != nil {
					t.Fatal(err)
				}
			}
			if err := trainTowers(context.Background(), o, c, s); err != nil {
				t.Fatal(err)
			}
		}
		return s
	}
	whole, parts := train(t.TempDir(), 4), train(t.TempDir(), 2, 4)
	if whole.TowerSteps != 4 || parts.TowerSteps != 4 {
		t.Fatalf("%d and %d steps, want 4", whole.TowerSteps, parts.TowerSteps)
	}
	// The rate depends on the number of steps asked for, but while it rises
	// (the first steps) not: both runs are the same run.
	for i, p := range whole.params.List() {
		for j, v := range parts.params.List()[i].Data {
			if v != p.Data[j] {
				t.Fatalf("%s: number %d is %v after a stop, %v without", p.Name, j, v, p.Data[j])
			}
		}
	}
}

func TestStoppedTrainingSavesItsCheckpoint(t *testing.T) {
	c, work := madeCorpus(), t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := &Options{Work: work, Towers: 4, Head: 4, Seed: 1, Log: t.Logf}
	if err := trainTowers(ctx, o, c, newState(1, c.hash, c.sources())); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want context.Canceled", err)
	}
	path := filepath.Join(work, "checkpoint.gob")
	if _, err := resume(path, newState(1, c.hash, c.sources()), false); err != nil {
		t.Error(err)
	}
	if _, err := resume(path, newState(1, "other clips", c.sources()), false); err == nil {
		t.Error("a checkpoint of other clips was taken")
	}
	if _, err := resume(path, newState(1, c.hash, c.sources()[1:]), false); err == nil {
		t.Error("a checkpoint was taken that has seen a source which is now held out")
	}
	s, err := resume(path, newState(1, "other clips", []string{"new"}), true)
	if err != nil || len(s.History) != 1 || s.DataHash != "other clips" {
		t.Fatalf("going on with other clips: %v", err)
	}
	if !slices.Contains(s.Sources, "new") || !slices.Contains(s.Sources, c.sources()[0]) {
		t.Errorf("the sources seen before are forgotten: %v", s.Sources)
	}
}

func TestHeadTrainsAndTheFileLoads(t *testing.T) {
	c := madeCorpus()
	o := &Options{Work: t.TempDir(), Towers: 1, Head: 2, Seed: 1, Log: t.Logf}
	s := newState(1, c.hash, c.sources())
	before := append([]float32(nil), s.params.List()[0].Data...)
	if err := trainHead(context.Background(), o, c, s); err != nil {
		t.Fatal(err)
	}
	for i, v := range s.params.List()[0].Data {
		if v != before[i] {
			t.Fatal("the towers moved while the head was trained")
		}
	}
	f, err := finish(o, c, s, detector.LRScale{})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Tensors) != len(s.params.List()) || len(f.TrainedOn) != 6 || f.DataHash != c.hash {
		t.Errorf("file of %d tensors, trained on %v, data %q", len(f.Tensors), f.TrainedOn, f.DataHash)
	}
}

func TestTamperedSoundSaysWhereItIsNotItsOwn(t *testing.T) {
	e, other := madeExample(1, "a", 60), madeExample(2, "b", 60)
	const row = audio.StepsPerFrame * audio.Bands
	kinds := map[bool]int{}
	for seed := range uint64(40) {
		s := tamper(rand.New(rand.NewPCG(seed, 1)), e, other)
		any := false
		for f := range e.Frames {
			same := true
			for i := range row {
				same = same && s.mel[f*row+i] == e.Mel[f*row+i]
			}
			if s.alien[f] == same {
				t.Fatalf("seed %d, frame %d: marked %v, but its sound is its own: %v", seed, f, s.alien[f], same)
			}
			any = any || s.alien[f]
		}
		kinds[any]++
	}
	if kinds[true] == 0 || kinds[false] == 0 {
		t.Errorf("of 40 sounds %d were tampered with", kinds[true])
	}
}

func TestQuantile(t *testing.T) {
	x := []float64{3, 1, 2, 4, 5}
	for q, want := range map[float64]float64{0: 1, 0.5: 3, 1: 5, 0.25: 2, 0.1: 1.4} {
		if got := quantile(x, q); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("quantile %.2f is %v, want %v", q, got, want)
		}
	}
}

func TestAUC(t *testing.T) {
	if got := auc([]float64{2, 3}, []float64{1, 2}); got != 0.875 {
		t.Errorf("got %v, want 0.875", got)
	}
}
