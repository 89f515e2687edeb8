package detector

import (
	"math"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// maxColumns is the greatest number of columns of a spectrogram: as many as a page shows.
	maxColumns = 400

	// dynamicRange is the distance from white, the loudest cell, to black, in natural logarithms
	// of power: 60 dB.
	dynamicRange = 13.8
)

// addSpectrograms adds to every suspect segment the spectrogram of the sound that belongs to it,
// shifted by the lag of its track. Without sound, s is nil and nothing is added.
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

// spectrogram returns the spectrogram of the sound in [start, end); nil if the sound has nothing
// there.
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
