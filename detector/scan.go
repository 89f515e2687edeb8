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

// Options say how a file is scanned; the zero value is fine.
type Options struct {
	// Progress is called now and then, from one goroutine, with the time
	// reached and the length of the file, 0 where unknown.
	Progress func(done, total time.Duration)
	// Source is how the file is decoded, such as which of its sound tracks.
	Source video.Options
	// Strips is how many mouths of a suspect segment are kept to be looked at.
	Stills int
}

// Scan judges one file: file -> hash and facts, tracks of mouths, sound -> embeddings -> alignment ->
// scores -> segments and verdicts -> stills.
//
// An error means that the file could not be read or judged. The result then holds what was known by
// then, first of all the hash of the file. The error names the file, except for the error of ctx and
// [video.ErrNoFFmpeg]. After an [ErrInternal] the caller must not use the model again.
// Everything else is a result, a file without faces or sound included.
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
		file.Sound = nil // frees much of the memory of a long file: only spectrograms need the sound
	}
	if r.Tracks, err = tracks.score(m, voice); err != nil {
		return r, err
	}
	verdict.Decide(r, voice != nil, m.Thresholds)
	r.SetLikelihoodRatios(m.Scales)
	r.Change = verdict.FindChange(score.VoiceChanges(voice), r.Tracks, m.Scales.Change)
	r.MarkCutaways(m.Thresholds.Fusions, m.Scales.Change)
	tracks.addStills(r, o.Stills)
	addSpectrograms(r, file.Sound)
	if o.Source.From > 0 || o.Source.To > 0 {
		r.OffsetBy(int(o.Source.From / video.FrameDuration))
	}
	return r, nil
}

// identify fills in the size, the hash and the container facts of the file.
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

// embedSound embeds the sound and notes which frames hold speech. It returns nil for no sound and
// for digital silence.
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
