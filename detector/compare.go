package detector

import (
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// unvoiced weighs a frame of sound without speech against one with, when the
// lag is searched: pauses are alike, but where they begin tells the time.
const unvoiced = 0.1

// A Comparison is how a voice fits a face.
type Comparison struct {
	Lag      avsync.Lag // where it moves, its mean
	Lags     []int      // (n) frames, of every frame; nil where one holds for all
	Logits   []float32  // (n) what the head says of every frame, after the lag was taken out
	Likeness []float32  // (n) cosine of the embeddings of mouth and sound there
	Judged   []bool     // (n) mouth and speech are both there
	Pace     []float32  // (n) of the mouth, see Pace
	Voiced   []bool     // (n) the sound that belongs to the frame holds speech
	Overlap  []float32  // (n) how surely two or more people speak at once in the second about it, 0..1

	voice func(frame int) []float32 // (network.SpeakerWidth) whose voice the sound of a frame is; none beside the file
	sound Embeddings                // of the sound of every frame
	mouth Embeddings                // of the mouth of every frame
}

// Compare finds the lag of a voice behind a face, takes it out and scores every frame. It is
// one for a track of up to ClipLength frames, and may move in a longer one, see
// followed.
func Compare(r *network.Runner, f *Face, v *Voice) (*Comparison, error) {
	n := len(f.Seen)
	c := &Comparison{Lags: followed(f, v), Likeness: make([]float32, n), Judged: make([]bool, n), Voiced: make([]bool, n), Overlap: make([]float32, n), Pace: Pace(f)}
	heard := aligned{v, f.First, c.Lags}
	if c.Lags == nil {
		c.Lag = avsync.Estimate(LagProfile(f, v))
		heard.first += c.Lag.Whole
	} else {
		c.Lag = meanLag(f, v, c.Lags)
	}
	var err error
	c.Logits, err = r.Mismatch(n, func(from, to int) network.Pair {
		p := network.Pair{Mouths: f.Embeddings.Of(from, to), Mouth: f.Seen[from:to]}
		p.Sounds, p.Sound, p.Speech = heard.cut(from-network.Reach, to+network.Reach)
		return p
	})
	if err != nil {
		return nil, err
	}
	for t := range n {
		c.Likeness[t] = float32(avsync.Likeness(f.Embeddings.Of(t, t+1), heard.Of(t, t+1)))
		c.Overlap[t] = v.Overlap(heard.frame(t))
		c.Voiced[t] = v.speaks(heard.frame(t))
		c.Judged[t] = c.Voiced[t] && f.Seen[t]
	}
	c.mouth, c.sound = f.Embeddings, heard
	c.voice = func(t int) []float32 { return v.described(heard.frame(t)) }
	return c, nil
}

// spoken counts the frames in which the mouth is seen and its sound holds speech.
func (c *Comparison) spoken() int {
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
func (c *Comparison) Score(scores []Score, th Thresholds) {
	for i := range scores {
		c.frame(i, &scores[i], th)
	}
	c.prominence(scores)
	c.speakers(scores)
}

// frame fills in what is said of frame i alone. Lips at rest neither fit a voice nor
// belie it: whoever speaks may stand beside the camera.
func (c *Comparison) frame(i int, s *Score, th Thresholds) {
	s.Voiced = c.Voiced[i]
	heard := c.Judged[i] && s.Usable()
	s.AtRest = heard && float64(c.Pace[i]) < th.Rest
	if s.Judged = heard && !s.AtRest; s.Judged {
		s.Likeness, s.Overlap = float64(c.Likeness[i]), float64(c.Overlap[i])
		s.Overlapped = th.Overlap > 0 && s.Overlap >= th.Overlap
		head := min(max(float64(c.Logits[i]), -mostLogit), mostLogit)
		s.Mismatch = network.Probability(float32(th.Frame.Of(head, s.Likeness)))
	}
}

// LagProfile returns the mean likeness of a face and a voice at every lag within
// ±avsync.Search frames, (2·Search+1).
func LagProfile(f *Face, v *Voice) []float64 { return LagProfileWithin(f, v, avsync.Search) }

// LagProfileWithin is LagProfile of ±search frames, (2·search+1).
func LagProfileWithin(f *Face, v *Voice, search int) []float64 { return lagProfile(f, v, search, nil) }

// lagProfile is LagProfileWithin after the lags (n) of the frames were taken out.
func lagProfile(f *Face, v *Voice, search int, lags []int) []float64 {
	const block = 20 * video.FrameRate // at a time, of what may be hours
	p := avsync.NewProfiler(network.Embed, search)
	a := aligned{v, f.First, lags}
	for from := 0; from < len(f.Seen); from += block {
		to := min(from+block, len(f.Seen))
		sounds, sound, speech := a.cut(from-search, to+search)
		seen, heard := make([]float32, to-from), make([]float32, to-from+2*search)
		for i, s := range f.Seen[from:to] {
			if s {
				seen[i] = 1
			}
		}
		for i := range heard {
			switch {
			case speech[i]:
				heard[i] = 1
			case sound[i]:
				heard[i] = unvoiced
			}
		}
		p.Add(f.Embeddings.Of(from, to), sounds, seen, heard)
	}
	return p.Profile()
}
