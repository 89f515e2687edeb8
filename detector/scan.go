package detector

import (
	"context"
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
// [video.ErrNoFFmpeg]. After an [ErrInternal] the caller must not use the model again. A file
// without faces or sound is no error: its verdict is inconclusive.
func Scan(ctx context.Context, path string, m *Model, o Options) (*verdict.Result, error) {
	r := &verdict.Result{Path: path}
	if err := identify(ctx, r); err != nil {
		return r, err
	}
	tracks := newTracks(m.Runner, o.Stills > 0)
	file, err := Decode(ctx, path, m.Finder, o.Source, Sink{Sighting: tracks.add, TrackEnded: tracks.end, Progress: o.Progress})
	if file != nil {
		r.Container.AddTags(file.Media.Tags, file.Media.StreamTags)
	}
	if err != nil {
		return r, err
	}
	r.Media, r.Frames, r.Warnings = file.Media, file.Frames, file.Warnings
	voice, err := embedSound(r, m.Runner, file.Sound)
	if err != nil {
		return r, err
	}
	if o.Stills == 0 {
		file.Sound = nil // frees memory: only spectrograms need the sound
	}
	if r.Tracks, err = tracks.score(m, voice); err != nil {
		return r, err
	}
	verdict.Decide(r, voice != nil, m.Thresholds)
	r.Weigh(m.Scales)
	r.Change = verdict.FindChange(score.VoiceChanges(voice), r.Tracks, m.Scales.Change)
	r.MarkCutaways(m.Thresholds.Fusions, m.Scales.Change)
	tracks.addStills(r, o.Stills)
	addSpectrograms(r, file.Sound)
	if o.Source.From > 0 || o.Source.To > 0 {
		r.Offset(int(o.Source.From / video.FrameDuration))
	}
	return r, nil
}

// identify sets the size, the hash and the container facts of the file.
func identify(ctx context.Context, r *verdict.Result) error {
	f, err := video.OpenFile(r.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	if r.SHA256, r.Size, err = video.Hash(ctx, f); err != nil {
		return err
	}
	r.Container = container.Read(f, r.Size)
	return nil
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
