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

// A Wearing is what passing a clip on has done to it: encoding it anew, small and at
// a low rate, with less of the sound, noise, or fewer pictures.
type Wearing struct {
	video.Degradation
	Noise float64 // dB below the speech, 0 for none
}

// LoadWorn returns what the network sees of a clip after it was passed on, from the
// cache folder where it is there by this name. Of the sample of the clip as it is, the
// hash and the sound's level and speech are needed.
func LoadWorn(ctx context.Context, cache, name, path string, s *Sample, w Wearing, f func() (video.Finder, error)) (*Sample, error) {
	return watched(place(cache, s.Hash, name), f, func(f video.Finder) (*Sample, error) { return worn(ctx, path, s, w, f) })
}

// worn encodes the clip of a sample anew and reads it.
func worn(ctx context.Context, path string, s *Sample, w Wearing, f video.Finder) (*Sample, error) {
	folder, err := os.MkdirTemp("", "deepcheck-worn-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for degraded clips: %w", err)
	}
	defer os.RemoveAll(folder)
	d := w.Degradation
	if w.Noise > 0 {
		d.Noise = math.Pow(10, (SpeechLevel(s.Level, s.Voiced)-w.Noise)/20)
	}
	out := filepath.Join(folder, "clip.mp4")
	if err := video.Degrade(ctx, path, out, d); err != nil {
		return nil, err
	}
	return observe(ctx, out, f)
}

// SpeechLevel is the level in dBFS of the power of the frames with speech, level
// (frames) in dBFS and voiced (frames).
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
