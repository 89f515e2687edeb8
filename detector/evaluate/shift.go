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
	// lagClip is the least length, in frames, of clips whose lag is measured: 2 s.
	lagClip = 50
	// continuous is the least share of frames with speech in continuous speech.
	continuous = 0.5
	// PublishedLag is the largest plausible lag, in frames, of a genuine clip as published. A
	// larger lag is more likely an error of the estimate.
	PublishedLag = 4

	// invariant is the largest number of clips on which the invariance under constant shifts
	// is measured; invariantShift is the largest of these shifts, in frames.
	invariant, invariantShift = 100, 15
)

// shiftedBy returns the shifts of the shift measures, in frames.
func shiftedBy() []int { return []int{5, 10, farthest} }

const (
	// farthest is the largest of these shifts, in frames.
	farthest = 25
	// shiftSearch is the search range for shifted sound, in frames: the largest shift plus the
	// largest published lag.
	shiftSearch = farthest + PublishedLag + 1
)

// inTime returns how much better mouth and sound fit at a small lag than at any other: the
// highest likeness at a lag of less than PublishedLag frames minus the highest at any other lag
// of a profile over ±shiftSearch frames. It is positive if the best lag is less than
// PublishedLag frames.
func inTime(profile []float64) float64 {
	middle := len(profile) / 2
	from, to := middle-PublishedLag+1, middle+PublishedLag
	return slices.Max(profile[from:to]) - max(slices.Max(profile[:from]), slices.Max(profile[to:]))
}

// shifts measures how well inTime separates genuine clips of 3 s or more of continuous speech
// from the same clips with their sound shifted either way.
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
		m.progress("shifting sounds", i, len(speaking))
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

// lags measures the share of genuine clips of 2 s or more whose lag is found within 1 and 2
// frames of 0, and the share of shifts of their sound after which the lag found changes by the
// shift, ±1 frame.
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

// invariance delays the sound or the picture of genuine clips by each whole number of frames up
// to 15. It counts the clips whose verdict or band changes, and finds the largest change of the
// mean mismatch.
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
		m.progress("trying constant shifts", i, len(clips))
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

// outOfStep scores a clip whose sound is by frames late or, if by < 0, whose picture is -by
// frames late, as a container delays one of the two. Nothing is cut off; the gap holds silence
// or no picture.
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

// meanDifference returns the difference between the mean mismatches of two outcomes for one
// face, over the frames judged in both.
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
