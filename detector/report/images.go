package report

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image"
	"image/png"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

type (
	htmlStill struct {
		Source    template.URL
		Alt, Time string
	}
	// An htmlSpectrogram is the plot of sound and mouth opening below the stills of a segment.
	htmlSpectrogram struct {
		Image                template.URL
		Width, Height        int // of Image, in pixels
		Title, OpeningTitle  string
		Opening              string // SVG path, see lanes
		Ticks                []int  // x of the stills, in [0, curveWidth)
		Start, End, SoundNow string
	}
)

// stills returns mouth pictures as data URIs.
func (w *words) stills(stills []verdict.Still) ([]htmlStill, error) {
	var out []htmlStill
	for _, s := range stills {
		if s.Crop == nil {
			continue
		}
		source, err := pngURI(s.Crop[:], video.CropSize, video.CropSize)
		if err != nil {
			return nil, err
		}
		at := clock(video.FrameTime(s.Frame))
		out = append(out, htmlStill{Source: source, Alt: w.MouthAt.Fill(at), Time: at})
	}
	return out, nil
}

// spectrogram returns the spectrogram of a segment with the mouth opening of its track t. It
// returns nil if the segment has no spectrogram.
func (w *words) spectrogram(s *verdict.Segment, t *verdict.Track) (*htmlSpectrogram, error) {
	if s.Spectrogram == nil || s.Spectrogram.Columns == 0 || len(s.Spectrogram.Grey) != s.Spectrogram.Columns*s.Spectrogram.Rows {
		return nil, nil
	}
	grey := make([]byte, len(s.Spectrogram.Grey))
	for c := range s.Spectrogram.Columns {
		for b := range s.Spectrogram.Rows { // low frequencies at the bottom
			grey[(s.Spectrogram.Rows-1-b)*s.Spectrogram.Columns+c] = s.Spectrogram.Grey[c*s.Spectrogram.Rows+b]
		}
	}
	source, err := pngURI(grey, s.Spectrogram.Columns, s.Spectrogram.Rows)
	if err != nil {
		return nil, err
	}
	from, to := clock(s.Start), clock(s.End)
	out := &htmlSpectrogram{
		Image: source, Width: s.Spectrogram.Columns, Height: s.Spectrogram.Rows,
		Title:        w.Page.SpectrumOf.Fill(clock(s.Spectrogram.Start), clock(s.Spectrogram.End)),
		OpeningTitle: w.Page.OpeningOf.Fill(s.Track, from, to),
		Start:        from, End: to,
		SoundNow: w.Page.SoundFrom.Fill(clock(s.Spectrogram.Start), clock(s.Spectrogram.End)),
	}
	if t != nil {
		out.Opening = segmentOpening(s, t)
	}
	length := video.FrameAt(s.End) - video.FrameAt(s.Start)
	for _, m := range s.Stills {
		if at := m.Frame - video.FrameAt(s.Start); at >= 0 && at < length {
			out.Ticks = append(out.Ticks, curveWidth*at/length)
		}
	}
	return out, nil
}

// segmentOpening draws the mouth opening over a segment.
func segmentOpening(s *verdict.Segment, t *verdict.Track) string {
	first := firstFrame(t)
	from, to := max(video.FrameAt(s.Start)-first, 0), min(video.FrameAt(s.End)-first, len(t.Scores))
	if from >= to {
		return ""
	}
	return openingPath(t, t.Scores[from:to])
}

// pngURI returns a grey picture (height, width) as a data URI with a PNG.
func pngURI(grey []byte, width, height int) (template.URL, error) {
	var data bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&data, &image.Gray{Pix: grey, Stride: width, Rect: image.Rect(0, 0, width, height)}); err != nil {
		return "", err
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(data.Bytes())), nil
}
