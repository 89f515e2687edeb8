package detector

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/container"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

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
	r.Weigh(m.Scales)
	r.Change = JudgeChange(VoiceChanges(voice), r.Tracks, m.Scales.Change)
	r.MarkCutaways(m.Thresholds.Blends, m.Scales.Change)
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
