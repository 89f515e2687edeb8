package evaluate

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// spliceFrames is the length of a replacement, in frames: 1 s.
	spliceFrames = video.FrameRate
	// spliceSpeech is the least share of frames with speech, in the replaced second and in its
	// replacement.
	spliceSpeech = 0.8
)

// A proposal is an interval of the sound of a clip that may have been replaced.
type proposal struct {
	clip       int // index of the clip
	first, end int // frames [first, end) of the sound
	confidence float64
	correct    bool // the first proposal that overlaps the replacement enough
}

// An interval is frames [first, end) of a sound; empty if nothing was replaced.
type interval struct{ first, end int }

// intersection returns the number of frames in both intervals.
func (s interval) intersection(o interval) int {
	return max(min(s.end, o.end)-max(s.first, o.first), 0)
}

// iou returns the intersection over union of two intervals.
func (s interval) iou(o interval) float64 {
	both := s.intersection(o)
	if both == 0 {
		return 0
	}
	return float64(both) / float64(s.end-s.first+o.end-o.first-both)
}

// splices replaces a second of the sound of genuine clips by a second of speech of another
// clip. It measures the average precision of the proposed intervals, ranked by confidence over
// all clips, spliced and genuine. It also measures how well the voice distance separates a
// replaced second from the same second of the unchanged clip.
func (m *measurement) splices(ctx context.Context) ([]Measure, error) {
	ap50, ap75, speakerAUC := Measure{Name: "splice_ap50"}, Measure{Name: "splice_ap75"}, Measure{Name: "speaker_auc"}
	clips, inconclusive := m.genuine(LongClip)
	rng := m.rng(ap50.Name)
	var proposals []proposal
	var truths []interval
	var obs []statistic.Observation // one for each of truths: its source, for the bootstrap
	var distances []statistic.Observation
	add := func(s *subject, o *outcome, truth interval) {
		if o.scored() {
			if peak := s.model.thresholds.PeakSuspicion(o.scores); !math.IsInf(peak, -1) {
				m.segmentRatios = append(m.segmentRatios, s.observe(s.model.scales.Segment.LogLR(peak), truth.end > 0))
			}
		}
		proposals = append(proposals, proposeIntervals(len(truths), o)...)
		truths = append(truths, truth)
		obs = append(obs, s.observe(0, true))
	}
	spliced := 0
	for i, s := range clips {
		m.progress("replacing a second", i, len(clips))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		add(s, s.own, interval{})
		at, ok := drawSpeech(rng, s.sound, s.face.First, s.face.First+len(s.unscored), spliceFrames)
		donor := drawImpostors(rng, s, clips)
		if !ok || len(donor) == 0 {
			inconclusive++
			continue
		}
		from, ok := drawSpeech(rng, donor[0].sound, 0, donor[0].frames, spliceFrames)
		if !ok {
			inconclusive++
			continue
		}
		o, err := s.scan(s.sound.spliced(at, donor[0].sound, from, spliceFrames))
		if err != nil {
			return nil, err
		}
		add(s, o, interval{at, at + spliceFrames})
		for _, x := range []*outcome{s.own, o} {
			if d := x.voiceDistance(at + spliceFrames/2); d > 0 {
				distances = append(distances, s.observe(d, x == o))
			}
		}
		spliced++
	}
	out := []Measure{ap50, ap75, speakerAUC}
	for i := range out {
		out[i].Estimate, out[i].N, out[i].Inconclusive = statistic.Unmeasured(), spliced, inconclusive
		if spliced == 0 {
			out[i] = out[i].withReason(m.noClips("genuine clip of 3 s or more with a second of speech to replace"))
		}
	}
	if spliced == 0 {
		return out, nil
	}
	out[0].Estimate = averagePrecision(rng, proposals, truths, obs, .5)
	out[1].Estimate = averagePrecision(rng, proposals, truths, obs, .75)
	if pos, neg := statistic.Classes(distances); len(pos) == 0 || len(neg) == 0 {
		out[2] = out[2].withReason("no clip with enough speech outside the replaced second to compare voices")
	} else {
		out[2].Estimate, out[2].N = statistic.ROCArea(m.rng(out[2].Name), distances), len(pos)
	}
	return out, nil
}

// voiceDistance returns the distance of the voice in the second around a frame of the sound from
// that in the rest of the track, see [verdict.Score]; 0 if unknown.
func (o *outcome) voiceDistance(frame int) float64 {
	for i := range o.scores {
		if o.soundFrame(o.scores[i].Frame) == frame {
			return o.scores[i].VoiceDistance
		}
	}
	return 0
}

// drawSpeech draws, at random, the start of n frames in [first, end) that are mostly speech; ok is
// false if there is none.
func drawSpeech(rng *rand.Rand, h *clipSound, first, end, n int) (at int, ok bool) {
	var starts []int
	for t := max(first, 0); t+n <= min(end, h.frames()); t++ {
		spoken := 0
		for _, v := range h.voiced[t : t+n] {
			if v {
				spoken++
			}
		}
		if float64(spoken) >= spliceSpeech*float64(n) {
			starts = append(starts, t)
		}
	}
	if len(starts) == 0 {
		return 0, false
	}
	return starts[rng.IntN(len(starts))], true
}

// proposeIntervals returns the intervals of the sound of a clip that may have been replaced.
// Each peak of the suspicion gives one, with the extent and the boundaries that a segment would
// get, moved by the lag to frames of the sound. The confidence is the rank of the peak, see
// [verdict.LRScale.Rank].
func proposeIntervals(clip int, o *outcome) []proposal {
	suspicion := o.model.thresholds.Fusions.Suspicion(o.scores)
	var frames []int
	for i, v := range suspicion {
		if !math.IsNaN(v) {
			frames = append(frames, i)
		}
	}
	slices.SortStableFunc(frames, func(a, b int) int { return cmp.Compare(suspicion[b], suspicion[a]) })
	taken := make([]bool, len(suspicion))
	var out []proposal
	for _, i := range frames {
		if taken[i] {
			continue
		}
		extent := verdict.Grow(suspicion, []verdict.Interval{{From: i, To: i + 1, Peak: suspicion[i]}})[0]
		from, to := i, i+1
		for from > extent.From && !taken[from-1] {
			from--
		}
		for to < extent.To && !taken[to] {
			to++
		}
		// an interval that rises towards an interval taken before is the flank of that one
		flank := from > 0 && taken[from-1] && suspicion[from-1] >= suspicion[i] || to < len(suspicion) && taken[to] && suspicion[to] >= suspicion[i]
		for t := from; t < to; t++ {
			taken[t] = true
		}
		if !flank {
			first := o.scores[0].Frame
			p := o.model.thresholds.RefineBoundaries(o.scores, []verdict.Interval{{From: from, To: to, Peak: suspicion[i]}})[0]
			out = append(out, proposal{clip: clip, first: o.soundFrame(first + p.From), end: o.soundFrame(first + p.To), confidence: o.model.scales.Segment.Rank(p.Peak)})
		}
	}
	return out
}

// averagePrecision returns the average precision of proposals at an intersection over union of
// at least overlap: the area under precision over recall, with precision made monotone
// (Everingham et al. 2010, section 4.2, over all points).
func averagePrecision(rng *rand.Rand, proposals []proposal, truths []interval, obs []statistic.Observation, overlap float64) statistic.Estimate {
	proposals = slices.Clone(proposals)
	slices.SortStableFunc(proposals, func(a, b proposal) int { return cmp.Compare(b.confidence, a.confidence) })
	found := make([]bool, len(truths))
	for i := range proposals {
		p := &proposals[i]
		p.correct = !found[p.clip] && interval{p.first, p.end}.iou(truths[p.clip]) >= overlap
		found[p.clip] = found[p.clip] || p.correct
	}
	c := statistic.NewClusters(obs)
	return c.Estimate(rng, func(weight []int) float64 { return precisionRecallArea(proposals, truths, c.Of, weight) })
}

// precisionRecallArea returns the area under precision over recall of proposals in descending
// order of confidence, with the weight of the cluster of each clip; NaN if no spliced clip has a
// weight.
func precisionRecallArea(proposals []proposal, truths []interval, of, weight []int) float64 {
	var total int
	for i, t := range truths {
		if t.end > t.first {
			total += weight[of[i]]
		}
	}
	precision, gained := make([]float64, len(proposals)), make([]float64, len(proposals))
	var hits, all int
	for i, p := range proposals {
		w := weight[of[p.clip]]
		all += w
		if p.correct {
			hits += w
			gained[i] = float64(w) / float64(total)
		}
		precision[i] = float64(hits) / float64(max(1, all))
	}
	var area, best float64
	for i := len(proposals) - 1; i >= 0; i-- {
		best = max(best, precision[i])
		area += best * gained[i]
	}
	if total == 0 {
		return math.NaN()
	}
	return area
}
