package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// A wearing is what passing a clip on has done to it: encoding it anew, small and at
// a low rate, with less of the sound, noise, or fewer pictures.
type wearing struct {
	video.Degradation
	noise float64 // dB below the speech, 0 for none
}

// drawWearing draws one. The bounds are those of what messengers and video sites make
// of a clip, and somewhat beyond.
func drawWearing(rng *rand.Rand) wearing {
	w := wearing{Degradation: video.Degradation{CRF: 24 + rng.IntN(19), SoundBitRate: 16000 + 1000*rng.IntN(33)}}
	if rng.IntN(4) > 0 {
		w.Height = 80 + 2*rng.IntN(81)
	}
	if rng.IntN(6) == 0 {
		w.FrameRate = []float64{12.5, 15, 20}[rng.IntN(3)]
	}
	if rng.IntN(3) == 0 {
		w.noise = 5 + 20*rng.Float64()
	}
	return w
}

// worn encodes the clip of a sample anew and reads it.
func worn(ctx context.Context, path string, s *Sample, w wearing, f video.Finder) (*Sample, error) {
	folder, err := os.MkdirTemp("", "deepcheck-worn-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for degraded clips: %w", err)
	}
	defer os.RemoveAll(folder)
	d := w.Degradation
	if w.noise > 0 {
		d.Noise = math.Pow(10, (speechLevel(s.Level, s.Voiced)-w.noise)/20)
	}
	out := filepath.Join(folder, "clip.mp4")
	if err := video.Degrade(ctx, path, out, d); err != nil {
		return nil, err
	}
	return observe(ctx, out, f)
}

// speechLevel is the level in dBFS of the power of the frames with speech, level
// (frames) in dBFS and voiced (frames).
func speechLevel(level []float32, voiced []bool) float64 {
	var power float64
	n := 0
	for t, l := range level {
		if voiced[t] {
			power += math.Pow(10, float64(l)/10)
			n++
		}
	}
	if n == 0 {
		return audio.MinLevel
	}
	return 10 * math.Log10(power/float64(n))
}

// under returns the clip with a part of another's voice behind it, below nepers of power
// down. Where that is louder than the clip's own sound, in a pause, its speech counts as
// speech, as in a scan.
func (s *Sample) under(voice *Sample, below float64, rng *rand.Rand) *Sample {
	out := *s
	out.Mel, out.Level, out.Voiced = slices.Clone(s.Mel), slices.Clone(s.Level), slices.Clone(s.Voiced)
	at := rng.IntN(max(1, voice.Frames-s.Frames))
	babble := make([]float32, len(s.Mel))
	network.FillMel(babble, voice.Mel, at*audio.StepsPerFrame, audio.SilentValue)
	overlay(out.Mel, babble, below)
	gain := speechLevel(s.Level, s.Voiced) - speechLevel(voice.Level, voice.Voiced) - 10*math.Log10(math.Exp(below))
	for t := range min(s.Frames, voice.Frames-at) {
		own, other := float64(s.Level[t]), float64(voice.Level[at+t])+gain
		if own <= audio.SilenceLevel || voice.Level[at+t] <= audio.SilenceLevel {
			continue
		}
		out.Level[t] = float32(10 * math.Log10(math.Pow(10, own/10)+math.Pow(10, other/10)))
		if other > own && voice.Voiced[at+t] {
			out.Voiced[t] = true
		}
	}
	return &out
}

// One in so many clips of a large source is worn, which are one person's or alike, and
// of the generated ones.
const (
	wornLarge     = 3
	wornGenerated = 2
)

// wear gives the clips that are trained on what they look and sound like after they
// were passed on. Which clips, and how, follows from the seed and the clip alone.
func (c *corpus) wear(ctx context.Context, o *Options) error {
	_, many := c.bySize(c.examples)
	large := map[*example]bool{}
	for _, e := range many {
		large[e] = true
	}
	var chosen []*example
	var clips []Clip
	var ways []wearing
	for _, e := range c.examples {
		bits, err := strconv.ParseUint(e.Hash[:16], 16, 64)
		if err != nil {
			return fmt.Errorf("reading the hash of %q: %w", e.Path, err)
		}
		rng := rand.New(rand.NewPCG(o.Seed, bits))
		one := 1
		switch {
		case large[e]:
			one = wornLarge
		case e.Label == Fake:
			one = wornGenerated
		}
		if c.split[e.Source] == HeldOut || e.Label == Dubbed || rng.IntN(one) > 0 {
			continue
		}
		chosen, clips, ways = append(chosen, e), append(clips, e.Clip), append(ways, drawWearing(rng))
	}
	o.Log("%d clips also as they are after being passed on", len(chosen))
	cache := filepath.Join(o.Work, "clips")
	samples, err := loadAll(ctx, clips, loading{jobs: o.Jobs, finder: o.OpenFinder, progress: o.Progress,
		failed: func(_ Clip, err error) { o.Log("not degraded: %v", err) },
		read: func(ctx context.Context, i int, f func() (video.Finder, error)) (*Sample, error) {
			e := chosen[i]
			name := filepath.Join(cache, fmt.Sprintf("%s-%s-worn%d.gob", e.Hash[:32], cacheVersion, o.Seed))
			return watched(name, f, func(f video.Finder) (*Sample, error) { return worn(ctx, e.Path, e.Sample, ways[i], f) })
		}})
	if err != nil {
		return err
	}
	for i, s := range samples {
		if s != nil {
			chosen[i].worn = s.fitted(chosen[i].Frames)
		}
	}
	return nil
}

// fitted cuts a sample to n frames, or repeats its last picture, in silence, up to
// them: a clip encoded anew may be a frame longer or shorter.
func (s *Sample) fitted(n int) *Sample {
	for s.Frames < n {
		t := s.Frames - 1
		s.Crops = append(s.Crops, s.Crops[t*crop:(t+1)*crop]...)
		s.Lips, s.Jaw = append(s.Lips, s.Lips[t*40:(t+1)*40]...), append(s.Jaw, s.Jaw[t*34:(t+1)*34]...)
		s.Eyes, s.Yaw = append(s.Eyes, s.Eyes[t]), append(s.Yaw, s.Yaw[t])
		s.Seen, s.Voiced, s.Level = append(s.Seen, false), append(s.Voiced, false), append(s.Level, audio.MinLevel)
		s.Mel = append(s.Mel, slices.Repeat([]float32{audio.SilentValue}, melRow)...)
		s.Frames++
	}
	s.Frames = n
	s.Crops, s.Lips, s.Jaw, s.Eyes, s.Yaw = s.Crops[:n*crop], s.Lips[:n*40], s.Jaw[:n*34], s.Eyes[:n], s.Yaw[:n]
	s.Seen, s.Voiced, s.Level, s.Mel = s.Seen[:n], s.Voiced[:n], s.Level[:n], s.Mel[:n*melRow]
	return s
}
