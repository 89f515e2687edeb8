package evaluate

import (
	"fmt"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// overlapDepths are the levels of the added voice, in dB below the voice of the clip.
var overlapDepths = []float64{0, 6, 12}

// overlaps measures overlapped speech on genuine clips, unchanged and with an added voice: how
// well its probability separates them, and the share of unchanged clips in which it is found.
// It also measures the share of clips with an added voice that are called suspect.
func (m *measurement) overlaps(all []*voiceClip, inconclusive int) ([]Measure, error) {
	out := []Measure{{Name: "overlap_auc"}, {Name: "overlap_false"}, {Name: "overlap_false_alarm_moderate"}}
	rng := m.rng(out[0].Name)
	var obs []statistic.Observation
	var seeming, over, accused int
	for _, s := range all {
		one := verdict.Summarize(s.own.scores).Overlap()
		obs = append(obs, s.observe(one, false))
		if one >= s.model.thresholds.MinOverlap {
			seeming++
		}
		for _, below := range overlapDepths {
			other := all[rng.IntN(len(all))]
			if other.Source == s.Source {
				continue
			}
			o, err := s.scan(&clipSound{mel: audio.Normalised(withVoiceBelow(s.fullSound, other.fullSound, below)), level: s.sound.level, voiced: s.sound.voiced})
			if err != nil {
				return nil, err
			}
			if two := verdict.Summarize(o.scores); two.Judged > 0 {
				obs = append(obs, s.observe(two.Overlap(), true))
			}
			over++
			if o.isAlarm() {
				accused++
			}
		}
	}
	for i := range out {
		out[i].N, out[i].Inconclusive, out[i].Estimate = len(all), inconclusive, statistic.Unmeasured()
		if len(all) == 0 {
			out[i] = out[i].withReason(m.noClips("genuine clip of 3 s or more with enough speech"))
		}
	}
	if len(all) == 0 {
		return out, nil
	}
	if out[1].Estimate = statistic.Share(float64(seeming), len(all)); !m.haveOverlapThreshold() {
		out[1] = out[1].withReason(noThresholds)
	}
	out[2].N = over
	if over == 0 {
		for _, i := range []int{0, 2} {
			out[i] = out[i].withReason("all such clips are of one source that " + m.sourceClause)
		}
		return out, nil
	}
	out[0].Estimate = statistic.ROCArea(m.rng(out[0].Name), obs)
	if out[2].Estimate = statistic.Share(float64(accused), over); !m.calibrated {
		out[2] = out[2].withReason(noThresholds)
	}
	return out, nil
}

// haveOverlapThreshold reports whether all weights hold a threshold for overlapped speech.
func (m *measurement) haveOverlapThreshold() bool {
	return !slices.ContainsFunc(m.subjects, func(s *subject) bool { return s.model.thresholds.MinOverlap == 0 })
}

// withVoiceBelow returns own with other added from the first frame to the end of the shorter
// one. The speech of other is below dB quieter than that of own. Only Mel is changed.
func withVoiceBelow(own, other *audio.Sound, below float64) *audio.Sound {
	gain := math.Pow(10, (dataset.SpeechLevel(own.Level, own.Voiced)-dataset.SpeechLevel(other.Level, other.Voiced)-below)/10)
	out := *own
	out.Mel = slices.Clone(own.Mel)
	for i := range min(len(out.Mel), len(other.Mel)) {
		out.Mel[i] = out.Mel[i].Plus(other.Mel[i], gain)
	}
	return &out
}

// overlapProtocol returns the line of Protocol on these measures.
func overlapProtocol() string {
	return fmt.Sprintf("overlap_auc: genuine clips of 3 s or more against the same with the voice of a clip of another source added, %v dB below theirs; by the mean probability of overlapped speech over the judged frames. overlap_false: genuine clips in which overlapped speech is found. overlap_false_alarm_moderate: clips with an added voice, each depth counted, called suspect (moderate or strong).", overlapDepths)
}
