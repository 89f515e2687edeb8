package evaluate

import (
	"context"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A speaker is a genuine clip with its whole sound before normalisation.
type speaker struct {
	*subject
	whole *audio.Sound
	score float64 // ChangeScore of whole
}

// speakers returns the genuine clips of 3 s or more with enough speech for a ChangeScore, and
// the number of the others.
func (m *measuring) speakers(ctx context.Context) (out []*speaker, left int, err error) {
	clips, left := m.genuine(LongClip)
	for i, s := range clips {
		m.progress("embedding voices", i, len(clips))
		whole, err := dataset.ClipSound(ctx, m.cache, s.hash, s.Path)
		if ctx.Err() != nil {
			return nil, left, ctx.Err()
		}
		if err != nil || whole.Frames < LongClip {
			left++
			continue
		}
		x := &speaker{subject: s, whole: whole}
		if x.score, err = ChangeScore(s.by.runner, whole); err != nil {
			return nil, left, err
		}
		if !defined(x.score) {
			left++
			continue
		}
		out = append(out, x)
	}
	return out, left, nil
}

// voices takes the measures that need sounds before normalisation: voice change and overlapped
// speech.
func (m *measuring) voices(ctx context.Context) ([]Measure, error) {
	all, left, err := m.speakers(ctx)
	if err != nil {
		return nil, err
	}
	overlaps, err := m.overlaps(all, left)
	if err != nil {
		return nil, err
	}
	changes, err := m.changes(all, left)
	return append(changes, overlaps...), err
}

// changes measures how well the greatest voice change separates clips with a spliced impostor
// voice from genuine ones. Each clip is scored as it is, with an impostor from about its middle
// on, and with another impostor for 1 to 3 s.
func (m *measuring) changes(all []*speaker, left int) ([]Measure, error) {
	out := []Measure{{Name: "voice_change_auc"}, {Name: "voice_change_auc_within_source"}, {Name: "voice_change_false_lr10"}}
	across, err := m.withStrangers(m.rng(out[0].Name), all, func(a, b *speaker) bool { return a.Source != b.Source })
	if err != nil {
		return nil, err
	}
	within, err := m.withStrangers(m.rng(out[1].Name), all, func(a, b *speaker) bool { return a.Source == b.Source && a != b })
	if err != nil {
		return nil, err
	}
	alarms := 0
	for _, s := range all {
		if s.by.scales.Change.Of(s.score) >= 1 {
			alarms++
		}
	}
	for _, o := range across {
		m.changed = append(m.changed, o.Observation)
		m.changed[len(m.changed)-1].Value = o.by.scales.Change.Of(o.Value)
	}
	for i := range out {
		out[i].N, out[i].Inconclusive, out[i].Estimate = len(all), left, statistic.Unmeasured()
	}
	if len(all) == 0 {
		for i := range out {
			out[i] = out[i].without(m.none("genuine clip of 3 s or more with enough speech"))
		}
		return out, nil
	}
	if obs := observations(across); len(obs) > len(all) {
		out[0].Estimate = statistic.ROCArea(m.rng(out[0].Name), obs)
	} else {
		out[0] = out[0].without("all such clips are of one source that " + m.whose)
	}
	var groups [][]statistic.Observation
	bySource := map[string]int{}
	out[1].N = 0
	for _, o := range within {
		i, ok := bySource[o.Source]
		if !ok {
			i = len(groups)
			bySource[o.Source], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], o.Observation)
		if !o.Positive {
			out[1].N++
		}
	}
	if out[1].Estimate = statistic.ROCAreaWithin(m.rng(out[1].Name), groups); len(groups) == 0 {
		out[1] = out[1].without("no source that " + m.whose + " has two such clips")
	}
	if out[2].Estimate = statistic.Share(float64(alarms), len(all)); !m.scaledChange() {
		out[2] = out[2].without(noRatios)
	}
	return out, nil
}

// A spoken is the ChangeScore of a sound and the weights that gave it.
type spoken struct {
	statistic.Observation
	by *examiner
}

func observations(list []spoken) (out []statistic.Observation) {
	for _, s := range list {
		out = append(out, s.Observation)
	}
	return out
}

// withStrangers observes each clip as it is (negative) and with spliced impostor voices
// (positive). may selects the clips whose voice is eligible. Clips without an eligible impostor
// are left out.
func (m *measuring) withStrangers(rng *rand.Rand, all []*speaker, may func(own, other *speaker) bool) (out []spoken, err error) {
	for _, s := range all {
		var others []*speaker
		for _, o := range all {
			if may(s, o) {
				others = append(others, o)
			}
		}
		if len(others) == 0 {
			continue
		}
		out = append(out, spoken{s.observe(s.score, false), s.by})
		for _, splice := range []func(*rand.Rand, *audio.Sound, *audio.Sound) *audio.Sound{TakenOver, Interrupted} {
			x, err := ChangeScore(s.by.runner, splice(rng, s.whole, others[rng.IntN(len(others))].whole))
			if err != nil {
				return nil, err
			}
			if defined(x) {
				out = append(out, spoken{s.observe(x, true), s.by})
			}
		}
	}
	return out, nil
}

// scaledChange reports whether all weights hold the likelihood ratio of a voice change.
func (m *measuring) scaledChange() bool {
	return m.hold(func(s *verdict.Scales) bool { return s.Change.Most > 0 })
}
