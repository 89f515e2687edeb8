package score

import (
	"math"

	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// nearReach is the number of frames to either side whose voice gives VoiceDistanceNear, by
	// which the boundaries of another voice are found: 0.44 s in all, two syllables. A reach of 3
	// is less reliable, and one of 7 is no better.
	nearReach = 5

	// restDistance is the distance from a frame, to either side, at which the rest of the track
	// begins: beyond the second around it and the context of its speaker embeddings.
	restDistance = video.HalfSecond + 3

	// minVoiceFrames is the least number of judged frames, in the second around a frame as in the
	// rest of the track, for their voices to be compared.
	minVoiceFrames = video.HalfSecond

	// changeFrames is the number of frames with speech on either side that are compared for a
	// change of voice: 1.5 s, about six syllables. Fewer frames miss a new voice that stays,
	// more frames miss a voice of one second (weights/EXPERIMENTS.md).
	changeFrames = 3 * video.FrameRate / 2

	// minChangeFrames is the least number of these frames on either side: 0.8 s.
	minChangeFrames = 4 * video.FrameRate / 5

	// changeReach is the greatest distance, in frames, of speech that is compared: 10 s. Voices are
	// not compared across a longer pause.
	changeReach = 10 * video.FrameRate

	// minNormProduct is the product of the norms of two sums of embeddings below which their
	// directions are undefined.
	minNormProduct = 1e-6
)

// voiceDistances sets VoiceDistance and VoiceDistanceNear in scores (n), whose Judged and
// Mismatch are known. Both are the cosine distance between the voice within ±0.5 s, or
// ±nearReach frames, of each frame and the voice of the rest of the track. A voice is the sum
// of the speaker embeddings of its judged frames. As in speaker verification, the voice around
// a frame is a test utterance, and the rest of the track is the enrolment of the mouth's own
// voice (Bimbot et al. 2004, A tutorial on text-independent speaker verification). Frames of
// the enrolment are therefore weighted by 1 - Mismatch, the probability that their voice
// belongs to the mouth. Both distances stay 0 if there is too little speech to compare.
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
			scores[i].VoiceDistanceNear = near.distance(&rest)
		}
	}
}

// VoiceChanges returns the change of voice at each frame of the sound, (Frames): the cosine
// distance, 0..2, between the summed speaker embeddings of at most 1.5 s of speech before the
// frame and from the frame on. It is NaN if nobody speaks in the frame, or if either side holds
// less than 0.8 s of speech within 10 s. VoiceChanges returns nil for a nil Voice.
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

// A voiceSum is a weighted sum of the speaker embeddings of some frames.
type voiceSum struct {
	sum    [network.SpeakerWidth]float64
	frames int
}

// sumVoices returns the sum over the judged frames [from, to) of scores, with weight 1 or, for an
// enrolment, 1 - Mismatch. The range may exceed the track.
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

// add adds the speaker embedding (network.SpeakerWidth) of a frame; nil counts as zero.
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

// distance returns the cosine distance of s and o, 0..2; 0 if either has no direction.
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
