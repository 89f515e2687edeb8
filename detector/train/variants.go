package train

import (
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/score"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// compareSound compares the mouths of a clip with a sound.
func compareSound(r *network.Runner, face *embed.Mouths, s *tampered) (*score.Comparison, error) {
	voice, err := embed.EmbedMel(r, s.mel, s.level, s.voiced)
	if err != nil {
		return nil, err
	}
	return score.Compare(r, face, voice)
}

// scoreFrames returns the scores of the frames of a track, as of a face of sufficient size seen
// from the front.
func scoreFrames(c *score.Comparison, face *embed.Mouths, th verdict.Thresholds) []verdict.Score {
	scores := make([]verdict.Score, len(face.Seen))
	for i := range scores {
		scores[i] = verdict.Score{Frame: i, Mouth: face.Seen[i], EyeDist: verdict.MinEyeDist}
	}
	c.Score(scores, th)
	return scores
}

// A variant is a clip, original, degraded or with a background voice, with three sounds: its own,
// an impostor voice, and its own with one spliced second.
type variant struct {
	face       *embed.Mouths
	sounds     [3]*tampered
	background bool // with the voice of a third clip in the background
}

// Indices of variant.sounds.
const (
	ownSound     = iota
	swappedSound // an impostor voice throughout
	splicedSound // its own sound with one spliced second
)

// newVariant returns the variant of example e whose sample is own. other is the donor of the
// impostor voice.
func newVariant(r *network.Runner, e *example, own, other *dataset.Sample, rng *rand.Rand) (*variant, error) {
	m, err := embedSample(r, e, own, noImageChange(), nil)
	if err != nil {
		return nil, err
	}
	swapped, spliced := untampered(own), untampered(own)
	swapped.replace(0, e.Frames, other, 0)
	from := rng.IntN(max(1, e.Frames-video.FrameRate))
	spliced.replace(from, min(from+video.FrameRate, e.Frames), other, rng.IntN(max(1, other.Frames-video.FrameRate)))
	return &variant{face: &embed.Mouths{Embeddings: embed.Float32(m.mouths), Seen: own.Seen}, sounds: [3]*tampered{untampered(own), swapped, spliced}}, nil
}

// eachVariant calls do for the variants of e: original, degraded (if both clips have a degraded
// sample) and with the voice of third in the background. The voice of other replaces that of e in
// the same version.
func eachVariant(r *network.Runner, e, other, third *example, rng *rand.Rand, do func(*variant) error) error {
	versions := [][2]*dataset.Sample{{e.Sample, other.Sample}}
	if e.degraded != nil && other.degraded != nil {
		versions = append(versions, [2]*dataset.Sample{e.degraded, other.degraded})
	}
	below := maxBabbleNepers * rng.Float64()
	versions = append(versions, [2]*dataset.Sample{withBackgroundVoice(e.Sample, third.Sample, below, rng), withBackgroundVoice(other.Sample, third.Sample, below, rng)})
	for i, w := range versions {
		t, err := newVariant(r, e, w[0], w[1], rng)
		if err != nil {
			return err
		}
		t.background = i == len(versions)-1
		if err := do(t); err != nil {
			return err
		}
	}
	return nil
}

// drawOther draws a clip that is not among not, if it finds one in 20 tries.
func drawOther(rng *rand.Rand, clips []*example, not ...*example) *example {
	e := clips[rng.IntN(len(clips))]
	for tries := 0; slices.Contains(not, e) && tries < 20; tries++ {
		e = clips[rng.IntN(len(clips))]
	}
	return e
}
