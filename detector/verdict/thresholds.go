package verdict

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// Thresholds turn scores into verdicts. They come with the weights: numbers of
// another network mean something else.
type Thresholds struct {
	// Logit of a track from which the whole of it is suspect, by band.
	TrackWeak, TrackModerate, TrackStrong float64
	// Level, see Levels, from which a stretch is, by band.
	SegmentWeak, SegmentModerate, SegmentStrong float64

	// TrackChance and PartChance are the logits by which thresholds rise where chance has
	// e times as many occasions, see Raised: one by the slope of the likelihood ratios.
	TrackRise, SegmentRise float64

	// Rest is the pace of a mouth, see Pace, below which its lips are at rest; 0: they
	// never are.
	IdleActivity float64

	// Overlap is how surely two or more people must speak at once in the second about a frame,
	// 0..1, for that to count, see Against; 0: it never does.
	Overlap float64

	Fusions // what the logits are made of
}

// Raised returns the thresholds for a stretch of so many judged frames of a file that has so
// many in all. Those of the weights hold for clips of up to video.ClipLength. In a file n times as
// long chance has n times as many occasions, and a stretch there must weigh n times as much
// to stand for the same odds (Bonferroni's correction, on likelihood ratios).
func (t Thresholds) Raised(frames, all int) Thresholds {
	return t.raisedFor(max(frames, video.ClipLength), all)
}

// raised is Raised where a file has one place for every so many frames.
func (t Thresholds) raisedFor(frames, all int) Thresholds {
	rise := max(0, math.Log(float64(all)/float64(frames)))
	for _, x := range []*float64{&t.TrackWeak, &t.TrackModerate, &t.TrackStrong} {
		*x += rise * t.TrackRise
	}
	for _, x := range []*float64{&t.SegmentWeak, &t.SegmentModerate, &t.SegmentStrong} {
		*x += rise * t.SegmentRise
	}
	return t
}

func bandOf(x, weak, moderate, strong float64) Band {
	switch {
	case x >= strong:
		return Strong
	case x >= moderate:
		return Moderate
	case x >= weak:
		return Weak
	}
	return None
}
