package evaluate

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/video"
)

// A namedDegradation is a degradation of clips and its measure.
type namedDegradation struct {
	name string // end of the name of the measure
	dataset.Degradation
}

// degradations are those that are measured. The measure of the first has no name ending.
var degradations = []namedDegradation{
	{"", dataset.Degradation{Degradation: video.Degradation{Height: 240, CRF: 35, SoundBitRate: 24000}}},
	{"_360p", dataset.Degradation{Degradation: video.Degradation{Height: 360, CRF: 30, SoundBitRate: 48000}}},
	{"_half_rate", dataset.Degradation{Degradation: video.Degradation{FrameRate: video.FrameRate / 2.}}},
	{"_noise_10db", dataset.Degradation{Noise: 10}},
}

// A degrader degrades clips and keeps their samples in a cache.
type degrader struct {
	cache  string
	finder func() (video.Finder, error)
	opened video.Finder
}

func (r *degrader) close() {
	if r.opened != nil {
		r.opened.Close()
	}
}

// sample returns the sample of a clip after degradation t.
func (r *degrader) sample(ctx context.Context, s *subject, t namedDegradation) (*dataset.Sample, error) {
	open := func() (_ video.Finder, err error) {
		if r.opened == nil {
			r.opened, err = r.finder()
		}
		return r.opened, err
	}
	as := &dataset.Sample{Hash: s.hash, Level: s.sound.level, Voiced: s.sound.voiced}
	return dataset.LoadDegraded(ctx, r.cache, "-degraded"+t.name, s.Path, as, t.Degradation, open)
}

// A swapScores holds the score of one genuine clip and those of its pictures with impostor
// voices.
type swapScores struct {
	own       float64
	impostors []float64
}

// reencodeLosses measures the loss of swap_auc by each degradation of both the clips and the
// impostor voices: the area before minus the area after, over the clips with a score both before
// and after.
func (m *measurement) reencodeLosses(ctx context.Context) ([]Measure, error) {
	clips, inconclusive := m.genuine(LongClip)
	r := &degrader{cache: m.cache, finder: m.finder}
	defer r.close()
	var out []Measure
	for _, t := range degradations {
		measure := Measure{Name: "reencode_auc_loss" + t.name, Inconclusive: inconclusive}
		if m.noReencode {
			out = append(out, measure.withReason("re-encoding is turned off"))
			continue
		}
		if len(clips) < 2 {
			out = append(out, measure.withReason("fewer than two genuine clips of 3 s or more of sources that "+m.sourceClause))
			continue
		}
		after := make([]*subject, len(clips))
		for i, s := range clips {
			m.progress("re-encoding"+t.name, i, len(clips))
			sample, err := r.sample(ctx, s, t)
			if err != nil {
				return nil, err
			}
			if !sample.Usable() {
				continue
			}
			if after[i], err = s.model.subject(s.Clip, sample); err != nil {
				return nil, err
			}
		}
		pairs, err := m.pairedScores(ctx, clips, after)
		if err != nil {
			return nil, err
		}
		measure.N, measure.Inconclusive = len(pairs), inconclusive+len(clips)-len(pairs)
		if len(pairs) < 2 {
			out = append(out, measure.withReason("fewer than two clips have a score after degradation"))
			continue
		}
		measure.Estimate = aucLoss(m.rng(measure.Name), pairs)
		out = append(out, measure)
	}
	return out, nil
}

// pairedScores scores clips before and after degradation with the same impostor voices. It
// returns one pair for each clip with a score both before and after.
func (m *measurement) pairedScores(ctx context.Context, before, after []*subject) ([][2]swapScores, error) {
	rng := m.rng("swap_auc")
	var out [][2]swapScores
	for i, s := range before {
		chosen := drawImpostors(rng, s, before)
		if after[i] == nil || !after[i].own.scored() {
			continue
		}
		pair := [2]swapScores{{own: byMismatch(s.own)}, {own: byMismatch(after[i].own)}}
		for _, o := range chosen {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			k := slices.Index(before, o)
			if after[k] == nil {
				continue
			}
			x, err := s.scan(o.sound.ofLength(s.frames))
			if err != nil {
				return nil, err
			}
			y, err := after[i].scan(after[k].sound.ofLength(after[i].frames))
			if err != nil {
				return nil, err
			}
			if x.scored() && y.scored() {
				pair[0].impostors, pair[1].impostors = append(pair[0].impostors, byMismatch(x)), append(pair[1].impostors, byMismatch(y))
			}
		}
		out = append(out, pair)
	}
	return out, nil
}

// aucLoss returns the area under the ROC curve before minus that after, with an interval over
// clips.
func aucLoss(rng *rand.Rand, pairs [][2]swapScores) statistic.Estimate {
	return statistic.BootstrapClips(rng, len(pairs), func(drawn []int) []float64 {
		var area [2]float64
		for k := range area {
			var pos, neg []float64
			for _, i := range drawn {
				p := pairs[i][k]
				neg, pos = append(neg, p.own), append(pos, p.impostors...)
			}
			area[k] = statistic.AUC(pos, neg)
		}
		return []float64{area[0] - area[1]}
	})[0]
}
