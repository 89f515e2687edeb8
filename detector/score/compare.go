package score

import (
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
)

// A Comparison is a track aligned with the voice, with the raw scores of its n frames.
type Comparison struct {
	*avsync.Alignment
	Logits        []float32 // (n) logit of the head, > 0: the voice does not fit
	Likeness      []float32 // (n) cosine of the embeddings of mouth and sound, -1..1
	SeenAndVoiced []bool    // (n) the mouth is seen and the frame is Voiced
	Activity      []float32 // (n) see embed.MouthActivity
	Voiced        []bool    // (n) the sound of the frame holds speech
	Overlap       []float32 // (n) probability of overlapped speech within ±0.5 s, 0..1

	// speakerAt returns the speaker embedding (network.SpeakerWidth) of the sound of a frame; nil
	// outside the sound.
	speakerAt func(frame int) []float32
	sounds    embed.Embeddings // (n, Embed), aligned
	mouths    embed.Embeddings // (n, Embed)
}

// Compare aligns a voice with the mouths of a track, see [avsync.Align], and scores every frame.
// Errors are those of the network.
func Compare(r *network.Runner, f *embed.Mouths, v *embed.Voice) (*Comparison, error) {
	n := len(f.Seen)
	a := avsync.Align(f, v)
	c := &Comparison{Alignment: a, Likeness: make([]float32, n), SeenAndVoiced: make([]bool, n), Voiced: make([]bool, n), Overlap: make([]float32, n), Activity: embed.MouthActivity(f)}
	var err error
	c.Logits, err = r.Mismatch(n, func(from, to int) network.Pair {
		p := network.Pair{Mouths: f.Rows(from, to), Mouth: f.Seen[from:to]}
		p.Sounds, p.Sound, p.Speech = a.Cut(from-network.Reach, to+network.Reach)
		return p
	})
	if err != nil {
		return nil, err
	}
	for t := range n {
		c.Likeness[t] = float32(avsync.Likeness(f.Rows(t, t+1), a.Rows(t, t+1)))
		c.Overlap[t] = v.OverlapAt(a.Frame(t))
		c.Voiced[t] = v.SpeechAt(a.Frame(t))
		c.SeenAndVoiced[t] = c.Voiced[t] && f.Seen[t]
	}
	c.mouths, c.sounds = f.Embeddings, a
	c.speakerAt = func(t int) []float32 { return v.SpeakerAt(a.Frame(t)) }
	return c, nil
}

// CountSpoken returns the number of frames in which the mouth is seen and the sound holds speech.
func (c *Comparison) CountSpoken() int {
	n := 0
	for _, spoken := range c.SeenAndVoiced {
		if spoken {
			n++
		}
	}
	return n
}

// Score fills in the scores (n) of the track's frames. The measurements of the face must already be
// set, see [FrameRecord.Score].
func (c *Comparison) Score(scores []verdict.Score, th verdict.Thresholds) {
	for i := range scores {
		c.scoreFrame(i, &scores[i], th)
	}
	c.cohortZ(scores)
	c.voiceDistances(scores)
}

// scoreFrame fills in what depends on frame i alone. Idle lips are not evidence for or against
// a voice: the speaker may be out of the picture. A frozen frame counts as unseen, see tracks.add
// in package detector.
func (c *Comparison) scoreFrame(i int, s *verdict.Score, th verdict.Thresholds) {
	s.Voiced = c.Voiced[i]
	scorable := c.SeenAndVoiced[i] && s.Usable()
	s.Idle = scorable && float64(c.Activity[i]) < th.IdleActivity
	if s.Judged = scorable && !s.Idle; s.Judged {
		s.Likeness, s.Overlap = float64(c.Likeness[i]), float64(c.Overlap[i])
		s.Overlapped = th.MinOverlap > 0 && s.Overlap >= th.MinOverlap
		head := min(max(float64(c.Logits[i]), -verdict.MaxLogit), verdict.MaxLogit)
		s.Mismatch = network.Probability(float32(th.Frame.Fuse(head, s.Likeness)))
	}
}
