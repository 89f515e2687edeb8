package detector

import (
	"math"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// sightColumns is how many columns a Sight has at most: as many as a page
	// shows side by side.
	maxColumns = 400

	// sightRange is how far below the loudest place of the stretch, in natural
	// log of power, a sight is black: 60 dB.
	dynamicRange = 13.8
)

// addSpectrograms gives every suspect segment the spectrogram of its sound, nil for none.
func addSpectrograms(r *verdict.Result, s *audio.Sound) {
	if s == nil {
		return
	}
	for i := range r.Segments {
		seg := &r.Segments[i]
		lag := r.Track(seg.Track).LagAt((seg.Start + seg.End) / 2)
		seg.Spectrogram = spectrogram(s, seg.Start+lag, seg.End+lag)
	}
}

// sight draws the sound from start to end; nil where there is none.
func spectrogram(s *audio.Sound, start, end time.Duration) *verdict.Spectrogram {
	const step = video.FrameDuration / audio.StepsPerFrame
	from, to := max(0, int(start/step)), min(s.Steps, int(end/step))
	if from >= to {
		return nil
	}
	out := &verdict.Spectrogram{Start: time.Duration(from) * step, End: time.Duration(to) * step, Columns: min(to-from, maxColumns), Rows: audio.Bands}
	mean := make([]float64, out.Columns*audio.Bands)
	loudest := math.Inf(-1)
	for c := range out.Columns {
		a, b := from+c*(to-from)/out.Columns, from+(c+1)*(to-from)/out.Columns
		for band := range audio.Bands {
			sum := 0.0
			for t := a; t < b; t++ {
				sum += s.Mel[t*audio.Bands+band].Nepers()
			}
			m := sum / float64(b-a)
			mean[c*audio.Bands+band], loudest = m, max(loudest, m)
		}
	}
	out.Grey = make([]byte, len(mean))
	for i, m := range mean {
		out.Grey[i] = byte(math.Round(255 * min(max((m-loudest)/dynamicRange+1, 0), 1)))
	}
	return out
}
