package detector

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/container"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// Options control a scan. The zero value scans the whole file and keeps no stills.
type Options struct {
	// Progress is called every few frames, from one goroutine, with the time reached and the
	// declared length, 0 if unknown; it may be nil.
	Progress func(done, total time.Duration)
	// Source selects what is decoded: the time range, the sound track, the channel.
	Source video.Options
	// Stills is the greatest number of stills per suspect segment. If it is > 0, these segments
	// also have a spectrogram.
	Stills int
}

// Scan checks one file:
//
//	file -> hash, facts -> tracks of mouths, sound -> embeddings -> alignment -> scores
//	     -> segments, verdict -> stills
//
// It returns an error if the file could not be read or scanned; the result then holds what was
// known before, such as the hash. The error names the file, except for the error of ctx and
// [video.ErrNoFFmpeg]. After an [ErrInternal] the caller must not use the model again. Without
// faces or sound, Scan returns the verdict inconclusive, not an error.
func Scan(ctx context.Context, path string, m *Model, o Options) (*verdict.Result, error) {
	r := &verdict.Result{Path: path}
	f, before, err := openFile(path) // one open file: what is hashed is what is decoded
	if err != nil {
		return r, err
	}
	defer f.Close()
	if err := identify(ctx, r, f, before.Size()); err != nil { // hash, facts
		return r, err
	}
	o.Source.File = f
	tracks, sound, err := decodeTracks(ctx, r, m, o) // embedded mouths, log-mel
	if err != nil {
		return r, err
	}
	if err := video.CheckUnchanged(f, before); err != nil {
		return r, err
	}
	voice, err := embedSound(r, m.Runner, sound)
	if err != nil {
		return r, err
	}
	if o.Stills == 0 {
		sound = nil // frees memory: only spectrograms need the sound
	}
	if r.Tracks, err = tracks.score(ctx, m, voice); err != nil { // alignment, scores
		return r, err
	}
	decide(r, m, voice) // segments, verdict
	tracks.addStills(r, o.Stills)
	addSpectrograms(r, sound)
	applyOffset(r, o.Source)
	return r, nil
}

// openFile opens a file and returns what the system knows of it.
func openFile(path string) (*os.File, fs.FileInfo, error) {
	f, err := video.OpenFile(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("reading %q: %w", path, video.WithoutPath(err))
	}
	return f, info, nil
}

// identify sets the size, the hash and the container facts of the file. A file that shrinks or
// grows while it is hashed is an error.
func identify(ctx context.Context, r *verdict.Result, f *os.File, size int64) (err error) {
	if r.SHA256, r.Size, err = video.Hash(ctx, f); err != nil {
		return err
	}
	if r.Size != size {
		return fmt.Errorf("reading %q: %w", r.Path, video.ErrChanged)
	}
	r.Container = container.Read(f, r.Size)
	return nil
}

// decodeTracks decodes the file in one pass. It returns the tracks, whose mouths are embedded as
// they arrive, and the sound, nil if there is none. It sets Media, Frames, Warnings and the tags
// of the container facts.
func decodeTracks(ctx context.Context, r *verdict.Result, m *Model, o Options) (*tracks, *audio.Sound, error) {
	ts := newTracks(m.Runner, o.Stills > 0)
	file, err := Decode(ctx, r.Path, m.Finder, o.Source, Sink{Sighting: ts.add, TrackEnded: ts.end, Progress: o.Progress})
	if file != nil {
		r.Container.AddTags(file.Media.Tags, file.Media.StreamTags)
	}
	if err != nil {
		return nil, nil, err
	}
	r.Media, r.Frames, r.Warnings = file.Media, file.Frames, file.Warnings
	return ts, file.Sound, nil
}

// embedSound embeds the sound, and sets Speech and Voiced. It returns nil if there is no sound or
// only digital silence.
func embedSound(r *verdict.Result, n *network.Runner, s *audio.Sound) (*embed.Voice, error) {
	if s == nil || s.Frames == 0 || s.Peak <= audio.SilenceLevel {
		return nil, nil
	}
	r.Speech = make([]bool, r.Frames)
	for t := range min(r.Frames, s.Frames) {
		if r.Speech[t] = s.Voiced[t]; s.Voiced[t] {
			r.Voiced++
		}
	}
	return embed.EmbedSound(n, s)
}

// decide derives segments and verdict from the scores, then the likelihood ratios, the changes of
// voice and the cutaways. v is nil if there is no sound.
func decide(r *verdict.Result, m *Model, v *embed.Voice) {
	verdict.Decide(r, v != nil, m.Thresholds)
	r.SetLikelihoodRatios(m.Scales)
	r.Change = verdict.FindChange(score.VoiceChanges(v), r.Tracks, m.Scales.Change)
	r.MarkCutaways(m.Thresholds.Fusions, m.Scales.Change)
}

// applyOffset makes the times of a scan of a part of the file count from the start of the file.
func applyOffset(r *verdict.Result, o video.Options) {
	if o.From > 0 || o.To > 0 {
		r.OffsetBy(int(o.From / video.FrameDuration))
	}
}
