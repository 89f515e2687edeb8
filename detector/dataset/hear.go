package dataset

import (
	"context"
	"fmt"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/video"
)

// Hear returns the sound of a clip as it is, from the cache where it is there.
// A [Sample] holds it normalised about each place, which takes out most of what one
// clip's voice differs by from another's.
func Hear(ctx context.Context, cache, hash, path string) (*audio.Sound, error) {
	return cached(place(cache, hash, soundName), func() (*audio.Sound, error) {
		src, err := video.Open(ctx, path, video.Options{NoVideo: true})
		if err != nil {
			return nil, err
		}
		defer src.Close()
		s, err := audio.Read(ctx, src.Sound(), src.Info().Duration)
		if err != nil {
			return nil, fmt.Errorf("reading %q: %w", path, err)
		}
		if err := src.Close(); err != nil {
			return nil, err
		}
		return s, nil
	})
}

// soundName tells the sound as it is from the sample.
const soundName = "-sound"

// KeepSound puts the sound of a clip into the cache folder, where Hear finds it.
func KeepSound(cache, hash string, s *audio.Sound) error {
	return writeKept(place(cache, hash, soundName), s)
}
