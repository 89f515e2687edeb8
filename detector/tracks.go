package detector

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// faces are the tracks of a file while it is read.
type faces struct {
	runner *network.Runner
	keep   bool // some crops, for strips
	live   map[int]*seenFace
	all    []*seenFace // in the order in which they began
}

// A seenFace is one track: its embeddings and what was measured on each frame.
type seenFace struct {
	id     int
	reader *FaceReader
	seen   []Glimpse // one a frame from the first on
	freeze Freeze
	trace  lips.Trace
	album  album
}

func newFaces(r *network.Runner, keep bool) *faces {
	return &faces{runner: r, keep: keep, live: map[int]*seenFace{}}
}

func (f *faces) add(s video.Sighting) error {
	m := &s.Mouth
	face, ok := f.live[s.Track]
	if !ok {
		face = &seenFace{id: s.Track, reader: NewFaceReader(f.runner, m.Frame)}
		f.live[s.Track] = face
		f.all = append(f.all, face)
	}
	for len(face.seen) < m.Frame-face.reader.First() {
		face.seen = append(face.seen, Glimpse{})
		face.trace.Skip()
	}
	outline := Outline(m)
	face.trace.Add(outline, float32(m.EyeDist), float32(m.Yaw))
	face.seen = append(face.seen, GlimpseOf(m))
	if f.keep {
		face.album.add(m)
	}
	if err := face.reader.Add(m.Frame, m.Crop[:], outline); err != nil {
		return err
	}
	if n := face.freeze.Next(m.Change); n > 0 {
		face.reader.Doubt(n)
		face.trace.Doubt(n)
		for i := len(face.seen) - n; i < len(face.seen); i++ {
			face.seen[i].Frozen = true
		}
	}
	return nil
}

func (f *faces) end(track int) error {
	face, ok := f.live[track]
	if !ok {
		return nil
	}
	delete(f.live, track)
	return face.reader.Finish()
}

func (f *faces) finish() error {
	for _, face := range f.all {
		if err := f.end(face.id); err != nil {
			return err
		}
	}
	slices.SortFunc(f.all, func(a, b *seenFace) int { return a.id - b.id })
	return nil
}

// track compares the face with the voice, nil for none.
func (s *seenFace) track(m *Model, v *Voice) (*Track, error) {
	t := &Track{ID: s.id, Score: math.NaN(), Logit: math.NaN(), LogLR: math.NaN(), Prominence: math.NaN(), Scores: make([]Score, len(s.seen))}
	face := s.reader.Face()
	for i := range s.seen {
		t.Scores[i] = s.seen[i].Score(face.First + i)
	}
	s.reader, s.seen = nil, nil
	t.Start = video.FrameTime(face.First)
	t.End = video.FrameTime(face.First + len(t.Scores))
	var err error
	if v == nil {
		t.Motion, err = JudgeFace(m.Runner, m.Scales.Motion, &s.trace, face, nil, Always(0))
		return t, err
	}
	c, err := Compare(m.Runner, face, v)
	if err != nil {
		return nil, err
	}
	if t.Motion, err = JudgeFace(m.Runner, m.Scales.Motion, &s.trace, face, v, c.LagAt); err != nil {
		return nil, err
	}
	if c.Spoken() >= video.MinJudged { // of less it is chance
		t.Lag, t.Lags = c.Lag, c.Lags
	}
	t.Course = avsync.LagCurve(face, v)
	c.Score(t.Scores, m.Thresholds)
	return t, nil
}
