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

// A state is the state of a training, the content of a checkpoint. Exported fields are encoded by
// gob under these names.
type state struct {
	Seed       uint64
	DataHash   string   // hash of the clips, see corpus.hash
	Sources    []string // sources used for training in any stage
	TowerSteps int
	// Begun is the tower step at which the learning rate restarted; 0 without an earlier
	// training.
	Begun     int
	HeadSteps int
	// Lags holds the lag of each clip in frames, by file hash, see measureLags; nil before.
	Lags    map[string]int
	Towers  *network.Adam
	Head    *network.Adam
	Tensors map[string][]float32
	History []string // earlier stages on other clips or weights, one line each

	params *network.Params
	motion *motionFit // nil before the motion detectors are trained
	// keptCalibration is that of a head taken from weights; nil if the head is trained, see
	// startFrom.
	keptCalibration map[string]float64
}

func newState(seed uint64, data string, sources []string) *state {
	return &state{Seed: seed, DataHash: data, Sources: sources, Towers: network.NewAdam(decay), Head: network.NewAdam(decay), params: network.NewParams(seed)}
}

// save writes the checkpoint to a temporary file and renames it.
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

// resume reads a checkpoint made from the same clips as fresh, with the same sources held out. If
// the clips or sources differ, it returns an error unless newClips is true: then the towers are
// kept, the head is reset, and History records the earlier clips.
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
		return nil, fmt.Errorf("reading checkpoint %q: made with other clips or another seed; omit --resume to start from the beginning, or add --new-clips to continue", path)
	}
	s.params = network.NewParams(fresh.Seed)
	for _, p := range s.params.List() {
		if isMotionTensor(p.Name) || isVoiceTensor(p.Name) {
			continue // trained last and from scratch; a checkpoint may have other features
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

// isTowerTensor reports whether a tensor is trained in the first stage.
func isTowerTensor(name string) bool {
	return strings.HasPrefix(name, "picture.") || strings.HasPrefix(name, "sound.") || name == "temperature"
}

// startFrom takes the towers of finished weights and their sources. If f has the same sources and
// the same numbers of steps, and ancestor is nil, it also takes the head and its calibration, so
// that only the motion detectors and the voice change are fitted.
//
// With an ancestor, the towers start as the mean of those of f and of ancestor (Wortsman et al.
// 2022, Robust fine-tuning of zero-shot models, eq. 1 with α = 0.5): this keeps most of what
// longer training gained for some speakers and lost for others. One of the two must descend from
// the other; the mean of unrelated weights is useless.
func (s *state) startFrom(f, ancestor *weights.File, towers, head int) error {
	done := [2]int{int(f.Recipe.Numbers[towerSteps]), int(f.Recipe.Numbers[headSteps])}
	kept, what := slices.Equal(s.Sources, f.TrainedOn) && done == [2]int{towers, head} && ancestor == nil, "towers"
	if kept {
		s.HeadSteps, s.keptCalibration, what = head, f.Calibration, "towers, head and calibration"
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

// takeTensors copies the tensors selected by which from finished weights.
func (s *state) takeTensors(f *weights.File, which func(name string) bool) error {
	for _, t := range f.Tensors {
		if which(t.Name) {
			if err := s.params.Set(t.Name, t.Shape, t.Data); err != nil {
				return fmt.Errorf("starting from weights %.12s: %w", f.Fingerprint(), err)
			}
		}
	}
	return nil
}

// recalibrate selects a new calibration of a head taken from weights. It keeps the motion
// detectors, their likelihood ratio and figures, which do not depend on the head.
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
	s.History = append(s.History, "thresholds, fusions and likelihood ratios of mismatch: refitted, motion detectors kept")
	return nil
}

// addSources adds names to the sorted sources, without duplicates.
func (s *state) addSources(names []string) {
	s.Sources = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(s.Sources), names...))))
}

// averageWith replaces the towers by their mean with those of f.
func (s *state) averageWith(f *weights.File) error {
	for _, p := range s.params.List() {
		if !isTowerTensor(p.Name) {
			continue
		}
		t := f.Tensor(p.Name)
		if t == nil || !slices.Equal(t.Shape, p.Shape) {
			return fmt.Errorf("averaging with weights %.12s: no tensor %q of shape %v", f.Fingerprint(), p.Name, p.Shape)
		}
		for i, v := range t.Data {
			p.Data[i] = (p.Data[i] + v) / 2
		}
	}
	s.History = append(s.History, fmt.Sprintf("towers: averaged with those of weights %s", f.Fingerprint()))
	s.addSources(f.TrainedOn)
	return nil
}

// isMotionTensor reports whether a tensor belongs to the motion detectors, which are always
// trained from scratch.
func isMotionTensor(name string) bool {
	return strings.HasPrefix(name, "motion.") || strings.HasPrefix(name, "flicker.")
}

// isVoiceTensor reports whether a tensor belongs to the voice models, which are trained from
// scratch whenever a head is calibrated.
func isVoiceTensor(name string) bool {
	return strings.HasPrefix(name, "overlap.") || strings.HasPrefix(name, "speaker.")
}

// continueOn keeps the towers, resets the head and records the earlier clips.
func (s *state) continueOn(fresh *state) {
	s.History = append(s.History, fmt.Sprintf("towers: the first %d steps on clips with data hash %s", s.TowerSteps, s.DataHash))
	s.DataHash, s.HeadSteps, s.Head, s.Lags, s.Begun = fresh.DataHash, 0, network.NewAdam(decay), nil, s.TowerSteps
	s.Sources = append(s.Sources, fresh.Sources...)
	slices.Sort(s.Sources)
	s.Sources = slices.Compact(s.Sources)
	s.params.Take(network.NewParams(s.Seed), func(name string) bool { return !isTowerTensor(name) })
}
