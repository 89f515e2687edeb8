package evaluate

import (
	"context"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A voiceClip is a genuine clip with its sound before normalisation.
type voiceClip struct {
	*subject
	fullSound *audio.Sound
	score     float64 // ChangeScore of fullSound
}

// voiceClips returns the genuine clips of 3 s or more with enough speech for a ChangeScore, and
// the number of the others.
func (m *measurement) voiceClips(ctx context.Context) (out []*voiceClip, inconclusive int, err error) {
	clips, inconclusive := m.genuine(LongClip)
	for i, s := range clips {
		m.progress("embedding voices", i, len(clips))
		sound, err := dataset.ClipSound(ctx, m.cache, s.hash, s.Path)
		if ctx.Err() != nil {
			return nil, inconclusive, ctx.Err()
		}
		if err != nil || sound.Frames < LongClip {
			inconclusive++
			continue
		}
		x := &voiceClip{subject: s, fullSound: sound}
		if x.score, err = ChangeScore(s.model.runner, sound); err != nil {
			return nil, inconclusive, err
		}
		if !isDefined(x.score) {
			inconclusive++
			continue
		}
		out = append(out, x)
	}
	return out, inconclusive, nil
}

// voiceMeasures takes the measures that need the sound before normalisation: voice change and
// overlapped speech.
func (m *measurement) voiceMeasures(ctx context.Context) ([]Measure, error) {
	all, inconclusive, err := m.voiceClips(ctx)
	if err != nil {
		return nil, err
	}
	overlaps, err := m.overlaps(all, inconclusive)
	if err != nil {
		return nil, err
	}
	changes, err := m.changes(all, inconclusive)
	return append(changes, overlaps...), err
}

// changes measures how well the greatest voice change separates clips with a spliced impostor
// voice from genuine ones. Each clip is scored unchanged, with an impostor from about its
// middle to its end, and with another impostor for 1 to 3 s.
func (m *measurement) changes(all []*voiceClip, inconclusive int) ([]Measure, error) {
	out := []Measure{{Name: "voice_change_auc"}, {Name: "voice_change_auc_within_source"}, {Name: "voice_change_false_lr10"}}
	across, err := m.observeChanges(m.rng(out[0].Name), all, func(a, b *voiceClip) bool { return a.Source != b.Source })
	if err != nil {
		return nil, err
	}
	within, err := m.observeChanges(m.rng(out[1].Name), all, func(a, b *voiceClip) bool { return a.Source == b.Source && a != b })
	if err != nil {
		return nil, err
	}
	alarms := 0
	for _, s := range all {
		if s.model.scales.Change.LogLR(s.score) >= 1 {
			alarms++
		}
	}
	for _, o := range across {
		m.changeRatios = append(m.changeRatios, o.Observation)
		m.changeRatios[len(m.changeRatios)-1].Value = o.model.scales.Change.LogLR(o.Value)
	}
	for i := range out {
		out[i].N, out[i].Inconclusive, out[i].Estimate = len(all), inconclusive, statistic.Unmeasured()
	}
	if len(all) == 0 {
		for i := range out {
			out[i] = out[i].withReason(m.noClips("genuine clip of 3 s or more with enough speech"))
		}
		return out, nil
	}
	if obs := observations(across); len(obs) > len(all) {
		out[0].Estimate = statistic.ROCArea(m.rng(out[0].Name), obs)
	} else {
		out[0] = out[0].withReason("all such clips are of one source that " + m.sourceClause)
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
		out[1] = out[1].withReason("no source that " + m.sourceClause + " has two such clips")
	}
	if out[2].Estimate = statistic.Share(float64(alarms), len(all)); !m.haveChangeRatios() {
		out[2] = out[2].withReason(noRatios)
	}
	return out, nil
}

// A changeObservation is the ChangeScore of a sound and the weights that gave it.
type changeObservation struct {
	statistic.Observation
	model *model
}

func observations(list []changeObservation) (out []statistic.Observation) {
	for _, s := range list {
		out = append(out, s.Observation)
	}
	return out
}

// observeChanges observes each clip unchanged (negative) and with spliced impostor voices
// (positive). may reports whether the voice of other is eligible as impostor for own. Clips
// without an eligible impostor are left out.
func (m *measurement) observeChanges(rng *rand.Rand, all []*voiceClip, may func(own, other *voiceClip) bool) (out []changeObservation, err error) {
	for _, s := range all {
		var others []*voiceClip
		for _, o := range all {
			if may(s, o) {
				others = append(others, o)
			}
		}
		if len(others) == 0 {
			continue
		}
		out = append(out, changeObservation{s.observe(s.score, false), s.model})
		for _, splice := range []func(*rand.Rand, *audio.Sound, *audio.Sound) *audio.Sound{TakenOver, Interrupted} {
			x, err := ChangeScore(s.model.runner, splice(rng, s.fullSound, others[rng.IntN(len(others))].fullSound))
			if err != nil {
				return nil, err
			}
			if isDefined(x) {
				out = append(out, changeObservation{s.observe(x, true), s.model})
			}
		}
	}
	return out, nil
}

// haveChangeRatios reports whether all weights hold the likelihood ratio of a voice change.
func (m *measurement) haveChangeRatios() bool {
	return m.allScales(func(s *verdict.Scales) bool { return s.Change.MaxLogLR > 0 })
}
