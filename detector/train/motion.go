package train

import (
	"context"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	avsync "github.com/deepcheck/deepcheck/sync"
)

const (
	motionTarget = 0.95 // how surely a clip is what its list says
	motionFolds  = 5
	// motionRidge keeps the judge of lip motion from knowing sources by heart, see
	// statistic.Logistic. From .02 to .1 the area on sources left out stays.
	motionRidge = 0.05
)

// A moved is a clip and the windows of its mouth that are judged.
type motionClip struct {
	*example
	motion   *score.Movement // how the pictures change is not judged yet
	degraded *motionClip     // the same clip after it was passed on; nil where there is none
}

// movedClips describes the genuine, the dubbed and the generated clips of the
// parts that are trained on; of lists before the last only a few of each source,
// and none that was drawn.
//
// How alike the towers find mouths and sound is not asked: they know the clips
// that they were trained on by heart. There sound follows genuine mouths closer
// (mean likeness .68 over 15 sources) than generated ones (.64, 29), and of
// strangers less closely (.46, 4 sources, against .49, 7).
func (c *corpus) motionClips(ctx context.Context, r *network.Runner, rng *rand.Rand) ([]motionClip, error) {
	var from []*example
	most := map[string]int{}
	all := append(c.examplesIn(ForTowers, lips.Window, dataset.Real, dataset.Dubbed, dataset.Fake), c.examplesIn(ForHead, lips.Window, dataset.Real, dataset.Dubbed, dataset.Fake)...)
	for _, i := range rng.Perm(len(all)) {
		e := all[i]
		if c.auxiliary[e.Source] {
			if most[e.Source]++; e.Source == drawnSource || most[e.Source] > maxMotionClips {
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

// moved is the clip with its windows, and as it was passed on; nil where it has none.
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

// moves describes one clip; the mouth of a dubbed one is genuine, but its sound
// tells nothing of it.
func (e *example) describeMotion(r *network.Runner) (*score.Movement, error) {
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

// drawnSource is the source of the clips that `make drawn` draws: no lips move there.
const drawnSource = "drawn by cmd/sample"

// motionMost is how many clips of a source of an earlier list count.
const maxMotionClips = 100

// trace returns the motion of a sample's mouths.
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

// windows is how many windows of the clip are described.
func (m motionClip) windows() int { return len(m.motion.First) }
