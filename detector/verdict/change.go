package verdict

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// NoTrack is the track id of no face.
const NoTrack = -1

const (
	// pointDistance is the least distance of two change points, in frames of speech: 1 s. Closer
	// peaks belong to one change, whatever the pause between them.
	pointDistance = video.FrameRate

	// pointLogLR is the least log10 likelihood ratio of a change point. A ratio of 10 is the least
	// that the ENFSI scale calls more than weak.
	pointLogLR = 1

	// stayReach is how far before and after a change point a face must stay in the picture, in
	// frames: 1 s.
	stayReach = video.FrameRate

	// stayShare is the least share of those frames in which its mouth is seen: a hand or a turn of
	// the head may hide it briefly.
	stayShare = 0.8
)

// A VoiceChange says whether one voice speaks throughout the file, judged from the sound alone.
// It does not affect the verdict: an edit, speakers who take turns and another microphone also
// change the voice.
type VoiceChange struct {
	First int // frame of Curve[0]

	// Curve holds the voice distance across each frame of the sound, see score.VoiceChanges; nil
	// without sound.
	Curve []float32
	Score float64 // maximum of Curve; NaN if there is too little speech

	// LogLR is the log10 likelihood ratio of Score, another voice somewhere against one voice
	// throughout; NaN if Score is.
	LogLR  float64
	Points []ChangePoint // ordered by time
}

// At returns the curve at a frame of the file; NaN outside it.
func (v *VoiceChange) At(frame int) float64 {
	if i := frame - v.First; i >= 0 && i < len(v.Curve) {
		return float64(v.Curve[i])
	}
	return math.NaN()
}

// A ChangePoint is a frame at which another voice seems to begin.
type ChangePoint struct {
	Frame  int     // first frame of the other voice
	Change float64 // voice distance, see VoiceChange.Curve
	LogLR  float64 // the LogLR of a file whose Score is Change
	Track  int     // id of the face that stays in the picture across the change; NoTrack for none
}

// ChangeScore returns the maximum of a curve, ignoring NaN; NaN if nothing else is left.
func ChangeScore(curve []float32) float64 {
	highest := math.NaN()
	for _, x := range curve {
		if x := float64(x); x >= 0 && !(highest >= x) {
			highest = x
		}
	}
	return highest
}

// FindChange finds the points at which the voice of a file changes: the local maxima of the curve
// within ±pointDistance frames of speech whose likelihood ratio is 10 or more. curve may be nil.
func FindChange(curve []float32, tracks []Track, scale LRScale) VoiceChange {
	v := VoiceChange{Curve: curve, Score: ChangeScore(curve)}
	v.LogLR = scale.LogLR(v.Score)
	var known []float32 // the curve without NaN
	var frames []int    // frame of each
	for t, x := range curve {
		if !math.IsNaN(float64(x)) {
			known, frames = append(known, x), append(frames, t)
		}
	}
	for i, x := range known {
		logLR := scale.LogLR(float64(x))
		if logLR >= pointLogLR && isPeak(known, i) {
			v.Points = append(v.Points, ChangePoint{
				Frame: frames[i], Change: float64(x), LogLR: logLR, Track: stayingFace(tracks, frames[i]),
			})
		}
	}
	return v
}

// isPeak reports whether x[i] is the maximum within ±pointDistance, and the first of equal
// maxima.
func isPeak(x []float32, i int) bool {
	for j := max(0, i-pointDistance); j <= min(len(x)-1, i+pointDistance); j++ {
		if x[j] > x[i] || j < i && x[j] == x[i] {
			return false
		}
	}
	return true
}

// stayingFace returns the id of the track whose mouth is seen most often within ±stayReach
// frames of a frame, the first in case of a tie; NoTrack if no mouth is seen in stayShare of
// them. The lag of the sound, a few frames, is ignored: a face stays for seconds.
func stayingFace(tracks []Track, frame int) int {
	best, mostSeen := NoTrack, int(math.Ceil(stayShare*(2*stayReach+1)))-1
	for i := range tracks {
		seen := 0
		scores := tracks[i].Scores
		if len(scores) == 0 {
			continue
		}
		first := scores[0].Frame
		for t := max(first, frame-stayReach); t <= min(frame+stayReach, first+len(scores)-1); t++ {
			if scores[t-first].Mouth {
				seen++
			}
		}
		if seen > mostSeen {
			best, mostSeen = tracks[i].ID, seen
		}
	}
	return best
}
