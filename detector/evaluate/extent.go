package evaluate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/detector/statistic"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// longestReplaced is how many seconds are replaced at most to see how far segments reach.
	longestReplaced = 3
	// leastLeft is how many frames of a clip are left as they are: 2 s.
	leastLeft = 2 * video.FrameRate
	// endTolerance is how far the end of a segment may be from the end of what was replaced.
	endTolerance = 250 * time.Millisecond
)

// extents replaces 1, 2 and 3 s of the sound of genuine clips by another's, and asks how far the segments that a scan
// then lists reach: how many of these stretches a segment overlaps, how much of both is common, and how
// many ends are right.
func (m *measuring) extents(ctx context.Context) ([]Measure, error) {
	out := []Measure{{Name: "segment_found"}, {Name: "segment_iou"}, {Name: "segment_ends_within_0.25s"}}
	clips, left := m.genuine(LongClip)
	rng := m.rng(out[0].Name)
	var found, overlaps, ends []statistic.Observation
	for i, s := range clips {
		m.progress("replacing 1 to 3 s", i, len(clips))
		donor := strangers(rng, s, clips)
		if len(donor) == 0 {
			left++
			continue
		}
		for seconds := 1; seconds <= longestReplaced; seconds++ {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			n := seconds * video.FrameRate
			at, ok := speechOf(rng, s.sound, s.face.First, s.face.First+len(s.blank), n)
			from, heard := speechOf(rng, donor[0].sound, 0, donor[0].frames, n)
			if !ok || !heard || len(s.blank) < n+leastLeft {
				continue
			}
			j, err := s.judge(s.sound.spliced(at, donor[0].sound, from, n))
			if err != nil {
				return nil, err
			}
			iou, right, overlap := j.reach(stretch{at, at + n})
			if !overlap {
				found = append(found, s.observe(0, true))
				continue
			}
			found = append(found, s.observe(1, true))
			overlaps = append(overlaps, s.observe(iou, true))
			ends = append(ends, s.observe(right, true))
		}
	}
	for i, obs := range [][]statistic.Observation{found, overlaps, ends} {
		x := &out[i]
		x.N, x.Inconclusive = len(obs), left
		switch {
		case !m.calibrated:
			*x = x.without(noThresholds)
		case len(found) == 0:
			*x = x.without(m.none("genuine clip of 3 s or more with a second of speech to replace"))
		case len(obs) == 0:
			*x = x.without("no segment lies where anything was replaced")
		default:
			x.Estimate = statistic.Mean(m.rng(x.Name), obs)
		}
	}
	return out, nil
}

// reach holds the segments against what was replaced of the sound: the intersection over the union of all of
// them with it, and the share of its two ends from which the outermost ends of those that overlap it are no farther than
// endTolerance; found is false where none does. The sound of a frame is as much later as the lag says.
func (j *judged) reach(truth stretch) (iou, ends float64, found bool) {
	var segments []stretch
	common, all := 0, truth.end-truth.first
	for i := range j.segments {
		s := stretch{j.heard(video.FrameAt(j.segments[i].Start)), j.heard(video.FrameAt(j.segments[i].End))}
		both := s.common(truth)
		if both > 0 {
			segments = append(segments, s)
		}
		common, all = common+both, all+s.end-s.first-both
	}
	if len(segments) == 0 {
		return 0, 0, false
	}
	first := slices.MinFunc(segments, func(a, b stretch) int { return a.first - b.first }).first
	end := slices.MaxFunc(segments, func(a, b stretch) int { return a.end - b.end }).end
	for _, off := range []int{first - truth.first, end - truth.end} {
		if video.FrameTime(off).Abs() <= endTolerance {
			ends += .5
		}
	}
	return float64(common) / float64(all), ends, true
}

// extentProtocol is the line of Protocol on these measures.
func extentProtocol() string {
	return fmt.Sprintf("segment_found, segment_iou, segment_ends_within_0.25s: 1, 2 and %d s of speech of genuine clips of 3 s or more replaced by a stranger's, %d s or more left as they are: the share of these stretches that a segment of the verdict overlaps, however weak; of those, intersection over union of all segments with what was replaced, the mean, and the share of ends within a quarter second.",
		longestReplaced, leastLeft/video.FrameRate)
}
