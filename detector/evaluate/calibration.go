package evaluate

import (
	"context"
	"math"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A Rung counts the clips with a likelihood ratio in one interval, forged and genuine. If the
// ratios are well calibrated, log10 of Ratio lies in that interval.
type Rung struct {
	Ledger   string  // "mismatch", "part", "motion" or "change"
	From, To float64 // log10 of the likelihood ratio, From <= x < To
	True     int     // number of forged clips: impostor or spliced voice, generated mouth
	False    int     // number of genuine clips
	Ratio    float64 // share of forged clips in this rung over that of genuine; NaN for none
}

// rungs returns the limits between the rungs, log10 of the likelihood ratio.
func rungs() []float64 { return []float64{math.Inf(-1), -1, -.5, 0, .5, 1, math.Inf(1)} }

// calibrations measures the quality of the likelihood ratios: their cost Cllr in bits (Brümmer &
// du Preez 2006, eq. 15) and the ladder. Cllr is 0 for perfect ratios and 1 for a ratio that is
// always 1; above 1 the ratios mislead.
func (m *measuring) calibrations(ctx context.Context) ([]Measure, []Rung, error) {
	mismatch, left, err := m.mismatchRatios(ctx)
	if err != nil {
		return nil, nil, err
	}
	motion, leftMotion := m.labelled(dataset.Fake, func(s *subject) float64 { return s.by.scales.Motion.Of(s.own.motion) })
	var out []Measure
	var ladder []Rung
	for _, ledger := range []struct {
		name   string
		scaled bool
		obs    []statistic.Observation
		left   int // number of clips without a ratio
		what   string
	}{
		{"mismatch", m.scaled(), mismatch, left, "fewer than two genuine clips of 3 s or more"},
		{"part", m.scaledParts(), m.parts, left, "no genuine clip of 3 s or more with a second of speech to replace"},
		{"motion", m.scaled(), motion, leftMotion, "no genuine or no generated clips"},
		{"change", m.scaledChange(), m.changed, 0, "fewer than two sources with genuine clips of 3 s or more with enough speech"},
	} {
		x := Measure{Name: ledger.name + "_cllr", N: len(ledger.obs), Inconclusive: ledger.left}
		yes, no := statistic.Classes(ledger.obs)
		switch {
		case !ledger.scaled:
			out = append(out, x.without(noRatios))
			continue
		case len(yes) == 0 || len(no) == 0:
			out = append(out, x.without(ledger.what+", of sources that "+m.whose))
			continue
		}
		x.Estimate = statistic.Clustered(m.rng(x.Name), ledger.obs, cllr)
		out = append(out, x)
		ladder = append(ladder, climb(ledger.name, yes, no)...)
	}
	return out, ladder, nil
}

// scaledParts reports whether all weights hold the likelihood ratio of a segment.
func (m *measuring) scaledParts() bool {
	return m.hold(func(s *verdict.Scales) bool { return s.Segment.Most > 0 })
}

// mismatchRatios returns log10 of the likelihood ratio of genuine clips of 3 s or more, and of
// the same pictures with one impostor voice each (positive).
func (m *measuring) mismatchRatios(ctx context.Context) (obs []statistic.Observation, inconclusive int, err error) {
	clips, left := m.genuine(LongClip)
	if len(clips) < 2 {
		return nil, left, nil
	}
	rng := m.rng("mismatch_cllr")
	for i, s := range clips {
		m.progress("computing likelihood ratios", i, len(clips))
		if ctx.Err() != nil {
			return nil, left, ctx.Err()
		}
		obs = append(obs, s.observe(s.by.scales.Mismatch.Of(s.own.logit), false))
		j, err := s.judge(strangers(rng, s, clips)[0].sound.fitted(s.frames))
		if err != nil {
			return nil, left, err
		}
		if j.scored() {
			obs = append(obs, s.observe(s.by.scales.Mismatch.Of(j.logit), true))
		}
	}
	return obs, left, nil
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

// climb counts likelihood ratios, log10, by rung.
func climb(ledger string, yes, no []float64) []Rung {
	bounds := rungs()
	var out []Rung
	for i := range len(bounds) - 1 {
		r := Rung{Ledger: ledger, From: bounds[i], To: bounds[i+1], Ratio: math.NaN()}
		within := func(list []float64) (n int) {
			for _, x := range list {
				if x >= r.From && x < r.To {
					n++
				}
			}
			return n
		}
		r.True, r.False = within(yes), within(no)
		if r.True > 0 && r.False > 0 {
			r.Ratio = float64(r.True) / float64(len(yes)) / (float64(r.False) / float64(len(no)))
		}
		out = append(out, r)
	}
	return out
}
