package evaluate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/detector/statistic"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// lagClip is the least length, in frames, of the clips whose lag is looked
	// at: 2 s.
	lagClip = 50
	// continuous is the share of the frames with speech from which on speech
	// counts as continuous.
	continuous = 0.5
	// PublishedLag is the largest lag, in frames, that a genuine clip may have
	// been published with; a larger one found is rather an error of the finder.
	PublishedLag = 4

	// invariant is how many clips, at most, the invariance under constant shifts is
	// tried on, and by how many frames to either side.
	invariant, invariantShift = 100, 15
)

// shiftedBy returns the displacements of the shift measures, frames.
func shiftedBy() []int { return []int{5, 10, farthest} }

const (
	// farthest is the largest of these displacements, frames.
	farthest = 25
	// shiftSearch is how far a sound is looked for that may be displaced, frames: as far as
	// the measures displace it, and a published lag beyond.
	shiftSearch = farthest + PublishedLag + 1
)

// inTime is how much better mouth and sound fit as they stand, the constant lag left in, than
// displaced: the highest likeness at a lag of less than PublishedLag frames, less the
// highest at any other of a profile of ±shiftSearch. It is above 0 where the lag found is
// less than that.
func inTime(profile []float64) float64 {
	middle := len(profile) / 2
	from, to := middle-PublishedLag+1, middle+PublishedLag
	return slices.Max(profile[from:to]) - max(slices.Max(profile[:from]), slices.Max(profile[to:]))
}

// shifts ranks genuine clips of 3 s or more of continuous speech, and the same
// with their sound displaced either way, by how much better they fit at lag zero
// than at others.
func (m *measuring) shifts(ctx context.Context) ([]Measure, error) {
	var out []Measure
	for _, by := range shiftedBy() {
		out = append(out, Measure{Name: fmt.Sprintf("shift_auc_%.1fs", float64(by)/video.FrameRate), Estimate: statistic.Unmeasured()})
	}
	clips, left := m.genuine(LongClip)
	var speaking []*subject
	for _, s := range clips {
		if s.sound.speech() >= continuous {
			speaking = append(speaking, s)
		}
	}
	obs := make([][]statistic.Observation, len(out))
	for i, s := range speaking {
		m.progress("displacing sounds", i, len(speaking))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		own, err := s.profile(s.sound, shiftSearch)
		if err != nil {
			return nil, err
		}
		for i, by := range shiftedBy() {
			obs[i] = append(obs[i], s.observe(inTime(own), true))
			for _, shift := range []int{-by, by} {
				p, err := s.profile(s.sound.shifted(shift), shiftSearch)
				if err != nil {
					return nil, err
				}
				obs[i] = append(obs[i], s.observe(inTime(p), false))
			}
		}
	}
	for i := range out {
		out[i].Inconclusive = left
		if len(speaking) == 0 {
			out[i] = out[i].without(m.none("genuine clip of 3 s or more of continuous speech"))
			continue
		}
		out[i].N = len(speaking)
		out[i].Estimate = statistic.ROCArea(m.rng(out[i].Name), obs[i])
	}
	return out, nil
}

// lags compares the lag found on genuine clips of 2 s or more with none, and
// the lag found after a displacement with the displacement.
func (m *measuring) lags(ctx context.Context) ([]Measure, error) {
	within1, within2 := Measure{Name: "lag_within_1"}, Measure{Name: "lag_within_2"}
	difference := Measure{Name: "lag_difference_within_1"}
	clips, left := m.genuine(lagClip)
	var hits1, hits2, followed float64
	for i, s := range clips {
		m.progress("finding lags", i, len(clips))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		lag := s.own.lag
		if lag.Within(1) {
			hits1++
		}
		if lag.Within(2) {
			hits2++
		}
		tries := []int{-10, -5, 5, 10}
		for _, by := range tries {
			p, err := s.profile(s.sound.shifted(by), avsync.Search)
			if err != nil {
				return nil, err
			}
			if off := avsync.Estimate(p).Whole - lag.Whole - by; max(off, -off) <= 1 {
				followed += 1 / float64(len(tries))
			}
		}
	}
	out := []Measure{within1, within2, difference}
	for i, hits := range []float64{hits1, hits2, followed} {
		out[i].N, out[i].Inconclusive, out[i].Estimate = len(clips), left, statistic.Share(hits, len(clips))
		if len(clips) == 0 {
			out[i] = out[i].without(m.none("genuine clip of 2 s or more"))
		}
	}
	return out, nil
}

// invariance puts genuine clips out of step by every whole number of frames up
// to ±15 and counts those whose verdict or band changes; and it finds the
// largest change of the mean mismatch.
func (m *measuring) invariance(ctx context.Context) ([]Measure, error) {
	changes, difference := Measure{Name: "shift_verdict_changes", Count: true, Estimate: statistic.Unmeasured()}, Measure{Name: "shift_score_difference", Estimate: statistic.Unmeasured()}
	clips, left := m.genuine(LongClip)
	rng := m.rng(changes.Name)
	rng.Shuffle(len(clips), func(i, j int) { clips[i], clips[j] = clips[j], clips[i] })
	clips = clips[:min(invariant, len(clips))]
	changes.N, changes.Inconclusive = len(clips), left
	difference.N, difference.Inconclusive = len(clips), left
	if len(clips) == 0 {
		why := m.none("genuine clip of 3 s or more")
		return []Measure{changes.without(why), difference.without(why)}, nil
	}
	changed, largest := 0, 0.0
	for i, s := range clips {
		m.progress("trying constant lags", i, len(clips))
		same := true
		for by := -invariantShift; by <= invariantShift; by++ {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			j, err := s.outOfStep(by)
			if err != nil {
				return nil, err
			}
			same = same && j.verdict == s.own.verdict && j.band == s.own.band
			largest = max(largest, meanDifference(s.own, j))
		}
		if !same {
			changed++
		}
	}
	difference.Value = largest
	if !m.calibrated {
		return []Measure{changes.without(noThresholds), difference}, nil
	}
	changes.Value = float64(changed)
	return []Measure{changes, difference}, nil
}

// outOfStep judges a clip whose sound comes by frames later, or, by < 0, whose
// picture comes -by frames later, as a container has it that delays one of the
// two: nothing is cut off, and the gap holds silence or no picture.
func (s *subject) outOfStep(by int) (*judged, error) {
	late := *s
	late.frames += max(by, -by)
	sound := silence(late.frames)
	sound.put(max(by, 0), s.sound, 0, s.frames)
	if by < 0 {
		face := *s.face
		face.First -= by
		late.face, late.blank = &face, slices.Clone(s.blank)
		for i := range late.blank {
			late.blank[i].Frame -= by
		}
	}
	return late.judge(sound)
}

// meanDifference is how far the mean mismatches of two judgements of one face
// lie apart, over the frames that both judge.
func meanDifference(a, b *judged) float64 {
	var sum float64
	n := 0
	for i := range a.scores {
		if a.scores[i].Judged && b.scores[i].Judged {
			sum += a.scores[i].Mismatch - b.scores[i].Mismatch
			n++
		}
	}
	return math.Abs(sum) / float64(max(1, n))
}
