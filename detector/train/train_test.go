package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/dataset/made"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/weights"
)

// madeExample returns a clip of noise in which mouths and sound change together.
func madeExample(seed uint64, source string, frames int) *example {
	return &example{Clip: dataset.Clip{File: source, Label: dataset.Real, Source: source}, Sample: made.Sample(seed, frames)}
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

// A training from the beginning renames an earlier checkpoint, so that --resume does not find it.
func TestEarlierCheckpointIsSetAside(t *testing.T) {
	o := &Options{Work: t.TempDir(), Log: t.Logf}
	if err := o.setAside(); err != nil {
		t.Error(err)
	}
	if err := newState(1, "clips", nil).save(o.checkpoint()); err != nil {
		t.Fatal(err)
	}
	if err := o.setAside(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(o.checkpoint()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the checkpoint still exists: %v", err)
	}
	if _, err := os.Stat(o.checkpoint() + ".old"); err != nil {
		t.Error(err)
	}
}

// Lists without genuine clips are rejected before the training.
func TestTrainingNeedsGenuineClips(t *testing.T) {
	o := Options{Work: t.TempDir(), Jobs: 1, Seed: 1}
	o.setDefaults()
	dir := t.TempDir()
	list := "file\tlabel\tgenerator\tsource\n"
	for i := range uint64(6) {
		name := fmt.Sprint(i, ".mp4")
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
		s := made.Sample(i, 90)
		var err error
		if s.Hash, _, err = video.HashFile(t.Context(), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if err := dataset.Keep(filepath.Join(o.Work, "clips"), s); err != nil {
			t.Fatal(err)
		}
		list += fmt.Sprintf("%s\tfake\tx\tsource %d\n", name, i)
	}
	for label, wrong := range map[string]bool{dataset.Fake: true, dataset.Real: false} {
		path := filepath.Join(dir, "list.tsv")
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(list, "fake", label)), 0o644); err != nil {
			t.Fatal(err)
		}
		o.Lists = []string{path}
		if _, err := readCorpus(t.Context(), &o); (err != nil) != wrong {
			t.Errorf("clips labelled %s: %v", label, err)
		}
	}
}

// A training that was interrupted and resumed ends with the same parameters.
func TestResumedTrainingIsIdentical(t *testing.T) {
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
	// The learning rate depends on the number of steps, except during warm-up, where both runs
	// are identical.
	for i, p := range whole.params.List() {
		for j, v := range parts.params.List()[i].Data {
			if v != p.Data[j] {
				t.Fatalf("%s[%d] is %v after an interruption, %v without", p.Name, j, v, p.Data[j])
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
		t.Error("accepted a checkpoint of other clips")
	}
	if _, err := resume(path, newState(1, c.hash, c.sources()[1:]), false); err == nil {
		t.Error("accepted a checkpoint that has seen a source that is now held out")
	}
	s, err := resume(path, newState(1, "other clips", []string{"new"}), true)
	if err != nil || len(s.History) != 1 || s.DataHash != "other clips" {
		t.Fatalf("resuming with other clips: %v", err)
	}
	if !slices.Contains(s.Sources, "new") || !slices.Contains(s.Sources, c.sources()[0]) {
		t.Errorf("earlier sources are missing: %v", s.Sources)
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
			t.Fatal("the towers changed while the head was trained")
		}
	}
	s.motion = new(motionFit)
	f, err := finish(t.Context(), o, c, s)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Tensors) != len(s.params.List()) || len(f.TrainedOn) != 6 || f.DataHash != c.hash {
		t.Errorf("file of %d tensors, trained on %v, data %q", len(f.Tensors), f.TrainedOn, f.DataHash)
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		t.Fatal(err)
	}
	if read, err := weights.Read(&file); err != nil {
		t.Error(err)
	} else if _, err := detector.LoadParams(read); err != nil {
		t.Error(err)
	}
}

func TestTamperMarksSplicedFrames(t *testing.T) {
	e, other := madeExample(1, "a", 60), madeExample(2, "b", 60)
	const row = audio.StepsPerFrame * audio.Bands
	kinds := map[bool]int{}
	for seed := range uint64(40) {
		s := tamper(rand.New(rand.NewPCG(seed, 1)), e.Sample, other.Sample)
		any := false
		for f := range e.Frames {
			same := true
			for i := range row {
				same = same && s.mel[f*row+i] == e.Mel[f*row+i]
			}
			if s.spliced[f] == same {
				t.Fatalf("seed %d, frame %d: marked as spliced: %v, own sound: %v", seed, f, s.spliced[f], same)
			}
			any = any || s.spliced[f]
		}
		kinds[any]++
	}
	if kinds[true] == 0 || kinds[false] == 0 {
		t.Errorf("%d of 40 sounds were tampered with", kinds[true])
	}
}

func TestQuantile(t *testing.T) {
	x := []float64{3, 1, 2, 4, 5}
	for q, want := range map[float64]float64{0: 1, 0.5: 3, 1: 5, 0.25: 2, 0.1: 1.4} {
		if got := statistic.Quantile(x, q); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("quantile %.2f is %v, want %v", q, got, want)
		}
	}
}

func TestAUC(t *testing.T) {
	if got := statistic.AUC([]float64{2, 3}, []float64{1, 2}); got != 0.875 {
		t.Errorf("got %v, want 0.875", got)
	}
}

// A training that starts from finished weights takes their towers, has a new head, and records
// the sources of the towers.
func TestTrainingFromWeights(t *testing.T) {
	f := &weights.File{Header: weights.Header{TrainedOn: []string{"x", "a"}, DataHash: "other", Recipe: weights.Recipe{Numbers: map[string]float64{towerSteps: 70}, Stages: []string{"before"}}}}
	for _, p := range network.NewParams(1).List() {
		f.Tensors = append(f.Tensors, weights.Tensor{Name: p.Name, Shape: p.Shape, Data: slices.Repeat([]float32{7}, len(p.Data))})
	}
	s, fresh := newState(1, "made", []string{"a", "b"}), newState(1, "made", nil)
	if err := s.startFrom(f, nil, 90, 10); err != nil {
		t.Fatal(err)
	}
	for i, p := range s.params.List() {
		was := fresh.params.List()[i].Data
		if taken := p.Data[0] == 7 && p.Data[len(p.Data)-1] == 7; taken != isTowerTensor(p.Name) || !taken && !slices.Equal(p.Data, was) {
			t.Errorf("%s taken from the weights: %v", p.Name, taken)
		}
	}
	if s.TowerSteps != 70 || s.HeadSteps != 0 || !slices.Equal(s.Sources, []string{"a", "b", "x"}) || len(s.History) != 2 {
		t.Errorf("got %d and %d steps, sources %v, history %q", s.TowerSteps, s.HeadSteps, s.Sources, s.History)
	}
	f.Tensors[0].Shape = []int{1, 2, 3}
	if err := newState(1, "made", nil).startFrom(f, nil, 90, 10); err == nil {
		t.Error("accepted a tensor of another shape")
	}
}

func TestAverageWithAncestor(t *testing.T) {
	file := func(value float32, source string) *weights.File {
		f := &weights.File{Header: weights.Header{TrainedOn: []string{source}, Recipe: weights.Recipe{Numbers: map[string]float64{towerSteps: 70, headSteps: 30}}}}
		for _, p := range network.NewParams(1).List() {
			f.Tensors = append(f.Tensors, weights.Tensor{Name: p.Name, Shape: p.Shape, Data: slices.Repeat([]float32{value}, len(p.Data))})
		}
		return f
	}
	s := newState(1, "made", []string{"a"})
	if err := s.startFrom(file(7, "a"), file(1, "b"), 70, 30); err != nil {
		t.Fatal(err)
	}
	for _, p := range s.params.List() {
		if mean := p.Data[0] == 4 && p.Data[len(p.Data)-1] == 4; mean != isTowerTensor(p.Name) {
			t.Errorf("%s is the mean: %v", p.Name, mean)
		}
	}
	if s.keptCalibration != nil || s.HeadSteps != 0 || !slices.Equal(s.Sources, []string{"a", "b"}) {
		t.Errorf("the head of other towers was kept (%d steps), or sources %v are wrong", s.HeadSteps, s.Sources)
	}
	short := file(1, "b")
	short.Tensors = short.Tensors[1:]
	if err := newState(1, "made", nil).startFrom(file(7, "a"), short, 70, 30); err == nil {
		t.Error("no error for weights without a tensor")
	}
}

// With the same numbers of steps and the same sources, the head of the weights and its
// calibration are kept.
func TestHeadIsKept(t *testing.T) {
	f := &weights.File{Header: weights.Header{TrainedOn: []string{"a", "b"}, Figures: []weights.Figure{{Name: "swap_auc", Value: .9}, {Name: "motion_auc_folds", Value: .8}}, Recipe: weights.Recipe{Numbers: map[string]float64{towerSteps: 70, headSteps: 30}},
		Calibration: map[string]float64{"track_weak": -1.5, "mismatch_lr_slope": 2, "motion_lr_slope": 9}}}
	for _, p := range network.NewParams(1).List() {
		f.Tensors = append(f.Tensors, weights.Tensor{Name: p.Name, Shape: p.Shape, Data: slices.Repeat([]float32{7}, len(p.Data))})
	}
	for _, test := range []struct {
		name         string
		sources      []string
		towers, head int
		kept         bool
	}{
		{"same steps and sources", []string{"a", "b"}, 70, 30, true},
		{"more head steps", []string{"a", "b"}, 70, 40, false},
		{"more tower steps", []string{"a", "b"}, 80, 30, false},
		{"other sources", []string{"a", "c"}, 70, 30, false},
	} {
		s := newState(1, "made", test.sources)
		if err := s.startFrom(f, nil, test.towers, test.head); err != nil {
			t.Fatal(err)
		}
		for _, p := range s.params.List() {
			if taken := p.Data[0] == 7; taken != (isTowerTensor(p.Name) || test.kept && !isMotionTensor(p.Name)) {
				t.Errorf("%s: %s taken from the weights: %v", test.name, p.Name, taken)
			}
		}
		if (s.HeadSteps == test.head) != test.kept || (s.keptCalibration != nil) != test.kept {
			t.Errorf("%s: %d head steps, calibration %v", test.name, s.HeadSteps, s.keptCalibration)
		}
		if !test.kept {
			continue
		}
		s.motion = &motionFit{scale: verdict.LRScale{Slope: 3}}
		out, err := finish(t.Context(), &Options{Work: t.TempDir(), Seed: 1, Log: t.Logf}, madeCorpus(), s)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]float64{"track_weak": -1.5, "mismatch_lr_slope": 2, "motion_lr_slope": 3} {
			if got := out.Calibration[name]; got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
		steps, stages := s.HeadSteps, len(s.History)
		if err := s.recalibrate(f); err != nil {
			t.Fatal(err)
		}
		if s.keptCalibration != nil || s.HeadSteps != steps || len(s.History) != stages+1 {
			t.Errorf("recalibrated: calibration %v, %d head steps, history %q", s.keptCalibration, s.HeadSteps, s.History)
		}
		if s.motion.scale.Slope != 9 || len(s.motion.figures) != 1 || s.motion.figures[0].Value != .8 {
			t.Errorf("recalibrated: motion fit %+v", s.motion)
		}
		for _, p := range s.params.List() {
			if p.Data[0] != 7 {
				t.Errorf("recalibrated: %s is not taken from the weights", p.Name)
			}
		}
	}
}
