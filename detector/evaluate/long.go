package evaluate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// longFile is the length, in frames, of a concatenated file: 5 min.
	longFile = 300 * video.FrameRate
	// A share is measured on longFiles files. Its interval is found from longDraws draws of
	// drawnFiles files each.
	longFiles, longDraws, drawnFiles = 200, 100, 10
)

// An impostorPair is a genuine clip scored with its own sound and with that of an impostor.
type impostorPair struct {
	*subject
	impostor *outcome
}

// longFiles measures verdicts on files that are concatenated from clips, each clip a track: the
// share of genuine files called suspect, moderate or strong; and the share of files with one
// impostor voice in which a segment of the clip with that voice is suspect.
func (m *measurement) longFiles(ctx context.Context) ([]Measure, error) {
	alarm := Measure{Name: "long_false_alarm_moderate", Estimate: statistic.Unmeasured()}
	found := Measure{Name: "long_swap_found", Estimate: statistic.Unmeasured()}
	clips, inconclusive := m.genuine(LongClip)
	alarm.Inconclusive, found.Inconclusive = inconclusive, inconclusive
	switch {
	case !m.calibrated:
		return []Measure{alarm.withReason(noThresholds), found.withReason(noThresholds)}, nil
	case len(clips) < 2:
		why := m.noClips("two genuine clips of 3 s or more")
		return []Measure{alarm.withReason(why), found.withReason(why)}, nil
	}
	rng := m.rng(alarm.Name)
	var all []impostorPair
	for i, s := range clips {
		m.progress("building long files", i, len(clips))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		other, err := s.scan(drawImpostors(rng, s, clips)[0].sound.ofLength(s.frames))
		if err != nil {
			return nil, err
		}
		all = append(all, impostorPair{s, other})
	}
	for _, x := range []struct {
		*Measure
		swapped bool
	}{{&alarm, false}, {&found, true}} {
		x.N = len(all)
		x.Value = longSuspectShare(rng, all, longFiles, x.swapped)
		x.Low, x.High, x.How = longInterval(rng, all, x.swapped)
	}
	return []Measure{alarm, found}, nil
}

// longSuspectShare returns the share of n random files that are called suspect: genuine files
// moderate or strong, files with an impostor voice by a segment of its track.
func longSuspectShare(rng *rand.Rand, all []impostorPair, n int, swapped bool) float64 {
	hits := 0
	for range n {
		r, track := concatenateClips(rng, all, swapped)
		switch {
		case swapped && slices.ContainsFunc(r.Segments, func(s verdict.Segment) bool { return s.Track == track }):
			hits++
		case !swapped && (r.Band == verdict.Moderate || r.Band == verdict.Strong):
			hits++
		}
	}
	return float64(hits) / float64(n)
}

// longInterval returns the 95 % interval of longSuspectShare by bootstrap over the clusters of
// the clips.
func longInterval(rng *rand.Rand, all []impostorPair, swapped bool) (low, high float64, how string) {
	var obs []statistic.Observation
	for _, c := range all {
		obs = append(obs, c.observe(0, true))
	}
	c := statistic.NewClusters(obs)
	low, high = c.Interval(rng, longDraws, func(weight []int) float64 {
		var drawn []impostorPair
		for i, x := range all {
			for range weight[c.Of[i]] {
				drawn = append(drawn, x)
			}
		}
		return longSuspectShare(rng, drawn, drawnFiles, swapped)
	})
	return low, high, c.How()
}

// concatenateClips joins random clips to one file and decides its verdict. If swapped, the first
// clip has an impostor voice; its track is returned. All clips of a file are scored by the same
// weights, because thresholds differ between weights.
func concatenateClips(rng *rand.Rand, all []impostorPair, swapped bool) (*verdict.Result, int) {
	by := all[rng.IntN(len(all))].model
	all = slices.DeleteFunc(slices.Clone(all), func(c impostorPair) bool { return c.model != by })
	r := &verdict.Result{}
	for r.Frames < longFile {
		c := all[rng.IntN(len(all))]
		o := c.own
		if swapped && len(r.Tracks) == 0 {
			o = c.impostor
		}
		scores := slices.Clone(o.scores)
		for i := range scores {
			scores[i].Frame = r.Frames + i
		}
		r.Tracks = append(r.Tracks, verdict.Track{ID: len(r.Tracks), Scores: scores,
			Start: video.FrameTime(r.Frames), End: video.FrameTime(r.Frames + len(scores))})
		r.Frames += len(scores)
	}
	verdict.Decide(r, true, by.thresholds)
	return r, 0
}

// longProtocol returns the line of Protocol on these measures.
func longProtocol() string {
	return fmt.Sprintf("long_false_alarm_moderate, long_swap_found: %d files of %d s, each concatenated from the tracks of genuine clips of 3 s or more drawn with replacement: share called suspect (moderate or strong); with one impostor voice, share in which a segment of that clip is suspect. Intervals: %d bootstrap draws of sources with %d files each.",
		longFiles, longFile/video.FrameRate, longDraws, drawnFiles)
}
