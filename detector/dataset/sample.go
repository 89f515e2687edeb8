package dataset

import (
	"context"
	"errors"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// A Sample is the input of the network for a clip: its main face and its sound.
type Sample struct {
	Hash   string // SHA-256 of the file
	Frames int
	Crops  []byte    // (Frames, CropSize, CropSize) grey mouth crops of the main track, see observe
	Seen   []bool    // (Frames) see setMouths
	Lips   []float32 // (Frames, 20, 2) crop pixels
	Jaw    []float32 // (Frames, 17, 2) crop pixels
	Eyes   []float32 // (Frames) distance between the outer eye corners, pixels
	Yaw    []float32 // (Frames) degrees
	Mel    []float32 // (Frames·4, Bands) normalised log-mel, see audio.Normalised
	Voiced []bool    // (Frames)
	Level  []float32 // (Frames) dBFS
	Faces  int       // number of frames with any face
}

// MouthSize is the number of pixels of a crop.
const MouthSize = video.CropSize * video.CropSize

// MelRow is the number of log-mel values per frame.
const MelRow = audio.StepsPerFrame * audio.Bands

// ErrUnusable is the error for a clip without a face or sound.
var ErrUnusable = errors.New("no face or no sound")

// observe decodes a clip and returns its sample, which may be unusable. The main track is the one
// with the most mouths outside frozen pictures. Errors are those of [detector.Decode].
func observe(ctx context.Context, path string, f video.Finder) (*Sample, error) {
	tracks := map[int][]video.Mouth{}
	any := map[int]bool{}
	w, err := detector.Decode(ctx, path, f, video.Options{}, detector.Sink{Sighting: func(s video.Sighting) error {
		tracks[s.Track] = append(tracks[s.Track], s.Mouth)
		any[s.Mouth.Frame] = true
		return nil
	}})
	if err != nil {
		return nil, err
	}
	if len(tracks) == 0 || w.Sound == nil || w.Sound.Frames == 0 {
		return &Sample{Frames: w.Frames, Faces: len(any)}, nil
	}
	best, most := -1, -1
	for id, mouths := range tracks {
		if n := moving(mouths); n > most || n == most && id < best {
			best, most = id, n
		}
	}
	s := &Sample{Frames: w.Frames, Faces: len(any)}
	s.setMouths(tracks[best])
	s.setSound(w.Sound)
	return s, nil
}

// moving returns the number of mouths outside frozen pictures. It distinguishes a speaker from
// a photograph in the background.
func moving(mouths []video.Mouth) int {
	n := 0
	for _, isFrozen := range frozen(mouths) {
		if !isFrozen {
			n++
		}
	}
	return n
}

// frozen reports for every mouth of a track whether its picture is frozen.
func frozen(mouths []video.Mouth) []bool {
	out := make([]bool, len(mouths))
	var f video.FreezeDetector
	for i := range mouths {
		for k := range f.Next(mouths[i].Change) {
			out[i-k] = true
		}
	}
	return out
}

// setMouths sets the fields of the mouths (Crops to Yaw) from a track. Seen is true for a frame
// with a mouth outside a frozen picture; a frame without a mouth repeats the mouth of a
// neighbouring frame.
func (s *Sample) setMouths(mouths []video.Mouth) {
	s.Crops = make([]byte, s.Frames*MouthSize)
	s.Seen = make([]bool, s.Frames)
	s.Lips = make([]float32, s.Frames*40)
	s.Jaw = make([]float32, s.Frames*34)
	s.Eyes = make([]float32, s.Frames)
	s.Yaw = make([]float32, s.Frames)
	isFrozen := frozen(mouths)
	next := 0
	for t := range s.Frames {
		for next+1 < len(mouths) && mouths[next].Frame < t {
			next++
		}
		m := &mouths[next]
		if m.Frame > t && next > 0 {
			m = &mouths[next-1]
		}
		s.Seen[t] = m.Frame == t && !isFrozen[next]
		copy(s.Crops[t*MouthSize:], m.Crop[:])
		for i, p := range m.Lips {
			s.Lips[t*40+2*i], s.Lips[t*40+2*i+1] = float32(p.X), float32(p.Y)
		}
		for i, p := range m.Jaw {
			s.Jaw[t*34+2*i], s.Jaw[t*34+2*i+1] = float32(p.X), float32(p.Y)
		}
		s.Eyes[t], s.Yaw[t] = float32(m.EyeDist), float32(m.Yaw)
	}
}

// setSound sets the fields of the sound (Mel, Voiced, Level), padded with silence or cut to Frames.
func (s *Sample) setSound(snd *audio.Sound) {
	s.Mel = make([]float32, s.Frames*MelRow)
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

// Outline returns the points (Points, 2) of frame t in the order of the network, crop pixels.
func (s *Sample) Outline(t int) []float32 {
	return append(slices.Clone(s.Lips[t*40:(t+1)*40]), s.Jaw[t*34:(t+1)*34]...)
}

// Usable reports whether the sample has mouths and sound.
func (s *Sample) Usable() bool { return len(s.Crops) > 0 && len(s.Mel) > 0 }

// Opening returns [video.Mouth.Opening] of frame t.
func (s *Sample) Opening(t int) float64 {
	var m video.Mouth
	for i := range m.Lips {
		m.Lips[i] = video.Point{X: float64(s.Lips[t*40+2*i]), Y: float64(s.Lips[t*40+2*i+1])}
	}
	return m.Opening()
}

// Fitted changes s to n frames and returns s. It cuts a longer sample; it extends a shorter one
// with copies of the last mouth, marked as not seen, and silence. A re-encoded clip may be a
// frame longer or shorter than the original.
func (s *Sample) Fitted(n int) *Sample {
	for s.Frames < n {
		t := s.Frames - 1
		s.Crops = append(s.Crops, s.Crops[t*MouthSize:(t+1)*MouthSize]...)
		s.Lips, s.Jaw = append(s.Lips, s.Lips[t*40:(t+1)*40]...), append(s.Jaw, s.Jaw[t*34:(t+1)*34]...)
		s.Eyes, s.Yaw = append(s.Eyes, s.Eyes[t]), append(s.Yaw, s.Yaw[t])
		s.Seen, s.Voiced, s.Level = append(s.Seen, false), append(s.Voiced, false), append(s.Level, audio.MinLevel)
		s.Mel = append(s.Mel, slices.Repeat([]float32{audio.SilentValue}, MelRow)...)
		s.Frames++
	}
	s.Frames = n
	s.Crops, s.Lips, s.Jaw, s.Eyes, s.Yaw = s.Crops[:n*MouthSize], s.Lips[:n*40], s.Jaw[:n*34], s.Eyes[:n], s.Yaw[:n]
	s.Seen, s.Voiced, s.Level, s.Mel = s.Seen[:n], s.Voiced[:n], s.Level[:n], s.Mel[:n*MelRow]
	return s
}

var _ = [1]struct{}{}[network.Bands-audio.Bands] // compile-time check that both constants are equal
