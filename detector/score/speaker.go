package score

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// nearFrames, to each side of a frame, is the stretch of sound whose voice tells where another's
	// begins: .44 s, two syllables. 3 tell it less surely, and 7 no more.
	nearReach = 5

	// besideSecond is how far from a frame, to each side, the rest of the track begins: what a speaker
	// embedding hears of the second about it, and a little.
	restDistance = video.HalfSecond + 3

	// leastVoice is how many judged frames the second and the rest must hold at least for their voices
	// to be compared.
	minVoiceFrames = video.HalfSecond

	// changeFrames is how many frames with speech on either side of a moment are compared: 1.5 s, some six
	// syllables. Fewer miss a voice that stays, more one that speaks for a second (weights/EXPERIMENTS.md).
	changeFrames = 3 * video.FrameRate / 2

	// changeLeast is the least number of them on either side: 0.8 s.
	minChangeFrames = 4 * video.FrameRate / 5

	// changeReach is how far from a moment, in frames, speech counts as before or behind it: 10 s. Across a longer
	// pause nothing is compared.
	changeReach = 10 * video.FrameRate

	// smallestVoice is the product of the lengths of two sums of embeddings below which their directions say
	// nothing.
	minNormProduct = 1e-6
)

// speakers notes in scores (n), of which all else is known, how far the voice about each frame, of a second and
// of nearFrames to each side, is from that of the rest of the track: the cosine distance of their speaker
// embeddings, each the sum over its judged frames. In the rest a frame counts by how probably its voice
// is the mouth's own: it is that mouth's voice which a second is compared with, as in speaker verification a test
// utterance with an enrolment (Bimbot et al. 2004, A tutorial on text-independent speaker verification).
func (c *Comparison) voiceDistances(scores []verdict.Score) {
	all := c.sumVoices(scores, 0, len(scores), true)
	for i := range scores {
		around := c.sumVoices(scores, i-restDistance, i+restDistance+1, true)
		if all.frames-around.frames < minVoiceFrames {
			continue
		}
		rest := all.minus(&around)
		if second := c.sumVoices(scores, i-video.HalfSecond, i+video.HalfSecond+1, false); second.frames >= minVoiceFrames {
			scores[i].VoiceDistance = second.distance(&rest)
		}
		if scores[i].Judged {
			near := c.sumVoices(scores, i-nearReach, i+nearReach+1, false)
			scores[i].VoiceNear = near.distance(&rest)
		}
	}
}

// VoiceChanges returns, (Frames), how far the voice before a frame is from that from the frame on: the cosine
// distance, 0..2, of the speaker embeddings of the frames with speech on either side, at most 1.5 s of them each. It
// is NaN where nobody speaks, and where either side holds less than 0.8 s of speech within 10 s. It is nil for no voice.
func VoiceChanges(v *embed.Voice) []float32 {
	if v == nil {
		return nil
	}
	out := make([]float32, v.Frames)
	var spoken []int
	for t := range out {
		if out[t] = float32(math.NaN()); v.SpeechAt(t) {
			spoken = append(spoken, t)
		}
	}
	for i, t := range spoken {
		var before, after voiceSum
		for j := max(0, i-changeFrames); j < min(len(spoken), i+changeFrames); j++ {
			side := &before
			if j >= i {
				side = &after
			}
			if u := spoken[j]; max(t, u)-min(t, u) < changeReach {
				side.add(v.SpeakerAt(u), 1)
			}
		}
		if min(before.frames, after.frames) >= minChangeFrames {
			out[t] = float32(before.distance(&after))
		}
	}
	return out
}

// A voiceSum is a sum of the speaker embeddings of judged frames.
type voiceSum struct {
	sum    [network.SpeakerWidth]float64
	frames int
}

// voiceOf sums over the judged frames of scores from one up to but without another, all of them alike or, for
// an enrolment, by how probably the voice is the mouth's own.
func (c *Comparison) sumVoices(scores []verdict.Score, from, to int, enrolment bool) (s voiceSum) {
	for i := max(0, from); i < min(to, len(scores)); i++ {
		if !scores[i].Judged {
			continue
		}
		weight := 1.0
		if enrolment {
			weight -= scores[i].Mismatch
		}
		s.add(c.speakerAt(i), weight)
	}
	return s
}

// add adds the embedding (network.SpeakerWidth) of a frame.
func (s *voiceSum) add(embedding []float32, weight float64) {
	for k, v := range embedding {
		s.sum[k] += weight * float64(v)
	}
	s.frames++
}

func (s *voiceSum) minus(o *voiceSum) voiceSum {
	out := voiceSum{frames: s.frames - o.frames}
	for k := range out.sum {
		out.sum[k] = s.sum[k] - o.sum[k]
	}
	return out
}

// distance is the cosine distance, 0..2; 0 where either is of no direction.
func (s *voiceSum) distance(o *voiceSum) float64 {
	var dot, one, other float64
	for k, v := range s.sum {
		dot, one, other = dot+v*o.sum[k], one+v*v, other+o.sum[k]*o.sum[k]
	}
	if norms := math.Sqrt(one * other); norms > minNormProduct {
		return max(0, 1-dot/norms)
	}
	return 0
}
