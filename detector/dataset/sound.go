package dataset

import (
	"context"
	"fmt"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/video"
)

// ClipSound returns the raw sound of a clip, from the cache folder if it is cached there. The
// log-mel of a [Sample] is normalised locally instead, which removes most differences between
// voices. hash and path are those of the clip's file.
func ClipSound(ctx context.Context, cache, hash, path string) (*audio.Sound, error) {
	return cached(cacheFile(cache, hash, soundSuffix), func() (*audio.Sound, error) {
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

// soundSuffix is the cache name of raw sound, see cacheFile.
const soundSuffix = "-sound"
