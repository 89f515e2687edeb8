package detector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/video"
)

// A Watched is what Watch learns of a file besides its mouths.
type Decoded struct {
	Media    video.Info
	Frames   int          // on the 25/s line
	Sound    *audio.Sound // nil where the file has no sound
	Warnings []string
	Largest  float64 // largest eye distance of any face, pixels as shown; 0 without faces
}

// A Watcher is told what Watch sees, from one goroutine, frames in order.
type Sink struct {
	// Sighting is called for every face of every frame. The sighting is the
	// callee's to keep.
	Sighting func(video.Sighting) error
	// Ended is called when a track has ended; nil is fine.
	TrackEnded func(track int) error
	// Progress is called now and then with the time reached; nil is fine.
	Progress func(done, total time.Duration)
}

// Watch decodes a file once, as o says: pictures become tracks of mouths, told to w as
// they come, and the sound becomes log-mel. Errors are those of [video.Open], [video.Source.Close],
// [audio.Read], the finder and w, or [ErrInternal].
func Decode(ctx context.Context, path string, f video.Finder, o video.Options, sink Sink) (*Decoded, error) {
	src, err := video.Open(ctx, path, o)
	if err != nil {
		return nil, err
	}
	out := &Decoded{Media: src.Info()}
	group, ctx := errgroup.WithContext(ctx)
	unread := false
	if stream := src.Sound(); stream != nil {
		group.Go(guarded(path, func() error {
			s, err := audio.Read(ctx, stream, src.Length())
			if out.Sound = s; err != nil {
				return err
			}
			// audio.Read stops after 37 hours of sound. The rest must be drained: unread, it would block the pictures.
			n, _ := io.Copy(io.Discard, stream) // why a stream breaks off ffmpeg tells
			unread = n > 0
			return nil
		}))
	}
	group.Go(func() error {
		err := guarded(path, func() error { return out.decodePictures(ctx, src, f, sink) })()
		if err != nil {
			src.Close() // so that the sound's reader does not wait for more
		}
		return err
	})
	failed := group.Wait()
	closed := src.Close()
	out.Warnings = src.Warnings()
	if unread {
		out.Warnings = append(out.Warnings, fmt.Sprintf("the sound was heard up to %.0f seconds of the file only: scan what follows with --from", (o.From+out.Sound.Duration).Seconds()))
	}
	return out, errors.Join(failed, closed)
}

// ErrInternal is a panic that was caught. What was at work then is in no known state.
var ErrInternal = errors.New("internal error")

// guarded makes a panic in do an ErrInternal that names the file: one file that breaks
// a library must not end the sweep of thousands.
func guarded(path string, do func() error) func() error {
	return func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("reading %q: %w: %v", path, ErrInternal, p)
			}
		}()
		return do()
	}
}

// progressEvery is the number of frames between two calls of Progress.
const progressEvery = 10

func (out *Decoded) decodePictures(ctx context.Context, src *video.Source, f video.Finder, sink Sink) error {
	tracker := video.NewTracker(f, out.Media.Scale)
	var p video.Picture
	for {
		switch err := src.Next(&p); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
		out.Frames = p.Index + 1
		sightings, err := tracker.Add(&p)
		if err != nil {
			return err
		}
		for _, s := range sightings {
			out.Largest = max(out.Largest, s.Mouth.EyeDist)
			if err := sink.Sighting(s); err != nil {
				return err
			}
		}
		for _, id := range tracker.Ended() {
			if sink.TrackEnded != nil {
				if err := sink.TrackEnded(id); err != nil {
					return err
				}
			}
		}
		if sink.Progress != nil && p.Index%progressEvery == 0 {
			sink.Progress(video.FrameTime(p.Index), src.Length())
		}
	}
}
