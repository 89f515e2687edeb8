package verdict

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

// A Score is the record of one frame of one track, filled in by package score. It holds raw
// numbers; Decide alone compares them with thresholds.
type Score struct {
	Frame   int  // on the 25 frames/s time line
	Mouth   bool // a mouth was seen
	Frozen  bool // the picture is frozen, see video.FreezeDetector
	Corrupt bool // a decoding error may have damaged the picture: a mismatch is not evidence
	Voiced  bool // the sound holds speech
	Idle    bool // the sound holds speech, but the lips are idle

	// Judged says that the frame counts: it shows a mouth and the sound holds speech, the picture
	// is not frozen and the lips are not idle.
	Judged bool

	// The cues. Each except VoiceDistance is set only if Judged.

	Mismatch float64 // 0 (fits) to 1 (does not fit)
	Likeness float64 // cosine of the embeddings of mouth and sound, -1 to 1
	CohortZ  float64 // Likeness against other times of the track (Z-norm), standard deviations
	Overlap  float64 // probability that two or more people speak at once within ±0.5 s, 0 to 1

	// Overlapped says that Overlap reaches Thresholds.MinOverlap. A mismatch is then weak evidence,
	// because even a mouth's own voice fits less in a mixture.
	Overlapped bool

	// VoiceDistance is the cosine distance, 0 to 2, between the speaker embeddings of the second
	// around the frame and of the rest of the track; 0 if either is too short.
	VoiceDistance     float64
	VoiceDistanceNear float64 // the same for the 11 frames around the frame

	Level   float64   // of the sound, dBFS
	Opening float64   // gap between the inner lips divided by the width of the mouth
	Yaw     float64   // degrees
	EyeDist float64   // distance between the outer eye corners, display pixels
	Box     video.Box // the face, display pixels
}

const (
	// MinEyeDist is the least distance between the outer eye corners, in pixels. A mouth is then
	// about ten pixels wide.
	MinEyeDist = 20

	// MaxYaw is the largest turn of the head, in degrees. Beyond it half of the mouth is hidden.
	MaxYaw = 50
)

// Usable reports whether a frame shows enough of a face to be judged.
func (s *Score) Usable() bool {
	return s.Mouth && s.EyeDist >= MinEyeDist && math.Abs(s.Yaw) <= MaxYaw
}

// MaxLogit bounds the logit of a single frame, so that no frame can outweigh a second.
const MaxLogit = 8

// Logit returns ln(p/(1-p)), bounded to ±MaxLogit.
func Logit(p float64) float64 {
	return min(max(math.Log(p/(1-p)), -MaxLogit), MaxLogit)
}

// countJudged returns the number of judged frames.
func countJudged(scores []Score) int {
	return count(scores, func(*Score) bool { return true })
}

// count returns the number of judged frames with a property.
func count(scores []Score, property func(*Score) bool) int {
	n := 0
	for i := range scores {
		if s := &scores[i]; s.Judged && property(s) {
			n++
		}
	}
	return n
}

// mostly reports whether more than half of the judged frames have a property.
func mostly(scores []Score, property func(*Score) bool) bool {
	return 2*count(scores, property) > countJudged(scores)
}

func isOverlapped(s *Score) bool { return s.Overlapped }
func isCorrupt(s *Score) bool    { return s.Corrupt }

// meanMismatch returns the mean mismatch of the judged frames; 0 if there are none.
func meanMismatch(scores []Score) float64 {
	var sum float64
	n := 0
	for _, s := range scores {
		if s.Judged {
			sum += s.Mismatch
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// withoutOtherSpeakers returns the scores of every track. It clears Judged in frames in which the
// voice does not fit this mouth but fits another track's (logit over a second > 0 here and < 0
// there): the other person speaks. The scores of tracks are not changed; a track without such
// frames shares them.
func withoutOtherSpeakers(tracks []Track, fusions Fusions) [][]Score {
	out := make([][]Score, len(tracks))
	logits := make([][]float64, len(tracks))
	for i, t := range tracks {
		out[i], logits[i] = t.Scores, secondLogits(t.Scores, fusions.Second)
	}
	for i, t := range tracks {
		for j, other := range tracks {
			if i == j || len(t.Scores) == 0 || len(other.Scores) == 0 {
				continue
			}
			shift := t.Scores[0].Frame - other.Scores[0].Frame
			for k := max(0, -shift); k < len(t.Scores) && k+shift < len(other.Scores); k++ {
				if logits[j][k+shift] < 0 && logits[i][k] > 0 {
					if &out[i][0] == &t.Scores[0] {
						out[i] = slices.Clone(t.Scores)
					}
					out[i][k].Judged = false
				}
			}
		}
	}
	return out
}
