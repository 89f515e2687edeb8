package verdict

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// Thresholds turn scores into verdicts. They come with the weights: the scores of another network
// have another scale.
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

	// MinOverlap is the probability of overlapped speech, 0 to 1, from which a frame is overlapped,
	// see [Score]; 0: no frame is.
	MinOverlap float64

	Fusions // from cues to logits
}

// Raised returns the thresholds for an interval with the given number of judged frames, in a file
// with fileJudged:
//
//	threshold + rise·max(0, ln(fileJudged / max(frames, video.ClipLength)))
//
// The thresholds of the weights hold for clips of up to video.ClipLength. In a file n times as
// long chance has n times as many occasions, so the likelihood ratio must be n times as large for
// the same odds (Bonferroni's correction, applied to likelihood ratios).
func (t Thresholds) Raised(frames, fileJudged int) Thresholds {
	return t.raisedFor(max(frames, video.ClipLength), fileJudged)
}

// raisedFor is Raised without the lower limit of video.ClipLength: the thresholds rise for
// fileJudged / frames occasions.
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

// bandOf returns the band of a logit for the thresholds of the three bands.
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
