package evaluate

import (
	"context"
	"math"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A Rung counts the clips with a likelihood ratio in one interval, forged and genuine. If the
// ratios are well calibrated, log10 of Ratio lies in that interval.
type Rung struct {
	Kind     string  // "mismatch", "part", "motion" or "change"
	From, To float64 // log10 of the likelihood ratio, From <= x < To
	Forged   int     // number of forged clips: impostor or spliced voice, generated mouth
	Genuine  int     // number of genuine clips
	Ratio    float64 // share of forged clips in this rung over that of genuine; NaN for none
}

// rungLimits returns the limits between the rungs, log10 of the likelihood ratio.
func rungLimits() []float64 { return []float64{math.Inf(-1), -1, -.5, 0, .5, 1, math.Inf(1)} }

// calibrations measures the quality of the likelihood ratios: their cost Cllr in bits (Brümmer &
// du Preez 2006, eq. 15) and the ladder. Cllr is 0 for perfect ratios and 1 for a ratio that is
// always 1; above 1 the ratios mislead.
func (m *measurement) calibrations(ctx context.Context) ([]Measure, []Rung, error) {
	mismatch, inconclusive, err := m.mismatchRatios(ctx)
	if err != nil {
		return nil, nil, err
	}
	motion, motionInconclusive := m.observeLabel(dataset.Fake, func(s *subject) float64 { return s.model.scales.Motion.LogLR(s.own.motion) })
	var out []Measure
	var ladder []Rung
	for _, kind := range []struct {
		name         string
		scaled       bool
		obs          []statistic.Observation
		inconclusive int // number of clips without a ratio
		lacking      string
	}{
		{"mismatch", m.haveClipRatios(), mismatch, inconclusive, "fewer than two genuine clips of 3 s or more"},
		{"part", m.haveSegmentRatios(), m.segmentRatios, inconclusive, "no genuine clip of 3 s or more with a second of speech to replace"},
		{"motion", m.haveClipRatios(), motion, motionInconclusive, "needs genuine and generated clips"},
		{"change", m.haveChangeRatios(), m.changeRatios, 0, "needs genuine clips of two sources, of 3 s or more with enough speech"},
	} {
		x := Measure{Name: kind.name + "_cllr", N: len(kind.obs), Inconclusive: kind.inconclusive}
		yes, no := statistic.Classes(kind.obs)
		switch {
		case !kind.scaled:
			out = append(out, x.withReason(noRatios))
			continue
		case len(yes) == 0 || len(no) == 0:
			out = append(out, x.withReason(kind.lacking+", of sources that "+m.sourceClause))
			continue
		}
		x.Estimate = statistic.Clustered(m.rng(x.Name), kind.obs, cllr)
		out = append(out, x)
		ladder = append(ladder, countRungs(kind.name, yes, no)...)
	}
	return out, ladder, nil
}

// haveSegmentRatios reports whether all weights hold the likelihood ratio of a segment.
func (m *measurement) haveSegmentRatios() bool {
	return m.allScales(func(s *verdict.Scales) bool { return s.Segment.MaxLogLR > 0 })
}

// mismatchRatios returns log10 of the likelihood ratio of genuine clips of 3 s or more, and of
// the same pictures with one impostor voice each (positive).
func (m *measurement) mismatchRatios(ctx context.Context) (obs []statistic.Observation, inconclusive int, err error) {
	clips, inconclusive := m.genuine(LongClip)
	if len(clips) < 2 {
		return nil, inconclusive, nil
	}
	rng := m.rng("mismatch_cllr")
	for i, s := range clips {
		m.progress("computing likelihood ratios", i, len(clips))
		if ctx.Err() != nil {
			return nil, inconclusive, ctx.Err()
		}
		obs = append(obs, s.observe(s.model.scales.Mismatch.LogLR(s.own.logit), false))
		swapped, err := s.scan(drawImpostors(rng, s, clips)[0].sound.ofLength(s.frames))
		if err != nil {
			return nil, inconclusive, err
		}
		if swapped.scored() {
			obs = append(obs, s.observe(s.model.scales.Mismatch.LogLR(swapped.logit), true))
		}
	}
	return obs, inconclusive, nil
}

// cllr returns the cost, in bits, of likelihood ratios (log10), with the weight of the cluster
// of each: (mean log2(1 + 1/LR) of the positive + mean log2(1 + LR) of the negative) / 2. It is
// NaN if a class is empty.
func cllr(obs []statistic.Observation, of, weight []int) float64 {
	var cost, count [2]float64
	for i, o := range obs {
		side, sign := 0, 1.0
		if o.Positive {
			side, sign = 1, -1
		}
		w := float64(weight[of[i]])
		cost[side] += w * math.Log2(1+math.Pow(10, sign*o.Value))
		count[side] += w
	}
	return (cost[0]/count[0] + cost[1]/count[1]) / 2 // 0/0 is NaN
}

// countRungs counts likelihood ratios, log10, by rung.
func countRungs(kind string, yes, no []float64) []Rung {
	bounds := rungLimits()
	var out []Rung
	for i := range len(bounds) - 1 {
		r := Rung{Kind: kind, From: bounds[i], To: bounds[i+1], Ratio: math.NaN()}
		within := func(list []float64) (n int) {
			for _, x := range list {
				if x >= r.From && x < r.To {
					n++
				}
			}
			return n
		}
		r.Forged, r.Genuine = within(yes), within(no)
		if r.Forged > 0 && r.Genuine > 0 {
			r.Ratio = float64(r.Forged) / float64(len(yes)) / (float64(r.Genuine) / float64(len(no)))
		}
		out = append(out, r)
	}
	return out
}
