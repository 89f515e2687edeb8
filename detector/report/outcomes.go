package report

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

// The outcomes of a frame: judged, or the reason why it was not. If a frame shows several faces,
// the best outcome counts.
const (
	frameJudged = iota
	frameNoSpeech
	frameNoFace
	frameNoMouth
	frameFrozen
	frameSmall
	frameTurned
	frameIdle
	frameOther
	numOutcomes
)

// countOutcomes counts the frames of a file by outcome. The counts add up to res.Frames.
func countOutcomes(res *verdict.Result) [numOutcomes]int {
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
			// The track's lag shifts its speech: a frame can be voiced on the track although
			// the file has no speech at that frame, and vice versa.
			switch kind := outcomeOf(s); {
			case kind == frameJudged, best[at] == frameNoFace, best[at] == frameNoMouth && kind > frameNoMouth:
				best[at] = kind
			}
		}
	}
	var out [numOutcomes]int
	for _, kind := range best {
		out[kind]++
	}
	return out
}

func outcomeOf(s *verdict.Score) int {
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
		return frameIdle
	}
	return frameOther
}

// An htmlOutcome is one row of the table of outcomes.
type htmlOutcome struct{ Reason, Seconds, Share string }

// outcomes returns a row for each outcome that occurs, judged frames first. The row of judged
// frames is always there.
func (w *pageWords) outcomes(res *verdict.Result) []htmlOutcome {
	if res.Frames == 0 {
		return nil
	}
	names := [numOutcomes]string{w.NotJudged, w.NotNoSpeech, w.NotNoFace, w.NotNoMouth, w.NotFrozen, w.NotSmall, w.NotTurned, w.NotIdle, w.NotOther}
	var out []htmlOutcome
	for kind, n := range countOutcomes(res) {
		if n > 0 || kind == frameJudged {
			out = append(out, htmlOutcome{names[kind], decimals(frameSeconds(n), 2), w.Percent.Fill(decimals(100*float64(n)/float64(res.Frames), 1))})
		}
	}
	return out
}
