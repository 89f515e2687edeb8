package verdict

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

// A Score is what is known of one frame of one track. Scores are raw: segments
// and verdicts are made from them by Judge, so that thresholds can change
// without decoding again.
type Score struct {
	Frame             int       // on the line of 25 frames a second
	Mouth             bool      // a mouth was seen
	Frozen            bool      // in a picture that stands still, see Freeze
	Corrupt           bool      // in a picture that an error in the decoding may have damaged: a misfit is no evidence
	Voiced            bool      // the sound holds speech
	Idle              bool      // somebody speaks, but these lips are at rest
	Judged            bool      // Mismatch counts: mouth and speech were both there, the picture not frozen and the lips not at rest
	Mismatch          float64   // 0 (fits) .. 1 (does not); only where Judged
	Likeness          float64   // cosine of what the towers make of mouth and sound, -1..1; only where Judged
	CohortZ           float64   // how far Likeness stands out among other times of the track, standard deviations; only where Judged
	Overlap           float64   // how surely two or more people speak at once in the second about it, 0..1; only where Judged
	Overlapped        bool      // so surely that, in most frames, a misfit is no evidence: a mouth's own voice fits less where another is mixed with it
	VoiceDistance     float64   // of the voice of the second about it from that of the rest of the track, cosine distance of speaker embeddings, 0..2; 0 where either holds too little
	VoiceDistanceNear float64   // the same of 11 frames about it; only where Judged
	Level             float64   // dBFS of the sound
	Opening           float64   // inner lips' gap as a part of the mouth's width
	Yaw               float64   // degrees
	EyeDist           float64   // pixels as shown
	Box               video.Box // the face, pixels as shown
}

const (
	// MinEyeDist is the least distance of the outer eye corners, in pixels: a
	// mouth is then some ten pixels wide.
	MinEyeDist = 20

	// MaxYaw is the turn of the head, in degrees, beyond which half of the
	// mouth is out of sight.
	MaxYaw = 50
)

// Usable says whether a frame of a face shows enough to be judged.
func (s *Score) Usable() bool {
	return s.Mouth && s.EyeDist >= MinEyeDist && math.Abs(s.Yaw) <= MaxYaw
}

const MaxLogit = 8 // bound of the logit of a single frame

// Logit is the inverse of the logistic function, bounded so that one frame
// cannot outweigh a second.
func Logit(p float64) float64 {
	return min(max(math.Log(p/(1-p)), -MaxLogit), MaxLogit)
}

// judged counts the frames that count.
func countJudged(scores []Score) int {
	return count(scores, func(*Score) bool { return true })
}

// count counts the judged frames of a kind.
func count(scores []Score, kind func(*Score) bool) int {
	n := 0
	for i := range scores {
		if s := &scores[i]; s.Judged && kind(s) {
			n++
		}
	}
	return n
}

// mostly says whether more than half of the judged frames are of a kind.
func mostly(scores []Score, kind func(*Score) bool) bool {
	return 2*count(scores, kind) > countJudged(scores)
}

func isOverlapped(s *Score) bool { return s.Overlapped }

func isCorrupt(s *Score) bool { return s.Corrupt }

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

// withoutOthersTurns returns the scores of every track without those frames,
// now not judged, in which the voice fits another track's mouth and not this one.
func withoutOtherSpeakers(tracks []Track, b Fusions) [][]Score {
	out := make([][]Score, len(tracks))
	fit := make([][]float64, len(tracks))
	for i, t := range tracks {
		out[i], fit[i] = t.Scores, secondLogits(t.Scores, b.Second)
	}
	for i, t := range tracks {
		for j, o := range tracks {
			if i == j || len(t.Scores) == 0 || len(o.Scores) == 0 {
				continue
			}
			shift := t.Scores[0].Frame - o.Scores[0].Frame
			for f := max(0, -shift); f < len(t.Scores) && f+shift < len(o.Scores); f++ {
				if fit[j][f+shift] < 0 && fit[i][f] > 0 {
					if &out[i][0] == &t.Scores[0] {
						out[i] = slices.Clone(t.Scores)
					}
					out[i][f].Judged = false
				}
			}
		}
	}
	return out
}
