package evaluate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// minLagClip is the least length, in frames, of clips whose lag is measured: 2 s.
	minLagClip = 50
	// continuousSpeech is the least share of frames with speech in continuous speech.
	continuousSpeech = 0.5
	// PublishedLag is the largest plausible lag, in frames, of a genuine clip as published. A
	// larger lag is more likely an error of the estimate.
	PublishedLag = 4

	// invarianceClips is the largest number of clips on which the invariance under constant shifts
	// is measured; invarianceShift is the largest of these shifts, in frames.
	invarianceClips, invarianceShift = 100, 15
)

// shiftFrames returns the shifts of the shift measures, in frames.
func shiftFrames() []int { return []int{5, 10, largestShift} }

const (
	// largestShift is the largest of these shifts, in frames.
	largestShift = 25
	// shiftSearch is the search range for shifted sound, in frames: the largest shift plus the
	// largest published lag.
	shiftSearch = largestShift + PublishedLag + 1
)

// syncMargin returns how much better mouth and sound fit at a lag of less than PublishedLag
// frames than at any other. It is the difference of the highest likenesses of both kinds of
// lags in a profile over ±shiftSearch frames. It is positive if the best lag is less than
// PublishedLag frames.
func syncMargin(profile []float64) float64 {
	middle := len(profile) / 2
	from, to := middle-PublishedLag+1, middle+PublishedLag
	return slices.Max(profile[from:to]) - max(slices.Max(profile[:from]), slices.Max(profile[to:]))
}

// shifts measures how well syncMargin separates genuine clips of 3 s or more of continuous
// speech from the same clips with their sound shifted either way.
func (m *measurement) shifts(ctx context.Context) ([]Measure, error) {
	var out []Measure
	for _, by := range shiftFrames() {
		out = append(out, Measure{Name: fmt.Sprintf("shift_auc_%.1fs", float64(by)/video.FrameRate), Estimate: statistic.Unmeasured()})
	}
	clips, inconclusive := m.genuine(LongClip)
	var speaking []*subject
	for _, s := range clips {
		if s.sound.speechShare() >= continuousSpeech {
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
		for i, by := range shiftFrames() {
			obs[i] = append(obs[i], s.observe(syncMargin(own), true))
			for _, shift := range []int{-by, by} {
				p, err := s.profile(s.sound.shifted(shift), shiftSearch)
				if err != nil {
					return nil, err
				}
				obs[i] = append(obs[i], s.observe(syncMargin(p), false))
			}
		}
	}
	for i := range out {
		out[i].Inconclusive = inconclusive
		if len(speaking) == 0 {
			out[i] = out[i].withReason(m.noClips("genuine clip of 3 s or more of continuous speech"))
			continue
		}
		out[i].N = len(speaking)
		out[i].Estimate = statistic.ROCArea(m.rng(out[i].Name), obs[i])
	}
	return out, nil
}

// lags measures how well lags are found in genuine clips of 2 s or more: the shares of clips
// with a lag within 1 and 2 frames of 0. It then shifts their sound and measures the share of
// shifts by which the lag changes, ±1 frame.
func (m *measurement) lags(ctx context.Context) ([]Measure, error) {
	within1, within2 := Measure{Name: "lag_within_1"}, Measure{Name: "lag_within_2"}
	difference := Measure{Name: "lag_difference_within_1"}
	clips, inconclusive := m.genuine(minLagClip)
	var hits1, hits2, matched float64
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
				matched += 1 / float64(len(tries))
			}
		}
	}
	out := []Measure{within1, within2, difference}
	for i, hits := range []float64{hits1, hits2, matched} {
		out[i].N, out[i].Inconclusive, out[i].Estimate = len(clips), inconclusive, statistic.Share(hits, len(clips))
		if len(clips) == 0 {
			out[i] = out[i].withReason(m.noClips("genuine clip of 2 s or more"))
		}
	}
	return out, nil
}

// invariance delays the sound or the picture of genuine clips by each whole number of frames up
// to 15. It counts the clips whose verdict or band changes, and finds the largest change of the
// mean mismatch.
func (m *measurement) invariance(ctx context.Context) ([]Measure, error) {
	changes, difference := Measure{Name: "shift_verdict_changes", Count: true, Estimate: statistic.Unmeasured()}, Measure{Name: "shift_score_difference", Estimate: statistic.Unmeasured()}
	clips, inconclusive := m.genuine(LongClip)
	rng := m.rng(changes.Name)
	rng.Shuffle(len(clips), func(i, j int) { clips[i], clips[j] = clips[j], clips[i] })
	clips = clips[:min(invarianceClips, len(clips))]
	changes.N, changes.Inconclusive = len(clips), inconclusive
	difference.N, difference.Inconclusive = len(clips), inconclusive
	if len(clips) == 0 {
		why := m.noClips("genuine clip of 3 s or more")
		return []Measure{changes.withReason(why), difference.withReason(why)}, nil
	}
	changed, largest := 0, 0.0
	for i, s := range clips {
		m.progress("trying constant shifts", i, len(clips))
		same := true
		for by := -invarianceShift; by <= invarianceShift; by++ {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			delayed, err := s.scanDelayed(by)
			if err != nil {
				return nil, err
			}
			same = same && delayed.verdict == s.own.verdict && delayed.band == s.own.band
			largest = max(largest, mismatchDifference(s.own, delayed))
		}
		if !same {
			changed++
		}
	}
	difference.Value = largest
	if !m.calibrated {
		return []Measure{changes.withReason(noThresholds), difference}, nil
	}
	changes.Value = float64(changed)
	return []Measure{changes, difference}, nil
}

// scanDelayed scores a clip whose sound is by frames late or, if by < 0, whose picture is -by
// frames late, as a container delays one of the two. Nothing is cut off; the gap holds silence
// or no picture.
func (s *subject) scanDelayed(by int) (*outcome, error) {
	late := *s
	late.frames += max(by, -by)
	sound := silence(late.frames)
	sound.copyAt(max(by, 0), s.sound, 0, s.frames)
	if by < 0 {
		face := *s.face
		face.First -= by
		late.face, late.unscored = &face, slices.Clone(s.unscored)
		for i := range late.unscored {
			late.unscored[i].Frame -= by
		}
	}
	return late.scan(sound)
}

// mismatchDifference returns the difference between the mean mismatches of two outcomes for one
// face, over the frames judged in both.
func mismatchDifference(a, b *outcome) float64 {
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
