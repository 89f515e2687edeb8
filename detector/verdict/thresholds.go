package verdict

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// Thresholds turn scores into verdicts. They come with the weights: numbers of
// another network mean something else.
type Thresholds struct {
	// A whole track is suspect from this logit on, by band, see [Fusions.TrackLogit].
	TrackWeak, TrackModerate, TrackStrong float64
	// A segment is suspect from this suspicion on, by band, see [Fusions.Suspicion].
	SegmentWeak, SegmentModerate, SegmentStrong float64

	// TrackRise and SegmentRise are the logits by which these thresholds rise if chance has e
	// times as many occasions, see Raised: the reciprocal slopes of the likelihood ratios.
	TrackRise, SegmentRise float64

	// IdleActivity is the mouth activity below which lips are idle, see embed.MouthActivity;
	// 0: lips are never idle.
	IdleActivity float64

	// Overlap is the probability of overlapped speech, 0 to 1, from which a frame is overlapped,
	// see [Score]; 0: no frame is.
	Overlap float64

	Fusions // from cues to logits
}

// Raised returns the thresholds for a stretch of so many judged frames of a file that has so
// many in all. Those of the weights hold for clips of up to video.ClipLength. In a file n times as
// long chance has n times as many occasions, and a stretch there must weigh n times as much
// to stand for the same odds (Bonferroni's correction, on likelihood ratios).
func (t Thresholds) Raised(frames, fileJudged int) Thresholds {
	return t.raisedFor(max(frames, video.ClipLength), fileJudged)
}

// raised is Raised where a file has one place for every so many frames.
func (t Thresholds) raisedFor(frames, fileJudged int) Thresholds {
	logOccasions := max(0, math.Log(float64(fileJudged)/float64(frames)))
	for _, x := range []*float64{&t.TrackWeak, &t.TrackModerate, &t.TrackStrong} {
		*x += logOccasions * t.TrackRise
	}
	for _, x := range []*float64{&t.SegmentWeak, &t.SegmentModerate, &t.SegmentStrong} {
		*x += logOccasions * t.SegmentRise
	}
	return t
}

func bandOf(logit, weak, moderate, strong float64) Band {
	switch {
	case logit >= strong:
		return Strong
	case logit >= moderate:
		return Moderate
	case logit >= weak:
		return Weak
	}
	return None
}
