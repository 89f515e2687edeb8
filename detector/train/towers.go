package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
)

// Parameters of the contrastive training. Long batches use clips of at least 1.8 s, short ones
// also clips of 1.2 s.
const (
	longBatch, longFrames   = 20, 32
	shortBatch, shortFrames = 32, 18
	towerRate               = 1.2e-3
	restartRate             = 0.7e-3 // towerRate for towers that were trained before
	finalRate               = 1e-5
	warmUpSteps             = 150
	decay                   = 0.05
)

// learningRate returns the learning rate of a step: a linear warm-up, then half a cosine
// (Loshchilov & Hutter 2017, eq. 5).
func learningRate(step, steps int, top float64) float64 {
	if step < warmUpSteps {
		return top * float64(step+1) / warmUpSteps
	}
	x := float64(step-warmUpSteps) / float64(max(1, steps-warmUpSteps))
	return finalRate + (top-finalRate)*(1+math.Cos(math.Pi*min(x, 1)))/2
}

// A towerTraining is the contrastive training of both towers, the first stage.
type towerTraining struct {
	steps       int
	long, short *pool
	log         func(format string, args ...any)
	onReport    func(step int) error // called at every report, to validate and save
	state       *state
}

// rate returns the learning rate of the next step. Towers that were trained before restart the
// schedule with a new warm-up (Loshchilov & Hutter 2017, warm restarts).
func (t *towerTraining) rate() float64 {
	if begun := t.state.Begun; begun > 0 {
		return learningRate(t.state.TowerSteps-begun, t.steps-begun, restartRate)
	}
	return learningRate(t.state.TowerSteps, t.steps, towerRate)
}

// reportEvery is the number of steps between two reports.
const reportEvery = 100

func (t *towerTraining) run(ctx context.Context) error {
	long, err := network.NewTowerTrainer(t.state.params, t.state.Towers, longBatch, longFrames)
	if err != nil {
		return err
	}
	short, err := network.NewTowerTrainer(t.state.params, t.state.Towers, shortBatch, shortFrames)
	if err != nil {
		return err
	}
	var sum [2]float64
	var n [2]int
	began, first := time.Now(), t.state.TowerSteps
	for t.state.TowerSteps < t.steps {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		step := t.state.TowerSteps
		// Each step has its own random numbers, so that a resumed training continues exactly as
		// an uninterrupted one.
		f := batchFiller{rng: rand.New(rand.NewPCG(t.state.Seed, uint64(step)))}
		c, p, kind := long, t.long, 0
		if step%2 == 1 && len(t.short.groups) > 0 {
			c, p, kind = short, t.short, 1
		}
		f.fill(c, p.draw(f.rng, c.Batch))
		loss, err := c.Step(t.rate())
		if err != nil {
			return err
		}
		sum[kind] += loss
		n[kind]++
		t.state.TowerSteps++
		if done := t.state.TowerSteps; done%reportEvery == 0 || done == t.steps {
			each := time.Since(began) / time.Duration(done-first)
			t.log("towers: step %d of %d, loss %.3f long, %.3f short, %.2f s a step, %s to go",
				done, t.steps, sum[0]/float64(max(1, n[0])), sum[1]/float64(max(1, n[1])), each.Seconds(),
				(each * time.Duration(t.steps-done)).Round(time.Second))
			sum, n = [2]float64{}, [2]int{}
			if err := t.onReport(done); err != nil {
				return err
			}
		}
	}
	return nil
}

// alignPercent is the percentage of the steps after which the lags of the clips are measured.
const alignPercent = 70

// trainTowers runs the first stage.
func trainTowers(ctx context.Context, o *Options, c *corpus, s *state) error {
	r, err := network.NewRunner(s.params)
	if err != nil {
		return err
	}
	defer r.Close()
	// Held-out clips are evaluated only once, at the end.
	unseen := c.examplesIn(ForHead, 2*longFrames, dataset.Real)
	long, short := c.towerPools()
	c.setLags(s.Lags)
	align := func(step int) error {
		if s.Lags != nil || step < o.Towers*alignPercent/100 {
			return nil
		}
		genuine := c.examplesIn(ForTowers, minFrames, dataset.Real)
		if s.Lags, err = measureLags(ctx, r, genuine); err != nil {
			s.Lags = nil
			return err
		}
		c.setLags(s.Lags)
		moved := 0
		for _, lag := range s.Lags {
			if lag != 0 {
				moved++
			}
		}
		o.Log("towers: measured the lag of %d of %d genuine clips with confidence; compensated the lag of %d", len(s.Lags), len(genuine), moved)
		return nil
	}
	t := towerTraining{steps: o.Towers, long: long, short: short, log: o.Log, state: s, onReport: func(step int) error {
		if step%500 == 0 && len(unseen) > 3 {
			v, err := validate(r, unseen)
			if err != nil {
				return err
			}
			o.Log("towers: on %d unseen genuine clips, lag within 1 frame %.2f, within 2 %.2f, swapped sound AUC %.3f",
				v.clips, v.within1, v.within2, v.swap)
		}
		return errors.Join(align(step), s.save(o.checkpoint()))
	}}
	err = t.run(ctx)
	if ctx.Err() != nil {
		return s.saveAfter(ctx.Err(), o.checkpoint())
	}
	return errors.Join(err, align(s.TowerSteps)) // for towers that needed no further steps
}
