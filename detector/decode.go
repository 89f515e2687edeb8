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

// Decoded is what Decode returns about a file; its mouths go to the [Sink].
type Decoded struct {
	Media    video.Info
	Frames   int          // on the 25 frames/s timeline
	Sound    *audio.Sound // nil if the file has no sound
	Warnings []string
}

// A Sink receives what Decode finds in the pictures. All calls come from one goroutine, in order of
// frames. An error ends the decoding.
type Sink struct {
	// Sighting is called for every face in every frame. The callee owns the sighting.
	Sighting func(video.Sighting) error
	// TrackEnded is called when a track has ended; it may be nil. Tracks that last to the end of
	// the file are not reported.
	TrackEnded func(track int) error
	// Progress is called every few frames with the time reached and the declared length, 0 if
	// unknown; it may be nil.
	Progress func(done, total time.Duration)
}

// Decode reads a file in one pass: f finds the mouths in its pictures, which go to sink frame by
// frame, and its sound becomes log-mel. o selects the part of the file. Errors are those of
// [video.Open], [video.Source.Close], [audio.Read], f and sink, or [ErrInternal]; Decoded is nil
// only after an error of video.Open.
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
			// audio.Read stops after 37 hours of sound. The rest must be drained, or ffmpeg would
			// block and deliver no more pictures. src.Close reports why a stream broke off.
			n, _ := io.Copy(io.Discard, stream)
			unread = n > 0
			return nil
		}))
	}
	group.Go(func() error {
		err := guarded(path, func() error { return out.decodePictures(ctx, src, f, sink) })()
		if err != nil {
			// Closing the source unblocks the reader of the sound, which then fails as well. The
			// group cancels ctx only after it has recorded err, so err is the error that counts.
			context.AfterFunc(ctx, func() { src.Close() })
		}
		return err
	})
	failed := group.Wait()
	closed := src.Close()
	out.Warnings = src.Warnings()
	if unread {
		out.Warnings = append(out.Warnings, fmt.Sprintf("the sound was read only up to %.0f s of the file: scan the rest with --from", (o.From+out.Sound.Duration).Seconds()))
	}
	return out, errors.Join(failed, closed)
}

// ErrInternal is a recovered panic. The state of everything that was in use is unknown.
var ErrInternal = errors.New("internal error")

// guarded returns do with panics turned into an ErrInternal that names the file: one file that
// breaks a library must not end a sweep of thousands.
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

// decodePictures reads all pictures of src and passes their mouths to sink.
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
