package score

import (
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
)

// A Comparison is how a voice fits a face.
type Comparison struct {
	*avsync.Alignment
	Logits   []float32 // (n) what the head says of every frame, after the lag was taken out
	Likeness []float32 // (n) cosine of the embeddings of mouth and sound there
	Judged   []bool    // (n) mouth and speech are both there
	Activity []float32 // (n) of the mouth, see Pace
	Voiced   []bool    // (n) the sound that belongs to the frame holds speech
	Overlap  []float32 // (n) how surely two or more people speak at once in the second about it, 0..1

	speakerAt func(frame int) []float32 // (network.SpeakerWidth) whose voice the sound of a frame is; none beside the file
	sounds    embed.Embeddings          // of the sound of every frame
	mouths    embed.Embeddings          // of the mouth of every frame
}

// Compare finds the lag of a voice behind a face, takes it out and scores every frame, see [avsync.Align].
func Compare(r *network.Runner, f *embed.Mouths, v *embed.Voice) (*Comparison, error) {
	n := len(f.Seen)
	a := avsync.Align(f, v)
	c := &Comparison{Alignment: a, Likeness: make([]float32, n), Judged: make([]bool, n), Voiced: make([]bool, n), Overlap: make([]float32, n), Activity: embed.MouthActivity(f)}
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
		c.Judged[t] = c.Voiced[t] && f.Seen[t]
	}
	c.mouths, c.sounds = f.Embeddings, a
	c.speakerAt = func(t int) []float32 { return v.SpeakerAt(a.Frame(t)) }
	return c, nil
}

// Spoken counts the frames in which the mouth is seen and its sound holds speech.
func (c *Comparison) Spoken() int {
	n := 0
	for _, judged := range c.Judged {
		if judged {
			n++
		}
	}
	return n
}

// Score fills in what a comparison says of the frames of a face, (n), whose size and turn
// are known.
func (c *Comparison) Score(scores []verdict.Score, th verdict.Thresholds) {
	for i := range scores {
		c.scoreFrame(i, &scores[i], th)
	}
	c.cohortZ(scores)
	c.voiceDistances(scores)
}

// frame fills in what is said of frame i alone. Lips at rest neither fit a voice nor
// belie it: whoever speaks may stand beside the camera.
func (c *Comparison) scoreFrame(i int, s *verdict.Score, th verdict.Thresholds) {
	s.Voiced = c.Voiced[i]
	scorable := c.Judged[i] && s.Usable()
	s.Idle = scorable && float64(c.Activity[i]) < th.IdleActivity
	if s.Judged = scorable && !s.Idle; s.Judged {
		s.Likeness, s.Overlap = float64(c.Likeness[i]), float64(c.Overlap[i])
		s.Overlapped = th.Overlap > 0 && s.Overlap >= th.Overlap
		head := min(max(float64(c.Logits[i]), -verdict.MaxLogit), verdict.MaxLogit)
		s.Mismatch = network.Probability(float32(th.Frame.Of(head, s.Likeness)))
	}
}
