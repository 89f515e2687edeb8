package report

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

// What keeps a frame of a file from being judged, the best face deciding.
const (
	frameJudged = iota
	frameNoSpeech
	frameNoFace
	frameNoMouth
	frameFrozen
	frameSmall
	frameTurned
	frameAtRest
	frameOther
	frameKinds
)

// missing counts the frames of a file by what became of them; they add up to
// its length.
func missing(res *verdict.Result) [frameKinds]int {
	best := make([]int, res.Frames)
	for f := range best {
		best[f] = frameNoFace
		if f < len(res.Speech) && !res.Speech[f] || len(res.Speech) == 0 && res.Voiced == 0 {
			best[f] = frameNoSpeech
		}
	}
	for i := range res.Tracks {
		for j := range res.Tracks[i].Scores {
			s := &res.Tracks[i].Scores[j]
			at := s.Frame - res.First
			if at < 0 || at >= len(best) || best[at] == frameJudged {
				continue
			}
			// By the track's own lag the sound of this frame may be speech
			// where the file's is not, and the other way round.
			switch kind := kindOf(s); {
			case kind == frameJudged, best[at] == frameNoFace, best[at] == frameNoMouth && kind > frameNoMouth:
				best[at] = kind
			}
		}
	}
	var out [frameKinds]int
	for _, kind := range best {
		out[kind]++
	}
	return out
}

func kindOf(s *verdict.Score) int {
	switch {
	case judged(s):
		return frameJudged
	case !s.Voiced:
		return frameNoSpeech
	case !s.Mouth:
		return frameNoMouth
	case s.Frozen:
		return frameFrozen
	case s.EyeDist < verdict.MinEyeDist:
		return frameSmall
	case math.Abs(s.Yaw) > verdict.MaxYaw:
		return frameTurned
	case s.Idle:
		return frameAtRest
	}
	return frameOther
}

// An htmlMissing is one line of what was not analysed.
type htmlMissing struct{ Reason, Seconds, Share string }

// notAnalysed returns a line for every way in which frames of the file ended
// up, those that were judged first.
func (w *pageWords) notAnalysed(res *verdict.Result) []htmlMissing {
	if res.Frames == 0 {
		return nil
	}
	names := [frameKinds]string{w.NotJudged, w.NotNoSpeech, w.NotNoFace, w.NotNoMouth, w.NotFrozen, w.NotSmall, w.NotTurned, w.NotAtRest, w.NotOther}
	var out []htmlMissing
	for kind, n := range missing(res) {
		if n > 0 || kind == frameJudged {
			out = append(out, htmlMissing{names[kind], decimals(frames(n), 2), w.Percent.Fill(decimals(100*float64(n)/float64(res.Frames), 1))})
		}
	}
	return out
}
