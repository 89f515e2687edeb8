package evaluate

import (
	"fmt"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/internal/lips"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/weights"
)

// A subject is a clip in memory, without its pictures.
type subject struct {
	dataset.Clip
	frames   int
	hash     string // of the file
	face     *embed.Mouths
	unscored []verdict.Score // (frames of the face) before scoring
	trace    *lips.Trace
	sound    *clipSound
	own      *outcome // with its own sound
	model    *model
}

// scan scores the face of the clip with a sound, as a scan does.
func (s *subject) scan(sound *clipSound) (*outcome, error) { return s.model.scan(s, sound) }

// An outcome holds the scores and the verdict of one face with one sound.
type outcome struct {
	model   *model
	verdict verdict.Verdict
	band    verdict.Band
	reasons []verdict.Reason
	logit   float64         // mismatch logit of the track; NaN if too few frames are judged
	motion  float64         // mean motion logit; NaN if there is no window
	scores  []verdict.Score // (frames of the face)
	lag     avsync.Lag      // the mean of lags if the lag drifts
	lags    []int           // (frames of the face) in frames, if the lag drifts; nil otherwise

	segments []verdict.Segment // suspect segments
}

// soundFrame returns the frame of the sound that belongs to a frame of the picture.
func (o *outcome) soundFrame(frame int) int {
	if o.lags == nil {
		return frame + o.lag.Whole
	}
	return frame + o.lags[min(max(frame-o.scores[0].Frame, 0), len(o.lags)-1)]
}

// isAlarm reports whether the verdict is suspect, moderate or strong.
func (o *outcome) isAlarm() bool {
	return o.verdict == verdict.Suspect && (o.band == verdict.Moderate || o.band == verdict.Strong)
}

// scored reports whether there is a mismatch logit.
func (o *outcome) scored() bool { return !math.IsNaN(o.logit) }

// observe returns an observation of the clip.
func (s *subject) observe(value float64, positive bool) statistic.Observation {
	return statistic.Observation{Value: value, Positive: positive, Source: s.Source, File: s.File}
}

// A model is a set of weights, ready to score clips.
type model struct {
	runner     *network.Runner
	thresholds verdict.Thresholds
	scales     verdict.Scales
	trainedOn  []string // sources
}

func newModel(w *weights.File) (*model, error) {
	params, err := detector.LoadParams(w)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	runner, err := network.NewRunner(params)
	return &model{runner: runner, thresholds: verdict.NewThresholds(w.Calibration), scales: verdict.NewScales(w.Calibration), trainedOn: w.TrainedOn}, err
}

// subject embeds the mouths of a clip and scores it with its own sound.
func (x *model) subject(c dataset.Clip, s *dataset.Sample) (*subject, error) {
	out := &subject{Clip: c, model: x, frames: s.Frames, hash: s.Hash, trace: new(lips.Trace),
		sound: &clipSound{mel: s.Mel, level: s.Level, voiced: s.Voiced}}
	first := max(0, slices.Index(s.Seen, true))
	reader := embed.NewMouthReader(x.runner, first)
	for t := first; t < s.Frames; t++ {
		if s.Seen[t] {
			if err := reader.Add(t, s.Crops[t*dataset.MouthSize:(t+1)*dataset.MouthSize], s.Outline(t)); err != nil {
				return nil, err
			}
		}
	}
	if err := reader.Finish(); err != nil {
		return nil, err
	}
	out.face = reader.Mouths()
	for i, seen := range out.face.Seen {
		t := first + i
		if seen {
			out.trace.Add(s.Outline(t), s.Eyes[t], s.Yaw[t])
		} else {
			out.trace.Skip()
		}
		score := verdict.Score{Frame: t, Mouth: seen, Mismatch: math.NaN()}
		if seen {
			score.Opening, score.Yaw, score.EyeDist = s.Opening(t), float64(s.Yaw[t]), float64(s.Eyes[t])
		}
		out.unscored = append(out.unscored, score)
	}
	var err error
	out.own, err = x.scan(out, out.sound)
	return out, err
}

func (x *model) scan(s *subject, sound *clipSound) (*outcome, error) {
	t := verdict.Track{Scores: slices.Clone(s.unscored), Start: video.FrameTime(s.face.First),
		End: video.FrameTime(s.face.First + len(s.unscored))}
	out := &outcome{model: x, scores: t.Scores, motion: math.NaN()}
	if !sound.silent() {
		voice, err := embed.EmbedMel(x.runner, sound.mel, sound.level, sound.voiced)
		if err != nil {
			return nil, err
		}
		c, err := score.Compare(x.runner, s.face, voice)
		if err != nil {
			return nil, err
		}
		out.lag, out.lags = c.Lag, c.Lags
		m, err := score.ScoreMotion(x.runner, score.DescribeMotion(s.trace, s.face, voice, c.LagAt), x.scales.Motion)
		if err != nil {
			return nil, err
		}
		out.motion = m.Logit
		c.Score(t.Scores, x.thresholds)
	}
	r := verdict.Result{Frames: s.frames, Tracks: []verdict.Track{t}}
	verdict.Decide(&r, !sound.silent(), x.thresholds)
	out.verdict, out.band, out.reasons, out.segments = r.Verdict, r.Band, r.Reasons, r.Segments
	out.logit = r.Tracks[0].Logit
	return out, nil
}

// profile returns the likeness of the face and a sound at every lag within ±search frames,
// (2·search+1), see [avsync.LagProfileWithin].
func (s *subject) profile(sound *clipSound, search int) ([]float64, error) {
	voice, err := embed.EmbedMel(s.model.runner, sound.mel, sound.level, sound.voiced)
	if err != nil {
		return nil, err
	}
	return avsync.LagProfileWithin(s.face, voice, search), nil
}
