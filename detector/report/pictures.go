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
	htmlMouth struct {
		Source    template.URL
		Alt, Time string
	}
	// An htmlStrip is the sound beneath the mouths of a segment.
	htmlStrip struct {
		Spectrum             template.URL
		Width, Height        int // pixels of Spectrum
		Title, OpeningTitle  string
		Opening              string // path, as in lanes
		Ticks                []int  // x of the mouths, in curveWidth
		Start, End, SoundNow string
	}
)

// mouths returns a strip as pictures that the page carries in itself.
func (w *words) mouths(strip []verdict.Still) ([]htmlMouth, error) {
	var out []htmlMouth
	for _, m := range strip {
		if m.Crop == nil {
			continue
		}
		source, err := picture(m.Crop[:], video.CropSize, video.CropSize)
		if err != nil {
			return nil, err
		}
		at := clock(video.FrameTime(m.Frame))
		out = append(out, htmlMouth{Source: source, Alt: w.MouthAt.Fill(at), Time: at})
	}
	return out, nil
}

// strip returns the sound of a segment with the opening of its track's lips; nil
// where no sound was kept.
func (w *words) strip(s *verdict.Segment, t *verdict.Track) (*htmlStrip, error) {
	if s.Spectrogram == nil || s.Spectrogram.Columns == 0 || len(s.Spectrogram.Grey) != s.Spectrogram.Columns*s.Spectrogram.Rows {
		return nil, nil
	}
	grey := make([]byte, len(s.Spectrogram.Grey))
	for c := range s.Spectrogram.Columns {
		for b := range s.Spectrogram.Rows { // low tones at the bottom
			grey[(s.Spectrogram.Rows-1-b)*s.Spectrogram.Columns+c] = s.Spectrogram.Grey[c*s.Spectrogram.Rows+b]
		}
	}
	source, err := picture(grey, s.Spectrogram.Columns, s.Spectrogram.Rows)
	if err != nil {
		return nil, err
	}
	from, to := clock(s.Start), clock(s.End)
	out := &htmlStrip{
		Spectrum: source, Width: s.Spectrogram.Columns, Height: s.Spectrogram.Rows,
		Title:        w.Page.SpectrumOf.Fill(clock(s.Spectrogram.Start), clock(s.Spectrogram.End)),
		OpeningTitle: w.Page.OpeningOf.Fill(s.Track, from, to),
		Start:        from, End: to,
		SoundNow: w.Page.SoundFrom.Fill(clock(s.Spectrogram.Start), clock(s.Spectrogram.End)),
	}
	if t != nil {
		out.Opening = openings(s, t)
	}
	length := video.FrameAt(s.End) - video.FrameAt(s.Start)
	for _, m := range s.Stills {
		if at := m.Frame - video.FrameAt(s.Start); at >= 0 && at < length {
			out.Ticks = append(out.Ticks, curveWidth*at/length)
		}
	}
	return out, nil
}

// openings draws the lips' opening over a segment.
func openings(s *verdict.Segment, t *verdict.Track) string {
	first := firstFrame(t)
	from, to := max(video.FrameAt(s.Start)-first, 0), min(video.FrameAt(s.End)-first, len(t.Scores))
	if from >= to {
		return ""
	}
	return opened(t, t.Scores[from:to])
}

// picture returns a grey picture (height, width) as a PNG in a data URI.
func picture(grey []byte, width, height int) (template.URL, error) {
	var data bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&data, &image.Gray{Pix: grey, Stride: width, Rect: image.Rect(0, 0, width, height)}); err != nil {
		return "", err
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(data.Bytes())), nil
}
