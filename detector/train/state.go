package train

import (
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/weights"
)

// A state is a training that can go on: what a checkpoint holds.
type state struct {
	Seed       uint64
	DataHash   string   // of the clips trained on: a checkpoint goes on only with the same
	Sources    []string // trained on, by any stage
	TowerSteps int
	Begun      int // tower step at which the rate began anew, because they had been trained before
	HeadSteps  int
	Lags       map[string]int // frames by which clips are late as published, see measureLags; nil before
	Towers     *network.Adam
	Head       *network.Adam
	Tensors    map[string][]float32
	History    []string // stages that were trained on other clips, one line each

	params          *network.Params
	motion          *motionFit         // of the judges of how mouths move; nil before they are trained
	keptCalibration map[string]float64 // calibration of a head that was taken over, see beginWith: nothing before lip motion is then trained; nil otherwise
}

func newState(seed uint64, data string, sources []string) *state {
	return &state{Seed: seed, DataHash: data, Sources: sources, Towers: network.NewAdam(decay), Head: network.NewAdam(decay), params: network.NewParams(seed)}
}

// save writes the checkpoint, whole or not at all.
func (s *state) save(path string) error {
	s.Tensors = map[string][]float32{}
	for _, p := range s.params.List() {
		s.Tensors[p.Name] = p.Data
	}
	f, err := os.Create(path + ".new")
	if err != nil {
		return fmt.Errorf("writing checkpoint: %w", err)
	}
	if err := errors.Join(gob.NewEncoder(f).Encode(s), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing checkpoint: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("writing checkpoint: %w", err)
	}
	return nil
}

// resume reads a checkpoint made from the same clips as fresh, and with the same
// sources held out. With others the towers go on from where they stand, and the
// head begins afresh, if newClips allows it; what they have seen stays on record.
func resume(path string, fresh *state, newClips bool) (*state, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading checkpoint: %w", err)
	}
	defer f.Close()
	s := new(state)
	if err := gob.NewDecoder(f).Decode(s); err != nil {
		return nil, fmt.Errorf("reading checkpoint %q: %w", path, err)
	}
	changed := s.DataHash != fresh.DataHash || !slices.Equal(s.Sources, fresh.Sources)
	if changed && !newClips || s.Seed != fresh.Seed {
		return nil, fmt.Errorf("reading checkpoint %q: it was made with other clips or another seed; leave --resume out to start afresh, or go on with --new-clips", path)
	}
	s.params = network.NewParams(fresh.Seed)
	for _, p := range s.params.List() {
		if isMotionTensor(p.Name) || isVoiceTensor(p.Name) {
			continue // fitted last, and whole: a checkpoint has nothing to keep, and may be of other signs
		}
		if err := s.params.Set(p.Name, p.Shape, s.Tensors[p.Name]); err != nil {
			return nil, fmt.Errorf("reading checkpoint %q: %w", path, err)
		}
	}
	if changed {
		s.continueOn(fresh)
	}
	return s, nil
}

// saveAfter saves the checkpoint after an interruption and returns both errors.
func (s *state) saveAfter(stopped error, path string) error {
	return errors.Join(stopped, s.save(path))
}

// ofTowers tells whether a tensor is trained in the first stage.
func isTowerTensor(name string) bool {
	return strings.HasPrefix(name, "picture.") || strings.HasPrefix(name, "sound.") || name == "temperature"
}

// beginWith takes over the towers of finished weights, and what they have seen. The
// head begins afresh, but where those weights have just as many steps of both as are
// asked for, from the same sources: then the head is kept, and with it the
// thresholds and likelihood ratios of what it says.
//
// With an ancestor the towers begin as the mean of its and theirs: what long training
// gained for some and lost for others is then mostly kept for both (Wortsman et al.
// 2022, Robust fine-tuning of zero-shot models, eq. 1 with α = .5). The one must have
// grown from the other: of two that have not, the mean has learnt nothing.
func (s *state) startFrom(f, ancestor *weights.File, towers, head int) error {
	done := [2]int{int(f.Recipe.Numbers[towerSteps]), int(f.Recipe.Numbers[headSteps])}
	kept, what := slices.Equal(s.Sources, f.TrainedOn) && done == [2]int{towers, head} && ancestor == nil, "towers"
	if kept {
		s.HeadSteps, s.keptCalibration, what = head, f.Calibration, "towers, head and their thresholds"
	}
	if err := s.takeTensors(f, func(name string) bool { return isTowerTensor(name) || kept && !isMotionTensor(name) }); err != nil {
		return err
	}
	s.TowerSteps, s.Begun = done[0], done[0]
	s.History = append(slices.Clone(f.Recipe.Stages), fmt.Sprintf("%s: taken from weights %s, data hash %s", what, f.Fingerprint(), f.DataHash))
	s.addSources(f.TrainedOn)
	if ancestor == nil {
		return nil
	}
	return s.averageWith(ancestor)
}

// take takes over tensors of finished weights.
func (s *state) takeTensors(f *weights.File, which func(name string) bool) error {
	for _, t := range f.Tensors {
		if which(t.Name) {
			if err := s.params.Set(t.Name, t.Shape, t.Data); err != nil {
				return fmt.Errorf("beginning with weights %.12s: %w", f.Fingerprint(), err)
			}
		}
	}
	return nil
}

// calibrateAnew leaves a head that was taken over from weights as it is, and its thresholds, blends and
// likelihood ratios to be fitted again. What judges how mouths move knows nothing of these, and is taken
// over as well.
func (s *state) recalibrate(from *weights.File) error {
	if s.keptCalibration == nil {
		return nil
	}
	if err := s.takeTensors(from, isMotionTensor); err != nil {
		return err
	}
	s.motion = &motionFit{scale: verdict.NewScales(s.keptCalibration).Motion, figures: slices.DeleteFunc(slices.Clone(from.Figures), func(f weights.Figure) bool {
		return !strings.Contains(f.Name, foldsSuffix)
	})}
	s.keptCalibration = nil
	s.History = append(s.History, "thresholds, blends and likelihood ratios of mismatch: fitted anew, the judges of how mouths move kept")
	return nil
}

// addSources notes further sources that are trained on, each once, in order.
func (s *state) addSources(names []string) {
	s.Sources = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(s.Sources), names...))))
}

// meanWith moves the towers half way to those of other weights.
func (s *state) averageWith(f *weights.File) error {
	for _, p := range s.params.List() {
		if !isTowerTensor(p.Name) {
			continue
		}
		t := f.Tensor(p.Name)
		if t == nil || !slices.Equal(t.Shape, p.Shape) {
			return fmt.Errorf("mean with weights %.12s: no tensor %q of shape %v in them", f.Fingerprint(), p.Name, p.Shape)
		}
		for i, v := range t.Data {
			p.Data[i] = (p.Data[i] + v) / 2
		}
	}
	s.History = append(s.History, fmt.Sprintf("towers: the mean of these and those of weights %s", f.Fingerprint()))
	s.addSources(f.TrainedOn)
	return nil
}

// ofMotion tells whether a tensor is of the judges of how mouths move, which are always
// trained whole.
func isMotionTensor(name string) bool {
	return strings.HasPrefix(name, "motion.") || strings.HasPrefix(name, "flicker.")
}

// ofListening tells whether a tensor is of what listens alone: the judge of overlapped speech and the speaker embeddings,
// which are trained whole whenever a head is calibrated.
func isVoiceTensor(name string) bool {
	return strings.HasPrefix(name, "overlap.") || strings.HasPrefix(name, "speaker.")
}

// goOnWith leaves the towers as they are and begins the head afresh.
func (s *state) continueOn(fresh *state) {
	s.History = append(s.History, fmt.Sprintf("towers: the first %d steps on the clips of data hash %s", s.TowerSteps, s.DataHash))
	s.DataHash, s.HeadSteps, s.Head, s.Lags, s.Begun = fresh.DataHash, 0, network.NewAdam(decay), nil, s.TowerSteps
	s.Sources = append(s.Sources, fresh.Sources...)
	slices.Sort(s.Sources)
	s.Sources = slices.Compact(s.Sources)
	s.params.Take(network.NewParams(s.Seed), func(name string) bool { return !isTowerTensor(name) })
}
