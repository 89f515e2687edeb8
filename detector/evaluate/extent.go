package evaluate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// longestReplacement is the longest replacement, in seconds.
	longestReplacement = 3
	// minUnchanged is the number of frames of a clip that must remain unchanged: 2 s.
	minUnchanged = 2 * video.FrameRate
	// endTolerance is the largest error of a boundary that counts as right.
	endTolerance = 250 * time.Millisecond
)

// extents replaces 1, 2 and 3 s of the sound of genuine clips by an impostor voice and compares
// the segments of the verdict with the replacement. It measures the share of replacements that
// a segment overlaps, the intersection over union, and the share of boundaries within
// endTolerance.
func (m *measurement) extents(ctx context.Context) ([]Measure, error) {
	out := []Measure{{Name: "segment_found"}, {Name: "segment_iou"}, {Name: "segment_ends_within_0.25s"}}
	clips, inconclusive := m.genuine(LongClip)
	rng := m.rng(out[0].Name)
	var found, overlaps, ends []statistic.Observation
	for i, s := range clips {
		m.progress("replacing 1 to 3 s", i, len(clips))
		donor := drawImpostors(rng, s, clips)
		if len(donor) == 0 {
			inconclusive++
			continue
		}
		for seconds := 1; seconds <= longestReplacement; seconds++ {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			n := seconds * video.FrameRate
			at, ok := drawSpeech(rng, s.sound, s.face.First, s.face.First+len(s.unscored), n)
			from, donorOK := drawSpeech(rng, donor[0].sound, 0, donor[0].frames, n)
			if !ok || !donorOK || len(s.unscored) < n+minUnchanged {
				continue
			}
			o, err := s.scan(s.sound.spliced(at, donor[0].sound, from, n))
			if err != nil {
				return nil, err
			}
			iou, right, overlap := o.compareExtent(interval{at, at + n})
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
		x.N, x.Inconclusive = len(obs), inconclusive
		switch {
		case !m.calibrated:
			*x = x.withReason(noThresholds)
		case len(found) == 0:
			*x = x.withReason(m.noClips("genuine clip of 3 s or more with a second of speech to replace"))
		case len(obs) == 0:
			*x = x.withReason("no segment overlaps a replacement")
		default:
			x.Estimate = statistic.Mean(m.rng(x.Name), obs)
		}
	}
	return out, nil
}

// compareExtent compares the segments, moved by the lag to frames of the sound, with the
// replaced frames truth. iou is the intersection of all segments with truth over their union.
// ends is the share, 0, 0.5 or 1, of the outermost boundaries of the overlapping segments that
// are within endTolerance of those of truth. found is false if no segment overlaps truth.
func (o *outcome) compareExtent(truth interval) (iou, ends float64, found bool) {
	var segments []interval
	common, all := 0, truth.end-truth.first
	for i := range o.segments {
		s := interval{o.soundFrame(video.FrameAt(o.segments[i].Start)), o.soundFrame(video.FrameAt(o.segments[i].End))}
		both := s.intersection(truth)
		if both > 0 {
			segments = append(segments, s)
		}
		common, all = common+both, all+s.end-s.first-both
	}
	if len(segments) == 0 {
		return 0, 0, false
	}
	first := slices.MinFunc(segments, func(a, b interval) int { return a.first - b.first }).first
	end := slices.MaxFunc(segments, func(a, b interval) int { return a.end - b.end }).end
	for _, off := range []int{first - truth.first, end - truth.end} {
		if video.FrameTime(off).Abs() <= endTolerance {
			ends += .5
		}
	}
	return float64(common) / float64(all), ends, true
}

// extentProtocol returns the line of Protocol on these measures.
func extentProtocol() string {
	return fmt.Sprintf("segment_found, segment_iou, segment_ends_within_0.25s: 1, 2 and %d s of speech of genuine clips of 3 s or more replaced by an impostor's, at least %d s unchanged: share of these replacements that a segment of the verdict overlaps, of any band; for those, mean intersection over union of all segments with the replacement, and share of boundaries within 0.25 s. n counts replacements.",
		longestReplacement, minUnchanged/video.FrameRate)
}
