package detector

import (
	"math"
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// Clocks of cameras and recorders differ, and a stream that stumbles may go on out of step:
// the lag of a long track need not be one. Every change that is granted to a voice is one
// more chance for a strange one to seem to fit, so it must gain as much as lagChange frames of
// perfect likeness: no more often than in some ten seconds of speech a stranger's voice finds as much.
const (
	lagBlock  = video.FrameRate / 5 // frames between two places at which the lag may change
	lagChange = 12                  // frames of a likeness of 1 that a change costs
	lagStep   = 0.5                 // the same for every frame of it
)

// followed returns the lag of a voice behind every frame of a face, (n) frames; nil where one
// holds for all, as it does for tracks of up to ClipLength.
func followed(f *Face, v *Voice) []int {
	n := len(f.Seen)
	if n <= ClipLength {
		return nil
	}
	var scores [][]float64
	for at := 0; at < n; at += lagBlock {
		end := min(at+lagBlock, n)
		part := &Face{First: f.First + at, Embeddings: Loose(f.Embeddings.Of(at, end)), Seen: f.Seen[at:end]}
		profile, spoken := LagProfile(part, v), float64(v.spoken(part))
		for i := range profile {
			profile[i] *= spoken
		}
		scores = append(scores, profile)
	}
	path := avsync.Follow(scores, lagChange, lagStep)
	if slices.Min(path) == slices.Max(path) {
		return nil
	}
	lags := make([]int, n)
	for t := range lags {
		lags[t] = path[t/lagBlock]
	}
	return lags
}

// meanLag returns the mean of lags that move, as surely found as they fit once taken out.
func meanLag(f *Face, v *Voice, lags []int) avsync.Lag {
	l := avsync.Estimate(lagProfile(f, v, avsync.Search, lags))
	sum := 0
	for _, lag := range lags {
		sum += lag
	}
	mean := float64(sum) / float64(len(lags))
	l.Frames += mean
	l.Whole = int(math.Round(l.Frames))
	return l
}

// LagAt is the lag at frame i of the face, in frames.
func (c *Comparison) LagAt(i int) int {
	if c.Lags == nil {
		return c.Lag.Whole
	}
	return c.Lags[i]
}

// An aligned voice is counted by the frames of a face whose sound it is.
type aligned struct {
	*Voice
	first int   // frame of the sound that belongs to the face's first, but for lags
	lags  []int // how much later than that the sound of every frame is; nil: it is not
}

// frame returns the frame of the sound that belongs to frame t of the face. Beside the face the lag is that
// of its end.
func (a aligned) frame(t int) int {
	if a.lags == nil {
		return a.first + t
	}
	return a.first + t + a.lags[min(max(t, 0), len(a.lags)-1)]
}

// cut is Cut of what belongs to the frames of the face from one up to but without another.
func (a aligned) cut(from, to int) (embeddings []float32, sound, speech []bool) {
	if a.lags == nil {
		return a.Cut(a.first+from, to-from)
	}
	embeddings, sound, speech = make([]float32, 0, (to-from)*network.Embed), make([]bool, 0, to-from), make([]bool, 0, to-from)
	for t := from; t < to; {
		end := t + 1
		for end < to && a.frame(end)-end == a.frame(t)-t {
			end++
		}
		e, s, p := a.Cut(a.frame(t), end-t)
		embeddings, sound, speech = append(embeddings, e...), append(sound, s...), append(speech, p...)
		t = end
	}
	return embeddings, sound, speech
}

// Of returns the embeddings of cut.
func (a aligned) Of(from, to int) []float32 {
	embeddings, _, _ := a.cut(from, to)
	return embeddings
}

// LagAt returns the lag of the track at a time of the file.
func (t *Track) LagAt(at time.Duration) time.Duration {
	if len(t.Lags) == 0 {
		return t.Lag.Lag
	}
	i := min(max(int((at-t.Start)/video.FrameDuration), 0), len(t.Lags)-1)
	return time.Duration(t.Lags[i]) * video.FrameDuration
}
