package train

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// A Sample is what the network sees of a clip: its main face and its sound.
type Sample struct {
	Hash   string // SHA-256 of the file
	Frames int
	Crops  []byte    // (Frames, CropSize, CropSize) grey mouths of the track with most that move
	Seen   []bool    // (Frames) whether there is a mouth in a picture that does not stand still; a missing one repeats its neighbour
	Lips   []float32 // (Frames, 20, 2) crop pixels
	Jaw    []float32 // (Frames, 17, 2) crop pixels
	Eyes   []float32 // (Frames) distance of the outer eye corners, pixels
	Yaw    []float32 // (Frames) degrees
	Mel    []float32 // (Frames·4, Bands) normalised log-mel, see audio.Normalised
	Voiced []bool    // (Frames)
	Level  []float32 // (Frames) dBFS
	Any    int       // frames in which any face was seen
}

// cacheVersion changes whenever what is cached would come out differently.
const cacheVersion = "2"

// errUnusable says that a clip holds nothing to learn from or to judge.
var errUnusable = errors.New("no face or no sound")

// Observe decodes a clip and returns what the network sees of it. The error is
// errUnusable for a clip without face or sound.
func observe(ctx context.Context, path string, f video.Finder) (*Sample, error) {
	tracks := map[int][]video.Mouth{}
	any := map[int]bool{}
	w, err := detector.Watch(ctx, path, f, video.Options{}, detector.Watcher{Sighting: func(s video.Sighting) error {
		tracks[s.Track] = append(tracks[s.Track], s.Mouth)
		any[s.Mouth.Frame] = true
		return nil
	}})
	if err != nil {
		return nil, err
	}
	if len(tracks) == 0 || w.Sound == nil || w.Sound.Frames == 0 {
		return &Sample{Frames: w.Frames, Any: len(any)}, nil
	}
	best, most := -1, -1
	for id, mouths := range tracks {
		if n := moving(mouths); n > most || n == most && id < best {
			best, most = id, n
		}
	}
	s := &Sample{Frames: w.Frames, Any: len(any)}
	s.setMouths(tracks[best])
	s.setSound(w.Sound)
	return s, nil
}

// moving counts the mouths that are in no picture that stands still: beside whoever speaks
// there may be a photograph.
func moving(mouths []video.Mouth) int {
	n := 0
	for _, stands := range standing(mouths) {
		if !stands {
			n++
		}
	}
	return n
}

// standing says of every mouth of a track whether the picture stands still.
func standing(mouths []video.Mouth) []bool {
	out := make([]bool, len(mouths))
	var f detector.Freeze
	for i := range mouths {
		for k := range f.Next(mouths[i].Change) {
			out[i-k] = true
		}
	}
	return out
}

func (s *Sample) setMouths(mouths []video.Mouth) {
	const size = video.CropSize * video.CropSize
	s.Crops = make([]byte, s.Frames*size)
	s.Seen = make([]bool, s.Frames)
	s.Lips = make([]float32, s.Frames*40)
	s.Jaw = make([]float32, s.Frames*34)
	s.Eyes = make([]float32, s.Frames)
	s.Yaw = make([]float32, s.Frames)
	stands := standing(mouths)
	next := 0
	for t := range s.Frames {
		for next+1 < len(mouths) && mouths[next].Frame < t {
			next++
		}
		m := &mouths[next]
		if m.Frame > t && next > 0 {
			m = &mouths[next-1]
		}
		s.Seen[t] = m.Frame == t && !stands[next]
		copy(s.Crops[t*size:], m.Crop[:])
		for i, p := range m.Lips {
			s.Lips[t*40+2*i], s.Lips[t*40+2*i+1] = float32(p.X), float32(p.Y)
		}
		for i, p := range m.Jaw {
			s.Jaw[t*34+2*i], s.Jaw[t*34+2*i+1] = float32(p.X), float32(p.Y)
		}
		s.Eyes[t], s.Yaw[t] = float32(m.EyeDist), float32(m.Yaw)
	}
}

func (s *Sample) setSound(snd *audio.Sound) {
	const row = audio.StepsPerFrame * audio.Bands
	s.Mel = make([]float32, s.Frames*row)
	for i := range s.Mel {
		s.Mel[i] = audio.SilentValue
	}
	copy(s.Mel, audio.Normalised(snd))
	s.Voiced = make([]bool, s.Frames)
	copy(s.Voiced, snd.Voiced)
	s.Level = make([]float32, s.Frames)
	for i := range s.Level {
		s.Level[i] = audio.MinLevel
	}
	copy(s.Level, snd.Level)
}

// outline returns the points of frame t as the network sees them, (Points, 2).
func (s *Sample) outline(t int) []float32 {
	return append(slices.Clone(s.Lips[t*40:(t+1)*40]), s.Jaw[t*34:(t+1)*34]...)
}

// usable says whether there are a mouth and a sound.
func (s *Sample) usable() bool { return len(s.Crops) > 0 && len(s.Mel) > 0 }

// load returns the sample of a clip, from the cache folder where it is there.
func load(ctx context.Context, cache string, c Clip, f func() (video.Finder, error)) (*Sample, error) {
	hash, err := hashFile(c.Path)
	if err != nil {
		return nil, err
	}
	return watched(filepath.Join(cache, hash[:32]+"-"+cacheVersion+".gob"), f, func(f video.Finder) (*Sample, error) {
		s, err := observe(ctx, c.Path, f)
		if err == nil {
			s.Hash = hash
		}
		return s, err
	})
}

// watched is cached of a sample, for which a finder is opened.
func watched(name string, f func() (video.Finder, error), watch func(video.Finder) (*Sample, error)) (*Sample, error) {
	return cached(name, func() (*Sample, error) {
		finder, err := f()
		if err != nil {
			return nil, err
		}
		return watch(finder)
	})
}

// cached returns what a file of the cache holds, which is found where it is not there.
func cached[T any](name string, find func() (*T, error)) (*T, error) {
	if kept, err := readKept[T](name); err == nil {
		return kept, nil
	}
	found, err := find()
	if err != nil {
		return nil, err
	}
	return found, writeKept(name, found)
}

// readKept reads what writeKept wrote.
func readKept[T any](name string) (*T, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := new(T)
	return s, gob.NewDecoder(f).Decode(s)
}

// writeKept writes under another name first, so that a killed run leaves no half
// sample behind.
func writeKept[T any](name string, s *T) error {
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

// A loading is what LoadAll needs to know.
type loading struct {
	cache    string
	jobs     int
	finder   func() (video.Finder, error)                                                      // opens one finder, for one worker
	read     func(ctx context.Context, i int, f func() (video.Finder, error)) (*Sample, error) // of clip i; nil: as load does
	progress func(done, total int)                                                             // called after every clip, from one goroutine at a time
	failed   func(c Clip, err error)                                                           // likewise
}

// loadAll returns the samples of clips, in their order; a clip that cannot be
// read or used is nil and told to failed.
func loadAll(ctx context.Context, clips []Clip, l loading) ([]*Sample, error) {
	out := make([]*Sample, len(clips))
	read := l.read
	if read == nil {
		read = func(ctx context.Context, i int, f func() (video.Finder, error)) (*Sample, error) {
			return load(ctx, l.cache, clips[i], f)
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
	for range max(1, l.jobs) {
		group.Go(func() error {
			var finder video.Finder
			open := func() (f video.Finder, err error) {
				if finder == nil {
					finder, err = l.finder()
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
				if err == nil && !s.usable() {
					err = fmt.Errorf("reading %q: %w", clips[i].Path, errUnusable)
				}
				mu.Lock()
				if err == nil {
					out[i] = s
				} else if l.failed != nil {
					l.failed(clips[i], err)
				}
				done++
				if l.progress != nil {
					l.progress(done, len(clips))
				}
				mu.Unlock()
			}
			return nil
		})
	}
	return out, group.Wait()
}

var _ = [1]struct{}{}[network.Bands-audio.Bands] // both packages mean the same bands
