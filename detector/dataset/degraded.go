package dataset

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/video"
)

// A Degradation is the degradation of a shared clip: re-encoding at a smaller size and lower bit
// rates, added noise, or a lower frame rate.
type Degradation struct {
	video.Degradation
	Noise float64 // noise level in dB below the speech, 0 for no noise
}

// LoadDegraded returns the sample of the clip at path after degradation d, from the cache
// folder if it is cached there under name. Of s, the sample of the original clip, it uses Hash,
// Level and Voiced.
func LoadDegraded(ctx context.Context, cache, name, path string, s *Sample, d Degradation, f func() (video.Finder, error)) (*Sample, error) {
	return cachedSample(cacheFile(cache, s.Hash, name), f, func(f video.Finder) (*Sample, error) { return degraded(ctx, path, s, d, f) })
}

// degraded degrades the clip of a sample and returns the sample of the result.
func degraded(ctx context.Context, path string, s *Sample, d Degradation, f video.Finder) (*Sample, error) {
	folder, err := os.MkdirTemp("", "deepcheck-degraded-")
	if err != nil {
		return nil, fmt.Errorf("creating a folder for degraded clips: %w", err)
	}
	defer os.RemoveAll(folder)
	v := d.Degradation
	if d.Noise > 0 {
		v.Noise = math.Pow(10, (SpeechLevel(s.Level, s.Voiced)-d.Noise)/20)
	}
	out := filepath.Join(folder, "clip.mp4")
	if err := video.Degrade(ctx, path, out, v); err != nil {
		return nil, err
	}
	return observe(ctx, out, f)
}

// SpeechLevel returns the level of the mean power of the frames with speech, in dBFS, for level
// (frames), in dBFS, and voiced (frames); audio.MinLevel without speech.
func SpeechLevel(level []float32, voiced []bool) float64 {
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
