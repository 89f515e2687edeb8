package detector

import (
	"context"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/internal/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// tracks collects the tracks of a file while it is decoded.
type tracks struct {
	runner     *network.Runner
	keepStills bool           // keep crops to choose stills from
	live       map[int]*track // by id, until they end
	all        []*track       // in the order in which they began
}

// A track is one face through time: its embeddings and the measurements of each frame.
type track struct {
	id      int
	reader  *embed.MouthReader
	records []score.FrameRecord // one per frame of the track
	freeze  video.FreezeDetector
	trace   lips.Trace
	stills  stills
}

// newTracks returns an empty collection that embeds mouths with r.
func newTracks(r *network.Runner, keep bool) *tracks {
	return &tracks{runner: r, keepStills: keep, live: map[int]*track{}}
}

// add appends the mouth of one frame to its track. Frames must be in order.
func (ts *tracks) add(s video.Sighting) error {
	m := &s.Mouth
	t, ok := ts.live[s.Track]
	if !ok {
		t = &track{id: s.Track, reader: embed.NewMouthReader(ts.runner, m.Frame)}
		ts.live[s.Track] = t
		ts.all = append(ts.all, t)
	}
	for len(t.records) < m.Frame-t.reader.First() {
		t.records = append(t.records, score.FrameRecord{})
		t.trace.Skip()
	}
	outline := embed.Outline(m)
	t.trace.Add(outline, float32(m.EyeDist), float32(m.Yaw))
	t.records = append(t.records, score.RecordFrame(m))
	if ts.keepStills {
		t.stills.add(m)
	}
	if err := t.reader.Add(m.Frame, m.Crop[:], outline); err != nil {
		return err
	}
	if n := t.freeze.Next(m.Change); n > 0 {
		t.reader.MarkUnseen(n)
		t.trace.MarkUnseen(n)
		for i := len(t.records) - n; i < len(t.records); i++ {
			t.records[i].Frozen = true
		}
	}
	return nil
}

// end embeds the last mouths of a track, after which nothing can be added to it.
func (ts *tracks) end(id int) error {
	t, ok := ts.live[id]
	if !ok {
		return nil
	}
	delete(ts.live, id)
	return t.reader.Finish()
}

// score ends all tracks, aligns each with the voice and scores its frames. It returns the tracks in
// order of their ids. v is nil if there is no sound. It returns the error of ctx if that ends.
func (ts *tracks) score(ctx context.Context, m *Model, v *embed.Voice) ([]verdict.Track, error) {
	for _, t := range ts.all {
		if err := ts.end(t.id); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(ts.all, func(a, b *track) int { return a.id - b.id })
	var out []verdict.Track
	for _, t := range ts.all {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		scored, err := t.score(m, v)
		if err != nil {
			return out, err
		}
		out = append(out, *scored)
	}
	return out, nil
}

// score aligns one track with the voice and scores its frames. It releases the embeddings.
func (t *track) score(m *Model, v *embed.Voice) (*verdict.Track, error) {
	nan := math.NaN()
	mouths := t.reader.Mouths()
	out := &verdict.Track{ID: t.id, Score: nan, Logit: nan, LogLR: nan, CohortZ: nan, Scores: make([]verdict.Score, len(t.records))}
	for i := range t.records {
		out.Scores[i] = t.records[i].Score(mouths.First + i)
	}
	t.reader, t.records = nil, nil
	out.Start = video.FrameTime(mouths.First)
	out.End = video.FrameTime(mouths.First + len(out.Scores))
	var err error
	if v == nil {
		out.Motion, err = score.MouthMotion(m.Runner, m.Scales.Motion, &t.trace, mouths, nil, score.ConstantLag(0))
		return out, err
	}
	c, err := score.Compare(m.Runner, mouths, v)
	if err != nil {
		return nil, err
	}
	if out.Motion, err = score.MouthMotion(m.Runner, m.Scales.Motion, &t.trace, mouths, v, c.LagAt); err != nil {
		return nil, err
	}
	if c.CountSpoken() >= video.MinJudged { // the lag found on less speech is random
		out.Lag, out.Lags = c.Lag, c.Lags
	}
	out.LagCurve = avsync.LagCurve(mouths, v)
	c.Score(out.Scores, m.Thresholds)
	return out, nil
}
