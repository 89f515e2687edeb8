package verdict

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// NoTrack stands for a track where no face is meant.
const NoTrack = -1

const (
	// momentApart is how far two moments of a voice change are apart at least, in
	// frames of speech: 1 s. Nearer ones are two looks at the same change, whatever
	// the pause between them.
	pointDistance = video.FrameRate

	// momentLogLR is log10 of the likelihood ratio from which a moment stands out:
	// 10, the least that ENFSI's scale calls more than weak.
	pointLogLR = 1

	// stayFrames is how far on either side of a moment, in frames, a face must stay
	// in the picture to be there meanwhile: 1 s.
	stayFrames = video.FrameRate

	// stayShare is the least share of those frames in which its mouth is seen: a
	// hand or a turn of the head may hide it now and then.
	stayShare = 0.8
)

// A VoiceChange is what the sound of a file says of whether one voice speaks all
// through it, apart from what is seen. It never makes a verdict: an edit, two
// speakers taking turns and another microphone change the voice too.
type VoiceChange struct {
	First  int           // frame that Course begins with
	Curve  []float32     // (frames of the sound) see Voice.Changes; nil without sound
	Score  float64       // its highest; NaN where there is too little speech
	LogLR  float64       // common logarithm of the likelihood ratio of Score: another voice somewhere against one all through; NaN likewise
	Points []ChangePoint // where it stands out, in order of time
}

// At returns the course at a frame, NaN where it has none.
func (v *VoiceChange) At(frame int) float64 {
	if i := frame - v.First; i >= 0 && i < len(v.Curve) {
		return float64(v.Curve[i])
	}
	return math.NaN()
}

// A ChangeMoment is a place at which another voice seems to begin.
type ChangePoint struct {
	Frame  int     // the first one of what seems another voice
	Change float64 // distance, see Voice.Changes
	LogLR  float64 // as of VoiceChange: what a file with this for its highest would have
	Track  int     // the face that stays in the picture meanwhile, NoTrack for none
}

// ChangeScore returns the highest of a course, NaN where there is none.
func ChangeScore(course []float32) float64 {
	most := math.NaN()
	for _, x := range course {
		if x := float64(x); x >= 0 && !(most >= x) {
			most = x
		}
	}
	return most
}

// JudgeChange finds the moments at which the voice of a file changes: the highest
// places of its course within a second of speech on either side, where
// the likelihood ratio of such a height is 10 or more. course may be nil.
func FindChange(course []float32, tracks []Track, scale LRScale) VoiceChange {
	v := VoiceChange{Curve: course, Score: ChangeScore(course)}
	v.LogLR = scale.Of(v.Score)
	var known []float32
	var frames []int
	for t, x := range course {
		if !math.IsNaN(float64(x)) {
			known, frames = append(known, x), append(frames, t)
		}
	}
	for i, x := range known {
		logLR := scale.Of(float64(x))
		if logLR >= pointLogLR && isPeak(known, i) {
			v.Points = append(v.Points, ChangePoint{Frame: frames[i], Change: float64(x), LogLR: logLR, Track: stayingFace(tracks, frames[i])})
		}
	}
	return v
}

// highestAround says whether nothing within momentApart of x[i] is higher, and of
// equals it is the first.
func isPeak(x []float32, i int) bool {
	for j := max(0, i-pointDistance); j <= min(len(x)-1, i+pointDistance); j++ {
		if x[j] > x[i] || j < i && x[j] == x[i] {
			return false
		}
	}
	return true
}

// staying returns the id of the track whose mouth is seen most of the time about a
// frame, the first of equals; NoTrack where none is seen through it. Its lag, some
// frames, is not looked at: a face stays for seconds.
func stayingFace(tracks []Track, frame int) int {
	best, most := NoTrack, int(math.Ceil(stayShare*(2*stayFrames+1)))-1
	for i := range tracks {
		seen := 0
		scores := tracks[i].Scores
		if len(scores) == 0 {
			continue
		}
		first := scores[0].Frame
		for u := max(first, frame-stayFrames); u <= min(frame+stayFrames, first+len(scores)-1); u++ {
			if scores[u-first].Mouth {
				seen++
			}
		}
		if seen > most {
			best, most = tracks[i].ID, seen
		}
	}
	return best
}
