package embed

import (
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// A Face is the mouths of one track as the network knows them.
type Mouths struct {
	First      int       // frame
	Embeddings           // of its frames, n
	Seen       []bool    // (n) a mouth was seen; elsewhere the embedding is of its neighbours
	Flicker    []float32 // a logit for every network.FlickerSpan frames, > 0: their pictures change rather as generated ones; of no use where one of them was not seen
}

// Span returns the first frame and the number of frames, see [avsync.Mouths].
func (f *Mouths) Span() (first, n int) { return f.First, len(f.Seen) }

// Visible reports whether the mouth of frame t of the track was seen, see [avsync.Mouths].
func (f *Mouths) Visible(t int) bool { return f.Seen[t] }

// Halve writes a mouth crop as the network sees it, (Side, Side) means of 2x2
// grey values, to dst.
func Halve(dst []float32, crop []byte) {
	const w, s = video.CropSize, network.Side
	for y := range s {
		for x := range s {
			i := 2*y*w + 2*x
			dst[y*s+x] = float32(int(crop[i])+int(crop[i+1])+int(crop[i+w])+int(crop[i+w+1])) / 4
		}
	}
}

// Outline returns the points of a mouth as the network sees them, (Points, 2) in
// crop pixels: the lips, then the jaw.
func Outline(m *video.Mouth) []float32 {
	out := make([]float32, 0, points)
	for _, p := range m.Lips {
		out = append(out, float32(p.X), float32(p.Y))
	}
	for _, p := range m.Jaw {
		out = append(out, float32(p.X), float32(p.Y))
	}
	return out
}

// A FaceReader embeds the mouths of one track as they come and judges how they flicker, keeping no more of
// them than one chunk, and of the embeddings a byte a number.
type MouthReader struct {
	first      int
	seen       []bool
	embeddings Quantized
	runner     *network.Runner
	chunk      []float32 // (Chunk, Embed) for embeddings before they are packed
	crops      []float32 // (held, Side, Side) mouths not yet embedded, after Margin that are
	points     []float32 // (held, Points, 2) their points
	held       int

	embedded int       // frames
	flicker  []float32 // a logit for every network.FlickerSpan frames
}

const (
	side   = network.Side * network.Side
	points = 2 * network.Points
)

// NewFaceReader returns a reader for a track that begins at frame first.
func NewMouthReader(r *network.Runner, first int) *MouthReader {
	return &MouthReader{first: first, runner: r, chunk: make([]float32, network.Chunk*network.Embed),
		crops:  make([]float32, (network.Chunk+2*network.Margin)*side),
		points: make([]float32, (network.Chunk+2*network.Margin)*points)}
}

// Add takes the crop (CropSize, CropSize) of a frame and its points (Points, 2),
// see [Outline]. Frames left out since the last one count as not seen, and
// repeat it.
func (f *MouthReader) Add(frame int, crop []byte, outline []float32) error {
	if f.held == 0 { // the mouth is taken to have been at rest before
		f.hold(0, crop, outline)
		for f.held = 1; f.held < network.Margin; f.held++ {
			f.holdLast()
		}
	}
	for f.first+len(f.seen) < frame {
		if err := f.repeat(false); err != nil {
			return err
		}
	}
	f.hold(f.held, crop, outline)
	f.seen = append(f.seen, true)
	return f.advance()
}

// repeat adds the last crop once more.
func (f *MouthReader) repeat(tail bool) error {
	f.holdLast()
	if !tail {
		f.seen = append(f.seen, false)
	}
	return f.advance()
}

// put holds a mouth at place i.
func (f *MouthReader) hold(i int, crop []byte, outline []float32) {
	Halve(f.crops[i*side:(i+1)*side], crop)
	copy(f.points[i*points:(i+1)*points], outline)
}

// copyLast holds the last mouth once more.
func (f *MouthReader) holdLast() {
	copy(f.crops[f.held*side:(f.held+1)*side], f.crops[(f.held-1)*side:])
	copy(f.points[f.held*points:(f.held+1)*points], f.points[(f.held-1)*points:])
}

func (f *MouthReader) advance() error {
	if f.held++; f.held*side < len(f.crops) {
		return nil
	}
	return f.embed()
}

// embed embeds what is held but for the margins.
func (f *MouthReader) embed() error {
	n := f.held - 2*network.Margin
	if n < 1 {
		return nil
	}
	out := f.chunk[:n*network.Embed]
	if err := f.runner.Mouths(out, f.crops[:f.held*side], f.points[:f.held*points]); err != nil {
		return err
	}
	f.embeddings.add(out)
	if err := f.scoreFlicker(); err != nil {
		return err
	}
	f.embedded += n
	copy(f.crops, f.crops[n*side:f.held*side])
	copy(f.points, f.points[n*points:f.held*points])
	f.held = 2 * network.Margin
	return nil
}

// judgeFlicker judges the stretches that are held whole and were not judged before.
func (f *MouthReader) scoreFlicker() error {
	const span = network.FlickerSpan
	first := f.embedded - network.Margin // frame of the track that is held first
	from := len(f.flicker) * span
	n := (min(first+f.held, len(f.seen)) - from) / span
	if n < 1 {
		return nil
	}
	logits, err := f.runner.Flicker(f.crops[(from-first)*side : (from-first+n*span)*side])
	f.flicker = append(f.flicker, logits...)
	return err
}

// Doubt makes the last n frames count as not seen.
func (f *MouthReader) MarkUnseen(n int) { clear(f.seen[len(f.seen)-n:]) }

// First returns the frame of the file with which the track begins.
func (f *MouthReader) First() int { return f.first }

// Finish embeds the last frames. No more can be added then.
func (f *MouthReader) Finish() error {
	if len(f.seen) == 0 {
		return nil
	}
	for range network.Margin {
		if err := f.repeat(true); err != nil {
			return err
		}
	}
	if err := f.embed(); err != nil {
		return err
	}
	f.crops, f.points, f.chunk = nil, nil, nil
	return nil
}

// Face returns the whole face, after Finish.
func (f *MouthReader) Mouths() *Mouths {
	return &Mouths{First: f.first, Embeddings: &f.embeddings, Seen: f.seen, Flicker: f.flicker}
}
