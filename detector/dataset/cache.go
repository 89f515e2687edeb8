package dataset

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/deepcheck/deepcheck/video"
)

// cacheVersion changes whenever the content of cache files would change. Version 5 renamed a
// field of Sample, which gob would otherwise read as 0 from older files.
const cacheVersion = "5"

// cacheFile returns the path of a cache file in the folder cache. hash is that of the clip's
// file; name distinguishes the kinds of content.
func cacheFile(cache, hash, name string) string {
	return filepath.Join(cache, hash[:min(32, len(hash))]+"-"+cacheVersion+name+".gob")
}

// Load returns the sample of a clip, from the cache folder if it is cached there. Otherwise it
// decodes the clip with a finder from f and caches the sample.
func Load(ctx context.Context, cache string, c Clip, f func() (video.Finder, error)) (*Sample, error) {
	hash, _, err := video.HashFile(ctx, c.Path)
	if err != nil {
		return nil, err
	}
	return cachedSample(cacheFile(cache, hash, ""), f, func(f video.Finder) (*Sample, error) {
		s, err := observe(ctx, c.Path, f)
		if err == nil {
			s.Hash = hash
		}
		return s, err
	})
}

// cachedSample is cached for samples: it opens a finder for read if the sample is not
// cached.
func cachedSample(name string, f func() (video.Finder, error), read func(video.Finder) (*Sample, error)) (*Sample, error) {
	return cached(name, func() (*Sample, error) {
		finder, err := f()
		if err != nil {
			return nil, err
		}
		return read(finder)
	})
}

// cached returns the content of the cache file name. If it cannot be read, find computes the
// content, and cached writes it.
func cached[T any](name string, find func() (*T, error)) (*T, error) {
	if kept, err := readCache[T](name); err == nil {
		return kept, nil
	}
	found, err := find()
	if err != nil {
		return nil, err
	}
	return found, writeCache(name, found)
}

// readCache reads what writeCache wrote.
func readCache[T any](name string) (*T, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := new(T)
	return s, gob.NewDecoder(f).Decode(s)
}

// writeCache writes to a temporary file and renames it, so that an interrupted run does not leave
// an incomplete cache file.
func writeCache[T any](name string, s *T) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("writing cache: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".sample-*")
	if err != nil {
		return fmt.Errorf("writing cache: %w", err)
	}
	err = errors.Join(gob.NewEncoder(f).Encode(s), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("writing cache: %w", err)
	}
	return nil
}

// LoadOptions configures LoadAll.
type LoadOptions struct {
	Cache    string                       // cache folder
	Jobs     int                          // number of workers
	Finder   func() (video.Finder, error) // opens the finder of one worker
	Progress func(done, total int)        // called after every clip; calls do not overlap
	Failed   func(c Clip, err error)      // called for every unusable clip; calls do not overlap

	// Read reads clip i; open returns the worker's finder. If Read is nil, Load reads the clip.
	Read func(ctx context.Context, i int, open func() (video.Finder, error)) (*Sample, error)
}

// LoadAll returns the samples of clips in their order. The sample of a clip that cannot be read
// or used is nil and its error is passed to Failed. LoadAll returns an error only if ctx is
// cancelled.
func LoadAll(ctx context.Context, clips []Clip, l LoadOptions) ([]*Sample, error) {
	out := make([]*Sample, len(clips))
	read := l.Read
	if read == nil {
		read = func(ctx context.Context, i int, f func() (video.Finder, error)) (*Sample, error) {
			return Load(ctx, l.Cache, clips[i], f)
		}
	}
	next := make(chan int)
	var mu sync.Mutex
	done := 0
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(next)
		for i := range clips {
			select {
			case next <- i:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range max(1, l.Jobs) {
		group.Go(func() error {
			var finder video.Finder
			open := func() (f video.Finder, err error) {
				if finder == nil {
					finder, err = l.Finder()
				}
				return finder, err
			}
			defer func() {
				if finder != nil {
					finder.Close()
				}
			}()
			for i := range next {
				s, err := read(ctx, i, open)
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err == nil && !s.Usable() {
					err = fmt.Errorf("reading %q: %w", clips[i].Path, ErrUnusable)
				}
				mu.Lock()
				if err == nil {
					out[i] = s
				} else if l.Failed != nil {
					l.Failed(clips[i], err)
				}
				done++
				if l.Progress != nil {
					l.Progress(done, len(clips))
				}
				mu.Unlock()
			}
			return nil
		})
	}
	return out, group.Wait()
}
