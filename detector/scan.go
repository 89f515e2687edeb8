package detector

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/container"
	"github.com/deepcheck/deepcheck/detector/lips"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/video/opencv"
	"github.com/deepcheck/deepcheck/weights"
)

// A Model is what judges: the face finder and the trained network. It serves
// one Scan at a time; Models must not be made by two goroutines at once.
type Model struct {
	Finder     video.Finder
	Runner     *network.Runner
	Thresholds Thresholds
	Scales     Scales
}

// NewModel opens the face finder and builds the network from a weights file.
func NewModel(w *weights.File) (*Model, error) {
	p, err := LoadParams(w)
	if err != nil {
		return nil, err
	}
	r, err := network.NewRunner(p)
	if err != nil {
		return nil, err
	}
	f, err := opencv.New()
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return &Model{Finder: f, Runner: r, Thresholds: NewThresholds(w.Calibration), Scales: NewScales(w.Calibration)}, nil
}

// LoadParams returns the network's parameters from a weights file. Its errors
// tell an unknown, a missing and a misshapen (got, want) tensor apart, and
// sound settings other than package audio's.
func LoadParams(w *weights.File) (*network.Params, error) {
	if w.Mel != MelSettings() {
		return nil, fmt.Errorf("made for sound prepared as %+v, want %+v", w.Mel, MelSettings())
	}
	p := network.BlankParams()
	for _, t := range w.Tensors {
		if err := p.Set(t.Name, t.Shape, t.Data); err != nil {
			return nil, err
		}
	}
	for _, q := range p.List() {
		if w.Tensor(q.Name) == nil {
			return nil, fmt.Errorf("missing tensor %q", q.Name)
		}
	}
	return p, nil
}

// MelSettings are the sound settings that the network is built for.
func MelSettings() weights.MelSettings {
	return weights.MelSettings{SampleRate: audio.SampleRate, Window: audio.Window, Hop: audio.Hop, FFT: audio.FFTSize,
		Bands: audio.Bands, Low: audio.MelLow, High: audio.MelHigh, Floor: audio.MelFloor}
}

// Close frees the model.
func (m *Model) Close() error { return errors.Join(m.Finder.Close(), m.Runner.Close()) }

// Options say how a file is scanned; the zero value is fine.
type Options struct {
	// Progress is called now and then, from one goroutine, with the time
	// reached and the length of the file, 0 where unknown.
	Progress func(done, total time.Duration)
	// Source is how the file is decoded, such as which of its sound tracks.
	Source video.Options
	// Strips is how many mouths of a suspect segment are kept to be looked at.
	Strips int
}

// Scan judges one file. An error means that the file could not be read, or not be judged; the result then
// holds what was known of the file by then, its hash first of all. It names the file, but for
// that of ctx and [video.ErrNoFFmpeg]; after one that is [ErrInternal] the model must not be used again.
// Everything else, a file without faces or sound among it, is a result.
func Scan(ctx context.Context, path string, m *Model, o Options) (*Result, error) {
	r := &Result{Path: path}
	if err := r.fingerprint(ctx, path); err != nil {
		return r, err
	}
	faces := newFaces(m.Runner, o.Strips > 0)
	seen, err := Watch(ctx, path, m.Finder, o.Source, Watcher{Sighting: faces.add, Ended: faces.end, Progress: o.Progress})
	if err != nil {
		return r, err
	}
	r.Media, r.Frames, r.Warnings = seen.Media, seen.Frames, seen.Warnings
	if err := faces.finish(); err != nil {
		return r, err
	}
	voice, err := r.hear(m.Runner, seen.Sound)
	if err != nil {
		return r, err
	}
	if o.Strips == 0 {
		seen.Sound = nil // a good part of what a long file takes, and of no use any more
	}
	for _, f := range faces.all {
		t, err := f.track(m, voice)
		if err != nil {
			return r, err
		}
		r.Tracks = append(r.Tracks, *t)
	}
	Judge(r, voice != nil, m.Thresholds)
	for i := range r.Tracks {
		t := &r.Tracks[i]
		if !t.excused() { // a ratio is of one voice, and of what was filmed
			t.LogLR = m.Scales.Mismatch.Of(t.Logit)
		}
	}
	for _, segments := range r.stretches() {
		for i := range segments {
			segments[i].LogLR = m.Scales.Part.Of(segments[i].Peak)
		}
	}
	r.Change = JudgeChange(voice.Changes(), r.Tracks, m.Scales.Change)
	r.markCutaways(m.Thresholds.Blends, m.Scales.Change)
	faces.strips(r, o.Strips)
	r.sights(seen.Sound)
	if o.Source.From > 0 || o.Source.To > 0 {
		r.MoveTo(int(o.Source.From / video.FrameDuration))
	}
	return r, nil
}

// fingerprint fills in the size and hash of the file.
func (r *Result) fingerprint(ctx context.Context, path string) error {
	f, err := video.OpenFile(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if r.SHA256, r.Size, err = hashOf(ctx, f); err != nil {
		return err
	}
	r.Container = container.Read(f, r.Size)
	return nil
}

// HashFile returns the SHA-256, in hexadecimal, and the size of a regular file. Errors are those of [video.OpenFile],
// of reading, which name the file, and of ctx.
func HashFile(ctx context.Context, path string) (sum string, size int64, err error) {
	f, err := video.OpenFile(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	return hashOf(ctx, f)
}

func hashOf(ctx context.Context, f *os.File) (sum string, size int64, err error) {
	const piece = 1 << 24 // bytes between two looks at ctx
	h := sha256.New()
	for {
		n, err := io.CopyN(h, f, piece)
		size += n
		var at *os.PathError
		switch {
		case err == io.EOF:
			return hex.EncodeToString(h.Sum(nil)), size, nil
		case errors.As(err, &at):
			return "", 0, fmt.Errorf("reading %q: %w", f.Name(), at.Err)
		case err != nil:
			return "", 0, fmt.Errorf("reading %q: %w", f.Name(), err)
		case ctx.Err() != nil:
			return "", 0, ctx.Err()
		}
	}
}

// hear embeds the sound; nil where there is none but digital silence.
func (r *Result) hear(n *network.Runner, s *audio.Sound) (*Voice, error) {
	if s == nil || s.Frames == 0 || s.Peak <= audio.SilenceLevel {
		return nil, nil
	}
	r.Speech = make([]bool, r.Frames)
	for t := range min(r.Frames, s.Frames) {
		if r.Speech[t] = s.Voiced[t]; s.Voiced[t] {
			r.Voiced++
		}
	}
	return HearSound(n, s)
}

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
	seen   []glimpse // one a frame from the first on
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
	for len(face.seen) < m.Frame-face.reader.first {
		face.seen = append(face.seen, glimpse{})
		face.trace.Skip()
	}
	outline := Outline(m)
	face.trace.Add(outline, float32(m.EyeDist), float32(m.Yaw))
	face.seen = append(face.seen, glimpseOf(m))
	if f.keep {
		face.album.add(m)
	}
	if err := face.reader.Add(m.Frame, m.Crop[:], outline); err != nil {
		return err
	}
	if n := face.freeze.Next(m.Change); n > 0 {
		face.reader.doubt(n)
		face.trace.Doubt(n)
		for i := len(face.seen) - n; i < len(face.seen); i++ {
			face.seen[i].frozen = true
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
		t.Scores[i] = s.seen[i].score(face.First + i)
	}
	s.reader, s.seen = nil, nil
	t.Start = video.FrameTime(face.First)
	t.End = video.FrameTime(face.First + len(t.Scores))
	var err error
	if v == nil {
		t.Motion, err = judgeFace(m, &s.trace, face, nil, Always(0))
		return t, err
	}
	c, err := Compare(m.Runner, face, v)
	if err != nil {
		return nil, err
	}
	if t.Motion, err = judgeFace(m, &s.trace, face, v, c.LagAt); err != nil {
		return nil, err
	}
	if c.spoken() >= MinJudged { // of less it is chance
		t.Lag, t.Lags = lagOf(c.Lag), c.Lags
	}
	t.Course = Course(face, v)
	c.Score(t.Scores, m.Thresholds)
	return t, nil
}
