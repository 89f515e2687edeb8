package evaluate

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/detector/statistic"
)

const (
	// LongClip is the least length, in frames, of the clips that swapped and
	// shifted sound is tried on: 3 s.
	LongClip = 75
	// swaps is how many strangers' sounds every clip is given.
	swaps = 4
)

// swap gives genuine clips the sound of other people: every clip of 3 s or more
// is scored with its own sound and with that of up to four other such clips,
// cut or filled up to its length. The other clips are of other sources; only
// where there is but one source are they other clips of it. The score is the
// mismatch logit after the lag was taken out.
func (m *measuring) swap(ctx context.Context) (Measure, error) {
	out := Measure{Name: "swap_auc", Estimate: statistic.Unmeasured()}
	clips, left := m.genuine(LongClip)
	out.Inconclusive = left
	if len(clips) < 2 {
		return out.without("fewer than two genuine clips of 3 s or more of sources that " + m.whose), nil
	}
	rng := m.rng(out.Name)
	var obs []statistic.Observation
	for i, s := range clips {
		m.progress("swapping sounds", i, len(clips))
		obs = append(obs, s.observe(byMismatch(s.own), false))
		for _, o := range strangers(rng, s, clips) {
			if ctx.Err() != nil {
				return out, ctx.Err()
			}
			j, err := s.judge(o.sound.fitted(s.frames))
			if err != nil {
				return out, err
			}
			if j.scored() {
				obs = append(obs, s.observe(byMismatch(j), true))
			}
		}
	}
	out.N = len(clips)
	out.Estimate = statistic.ROCArea(rng, obs)
	if math.IsNaN(out.Value) {
		return out.without("no swapped sound left a second of speech with a mouth"), nil
	}
	return out, nil
}

// strangers draws clips of other sources than that of s; of its own where there are no others.
func strangers(rng *rand.Rand, s *subject, clips []*subject) []*subject {
	var out []*subject
	for _, o := range clips {
		if o.Source != s.Source {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		for _, o := range clips {
			if o != s {
				out = append(out, o)
			}
		}
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:min(swaps, len(out))]
}
