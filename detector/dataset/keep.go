package dataset

import "github.com/deepcheck/deepcheck/audio"

// Keep writes a sample to the cache folder, for Load to find.
func Keep(cache string, s *Sample) error { return writeCache(cacheFile(cache, s.Hash, ""), s) }

// KeepSound writes the raw sound of a clip to the cache folder, where ClipSound finds it.
func KeepSound(cache, hash string, s *audio.Sound) error {
	return writeCache(cacheFile(cache, hash, soundSuffix), s)
}
