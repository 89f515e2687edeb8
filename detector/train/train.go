package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/weights"
)

// Run trains a network and returns its weights file. If ctx is cancelled while the towers or the
// head are trained, Run saves a checkpoint, from which Options.Resume continues. Unless it
// resumes, a training renames an earlier checkpoint.
func Run(ctx context.Context, o Options) (*weights.File, error) {
	c, s, err := prepare(ctx, &o)
	if err != nil {
		return nil, err
	}
	// Set an earlier checkpoint aside, but only if this run will save one.
	if !o.Resume && !o.Calibrate && s.keptCalibration == nil {
		if err := o.setAside(); err != nil {
			return nil, err
		}
	}
	o.Log("%d clips, %d sources for training, %d sources held out; %d parameters, matrix products by %s, convolutions on %s",
		len(c.examples), len(c.split.Names(ForTowers))+len(c.split.Names(ForHead)), len(c.split.Names(HeldOut)), s.params.Count(), network.BLAS, network.Device)
	if err := c.degrade(ctx, &o); err != nil {
		return nil, err
	}
	if s.keptCalibration == nil {
		if err := trainMismatch(ctx, &o, c, s); err != nil {
			return nil, err
		}
	}
	if s.motion == nil {
		if s.motion, err = trainMotion(ctx, &o, c, s); err != nil {
			return nil, err
		}
	}
	f, err := finish(ctx, &o, c, s)
	if err != nil {
		return nil, err
	}
	return f, addFigures(ctx, &o, f)
}

// prepare completes the options, decodes the clips and reads the checkpoint.
func prepare(ctx context.Context, o *Options) (*corpus, *state, error) {
	o.setDefaults()
	if err := o.makeWork(); err != nil {
		return nil, nil, err
	}
	c, err := readCorpus(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	fresh := newState(o.Seed, c.hash, c.sources())
	if o.From != nil {
		if err := fresh.startFrom(o.From, o.MeanWith, o.Towers, o.Head); err != nil {
			return nil, nil, err
		}
		if o.Calibrate {
			if err := fresh.recalibrate(o.From); err != nil {
				return nil, nil, err
			}
		}
	}
	if !o.Resume || fresh.keptCalibration != nil { // a kept head has no steps left to resume
		return c, fresh, nil
	}
	s, err := resume(o.checkpoint(), fresh, o.NewClips)
	if errors.Is(err, fs.ErrNotExist) {
		o.Log("no checkpoint in %s: starting from the beginning", o.Work)
		return c, fresh, nil
	}
	return c, s, err
}

// trainMismatch trains what scores the mismatch: towers, head, overlapped-speech detector and
// speaker embeddings.
func trainMismatch(ctx context.Context, o *Options, c *corpus, s *state) error {
	if err := trainTowers(ctx, o, c, s); err != nil {
		return err
	}
	if err := trainHead(ctx, o, c, s); err != nil {
		return err
	}
	return trainVoiceModels(ctx, o, c, s)
}

// addFigures evaluates the weights on the held-out sources of the last list and adds the figures
// to the file.
func addFigures(ctx context.Context, o *Options, f *weights.File) error {
	e, err := evaluate.Run(ctx, evaluate.Options{List: o.Lists[len(o.Lists)-1], Weights: []*weights.File{f}, Work: o.Work, Jobs: o.Jobs,
		Seed: o.Seed, NoReencode: o.NoReencode, OpenFinder: o.OpenFinder, Log: o.Log})
	if err != nil {
		return err
	}
	f.Figures = append(f.Figures, figures(e.Measures)...)
	return nil
}

// figures returns the measures that have a value and an interval.
func figures(measures []evaluate.Measure) (out []weights.Figure) {
	for _, m := range measures {
		if m.Reason == "" && !math.IsNaN(m.Low+m.High) {
			out = append(out, weights.Figure{Name: m.Name, Value: m.Value, Low: m.Low, High: m.High, N: m.N})
		}
	}
	return out
}

// Names of the recipe's numbers for the steps of the first two stages.
const towerSteps, headSteps = "tower_steps", "head_steps"

// finish calibrates, unless a calibration was kept, and returns the weights file.
func finish(ctx context.Context, o *Options, c *corpus, s *state) (*weights.File, error) {
	r, err := network.NewRunner(s.params)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	th, scales := verdict.NewThresholds(s.keptCalibration), verdict.NewScales(s.keptCalibration)
	if s.keptCalibration == nil {
		if th, scales, err = calibrate(ctx, r, c, o, s); err != nil {
			return nil, err
		}
	}
	calibration := th.Calibration()
	scales.Motion = s.motion.scale
	if scales.Change, err = fitChange(ctx, r, o, c); err != nil {
		return nil, err
	}
	maps.Copy(calibration, scales.Calibration())
	f := &weights.File{Header: weights.Header{
		Tool: "deepcheck", Created: time.Now().UTC().Truncate(time.Second), Seed: o.Seed, DataHash: c.hash,
		Figures: s.motion.figures, TrainedOn: s.Sources, HeldOut: slices.DeleteFunc(c.split.Names(HeldOut), func(n string) bool { return slices.Contains(s.Sources, n) }),
		Mel: detector.MelSettings(), Calibration: calibration,
		Recipe: weights.Recipe{Command: o.Command, Steps: s.TowerSteps + s.HeadSteps, Batch: longBatch,
			Numbers: map[string]float64{"fold": float64(o.Fold + 1), towerSteps: float64(s.TowerSteps), "tower_rate": towerRate, headSteps: float64(s.HeadSteps), "head_rate": headRate, "weight_decay": decay},
			Stages: slices.Concat(s.History, []string{
				fmt.Sprintf("towers: %d contrastive steps of %d clips of %d frames or %d of %d", s.TowerSteps, longBatch, longFrames, shortBatch, shortFrames),
				fmt.Sprintf("head: %d steps of %d clips of %d frames, towers frozen, sound replaced or displaced in 60 %% of them", s.HeadSteps, headBatch, network.Chunk),
				fmt.Sprintf("overlapped speech: %d steps of %d windows of %d frames, half of them with two voices", o.Overlap, overlapBatch, overlapFrames),
				fmt.Sprintf("speaker embeddings: %d contrastive steps of %d pairs of up to %d frames", o.Speaker, speakerPairs, speakerFrames),
			}, s.motion.stages)},
	}}
	for _, p := range s.params.List() {
		f.Tensors = append(f.Tensors, weights.Tensor{Name: p.Name, Shape: p.Shape, Data: p.Data})
	}
	return f, nil
}
