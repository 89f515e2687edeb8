package evaluate

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/detector/internal/statistic"
)

const (
	// LongClip is the least length, in frames, of clips for swapped and shifted sound: 3 s.
	LongClip = 75
	// swapsPerClip is the largest number of impostor voices for each clip.
	swapsPerClip = 4
)

// swap measures how well the mismatch logit separates genuine clips of 3 s or more from the same
// pictures with impostor voices, see drawImpostors. The sounds are cut or padded to the length
// of the clip, and the lag is taken out.
func (m *measurement) swap(ctx context.Context) (Measure, error) {
	out := Measure{Name: "swap_auc", Estimate: statistic.Unmeasured()}
	clips, inconclusive := m.genuine(LongClip)
	out.Inconclusive = inconclusive
	if len(clips) < 2 {
		return out.withReason("fewer than two genuine clips of 3 s or more of sources that " + m.sourceClause), nil
	}
	rng := m.rng(out.Name)
	var obs []statistic.Observation
	for i, s := range clips {
		m.progress("swapping sounds", i, len(clips))
		obs = append(obs, s.observe(byMismatch(s.own), false))
		for _, o := range drawImpostors(rng, s, clips) {
			if ctx.Err() != nil {
				return out, ctx.Err()
			}
			swapped, err := s.scan(o.sound.ofLength(s.frames))
			if err != nil {
				return out, err
			}
			if swapped.scored() {
				obs = append(obs, s.observe(byMismatch(swapped), true))
			}
		}
	}
	out.N = len(clips)
	out.Estimate = statistic.ROCArea(rng, obs)
	if math.IsNaN(out.Value) {
		return out.withReason("no clip with a swapped sound has a score"), nil
	}
	return out, nil
}

// drawImpostors draws up to swapsPerClip clips of other sources than that of s; other clips of
// its source if there is only one source.
func drawImpostors(rng *rand.Rand, s *subject, clips []*subject) []*subject {
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
	return out[:min(swapsPerClip, len(out))]
}
