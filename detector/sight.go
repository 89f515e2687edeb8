package detector

import (
	"math"
	"slices"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// sightColumns is how many columns a Sight has at most: as many as a page
	// shows side by side.
	sightColumns = 400

	// sightRange is how far below the loudest place of the stretch, in natural
	// log of power, a sight is black: 60 dB.
	sightRange = 13.8
)

// A Sight is the log-mel spectrogram of a stretch, to be looked at.
type Sight struct {
	Start, End time.Duration // in the sound, where it belongs to the pictures: the track's lag is added
	Columns    int
	Grey       []byte // (Columns, audio.Bands) from the lowest band up; 0: 60 dB below the loudest, 255: the loudest
}

// Bands is the number of rows of a Sight.
const Bands = audio.Bands

// A sketch is the log-mel of a whole sound kept coarsely until it is known which
// stretches are to be seen: a quarter of what the sound itself takes.
type sketch struct {
	steps int
	depth []uint8 // (steps, audio.Bands) how far below the loudest place, in sketchStep; 255 and below are one
}

// sketchStep is in natural log of power: 0.43 dB, which a byte of grey hardly
// shows; 255 of them are 110 dB.
const sketchStep = 0.1

// newSketch keeps a sound; nil for none.
func newSketch(s *audio.Sound) *sketch {
	if s == nil || s.Steps == 0 {
		return nil
	}
	loudest := slices.Max(s.Mel)
	out := &sketch{steps: s.Steps, depth: make([]uint8, len(s.Mel))}
	for i, m := range s.Mel {
		out.depth[i] = uint8(min(math.Round(float64(loudest-m)/sketchStep), 255))
	}
	return out
}

// sights gives every suspect segment the picture of its sound.
func (r *Result) sights(s *sketch) {
	if s == nil {
		return
	}
	for i := range r.Segments {
		seg := &r.Segments[i]
		lag := r.Track(seg.Track).LagAt((seg.Start + seg.End) / 2)
		seg.Sound = sight(s, seg.Start+lag, seg.End+lag)
	}
}

// sight draws the sound from start to end; nil where there is none.
func sight(s *sketch, start, end time.Duration) *Sight {
	const step = video.FrameDuration / audio.StepsPerFrame
	from, to := max(0, int(start/step)), min(s.steps, int(end/step))
	if from >= to {
		return nil
	}
	out := &Sight{Start: time.Duration(from) * step, End: time.Duration(to) * step, Columns: min(to-from, sightColumns)}
	mean := make([]float64, out.Columns*audio.Bands)
	loudest := math.Inf(-1)
	for c := range out.Columns {
		a, b := from+c*(to-from)/out.Columns, from+(c+1)*(to-from)/out.Columns
		for band := range audio.Bands {
			sum := 0.0
			for t := a; t < b; t++ {
				sum -= sketchStep * float64(s.depth[t*audio.Bands+band])
			}
			m := sum / float64(b-a)
			mean[c*audio.Bands+band], loudest = m, max(loudest, m)
		}
	}
	out.Grey = make([]byte, len(mean))
	for i, m := range mean {
		out.Grey[i] = byte(math.Round(255 * min(max((m-loudest)/sightRange+1, 0), 1)))
	}
	return out
}
