package evaluate

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/detector/statistic"
)

const (
	// LongClip is the least length, in frames, of clips for swapped and shifted sound: 3 s.
	LongClip = 75
	// swaps is the largest number of impostor voices for each clip.
	swaps = 4
)

// swap measures how well the mismatch logit separates genuine clips of 3 s or more from the same
// pictures with impostor voices, see strangers. The sounds are cut or padded to the length of
// the clip, and the lag is taken out.
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
		return out.without("no clip with a swapped sound has a score"), nil
	}
	return out, nil
}

// strangers draws up to swaps clips of other sources than that of s as impostors; other clips of
// its source if there is only one source.
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
