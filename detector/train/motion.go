package train

import (
	"context"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/internal/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	avsync "github.com/deepcheck/deepcheck/sync"
)

const (
	motionTarget = 0.95 // target probability of the labelled class (label smoothing)
	motionFolds  = 5
	// motionRidge is the ridge of the outline detector, see statistic.Logistic. It keeps the
	// detector from memorising sources. The AUC on left-out sources is constant from 0.02 to 0.1.
	motionRidge = 0.05
)

// A motionClip is a clip with the motion features of its mouth, in windows.
type motionClip struct {
	*example
	motion   *score.MotionWindows // without flicker scores
	degraded *motionClip          // the degraded clip; nil if there is none
}

// motionClips describes the genuine, dubbed and generated clips of the parts used for training.
// Of each source of the auxiliary lists it takes at most maxMotionClips clips, and none with
// drawn faces.
//
// The likeness of mouths and sound is not a feature: the towers have memorised the clips on which
// they were trained. There the sound fits genuine mouths better than generated ones (mean
// likeness 0.68 over 15 sources against 0.64 over 29); for unseen speakers the order is reversed
// (0.46 over 4 sources against 0.49 over 7).
func (c *corpus) motionClips(ctx context.Context, r *network.Runner, rng *rand.Rand) ([]motionClip, error) {
	var from []*example
	taken := map[string]int{}
	all := append(c.examplesIn(ForTowers, lips.Window, dataset.Real, dataset.Dubbed, dataset.Fake), c.examplesIn(ForHead, lips.Window, dataset.Real, dataset.Dubbed, dataset.Fake)...)
	for _, i := range rng.Perm(len(all)) {
		e := all[i]
		if c.auxiliary[e.Source] {
			if taken[e.Source]++; e.Source == drawnSource || taken[e.Source] > maxMotionClips {
				continue
			}
		}
		from = append(from, e)
	}
	var out []motionClip
	for _, e := range from {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m, err := e.withMotion(r)
		if err != nil {
			return nil, err
		}
		if m != nil {
			out = append(out, *m)
		}
	}
	return out, nil
}

// withMotion returns the clip and its degraded version with their motion features; nil if the
// clip has no window.
func (e *example) withMotion(r *network.Runner) (*motionClip, error) {
	moves, err := e.describeMotion(r)
	if err != nil || len(moves.First) == 0 {
		return nil, err
	}
	m := &motionClip{example: e, motion: moves}
	if e.degraded != nil {
		m.degraded, err = (&example{Clip: e.Clip, Sample: e.degraded, lag: e.lag}).withMotion(r)
	}
	return m, err
}

// describeMotion returns the motion features of a clip. The mouth of a dubbed clip is genuine but
// its sound is not, so the sound is ignored.
func (e *example) describeMotion(r *network.Runner) (*score.MotionWindows, error) {
	if e.Label == dataset.Dubbed {
		return score.DescribeMotion(trace(e.Sample), new(embed.Mouths), nil, score.ConstantLag(0)), nil
	}
	m, err := embedMouths(r, e, noImageChange(), nil)
	if err != nil {
		return nil, err
	}
	face := &embed.Mouths{Embeddings: embed.Float32(m.mouths), Seen: e.Seen}
	voice, err := embed.EmbedMel(r, e.Mel, e.Level, e.Voiced)
	if err != nil {
		return nil, err
	}
	lag := avsync.Estimate(avsync.LagProfile(face, voice)).Whole
	return score.DescribeMotion(trace(e.Sample), face, voice, score.ConstantLag(lag)), nil
}

// drawnSource is the source of the clips made by `make drawn`. Their lips are drawn.
const drawnSource = "drawn by cmd/sample"

// maxMotionClips is the maximum number of clips per source of an auxiliary list.
const maxMotionClips = 100

// trace returns the trace of the outlines of a sample's mouths.
func trace(s *dataset.Sample) *lips.Trace {
	t := new(lips.Trace)
	for i := range s.Frames {
		if s.Seen[i] {
			t.Add(s.Outline(i), s.Eyes[i], s.Yaw[i])
		} else {
			t.Skip()
		}
	}
	return t
}

// windows returns the number of windows of the clip.
func (m motionClip) windows() int { return len(m.motion.First) }
