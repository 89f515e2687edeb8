package embed

import (
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// Mouths are the embedded mouths of one track of n frames.
type Mouths struct {
	First      int    // frame of the file in which the track begins
	Embeddings        // (n, Embed)
	Seen       []bool // (n) whether the mouth was seen; unseen frames repeat its last crop
	// Flicker is (n/network.FlickerSpan): for each span of frames, the logit that its crops change
	// as those of a generated mouth do. It has no meaning if a frame of the span was unseen.
	Flicker []float32
}

// Span returns the first frame and the number of frames. Mouths implement [avsync.Mouths].
func (f *Mouths) Span() (first, n int) { return f.First, len(f.Seen) }

// Visible reports whether the mouth was seen in frame t, counted from the start of the track.
func (f *Mouths) Visible(t int) bool { return f.Seen[t] }

// Halve reduces a mouth crop (CropSize, CropSize) to the network's input: it writes the means of
// 2x2 pixels to dst (Side, Side), grey values 0..255.
func Halve(dst []float32, crop []byte) {
	const w, s = video.CropSize, network.Side
	for y := range s {
		for x := range s {
			i := 2*y*w + 2*x
			dst[y*s+x] = float32(int(crop[i])+int(crop[i+1])+int(crop[i+w])+int(crop[i+w+1])) / 4
		}
	}
}

// Outline returns the points of a mouth in the network's order, (Points, 2) in crop pixels: the
// lips, then the jaw.
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

// A MouthReader embeds the mouths of one track and scores their flicker as the frames arrive. It
// holds no more than a chunk of crops and two margins, and the embeddings in [Quantized] form.
type MouthReader struct {
	first      int
	seen       []bool
	embeddings Quantized
	runner     *network.Runner
	chunk      []float32 // (Chunk, Embed) embeddings before they are quantized
	crops      []float32 // (held, Side, Side) crops not yet embedded, and Margin before them
	points     []float32 // (held, Points, 2) their points
	held       int       // at most Chunk+2·Margin

	embedded int       // frames embedded so far
	flicker  []float32 // a logit for each span of network.FlickerSpan frames
}

const (
	side   = network.Side * network.Side
	points = 2 * network.Points
)

// NewMouthReader returns a reader for a track that begins in frame first of the file.
func NewMouthReader(r *network.Runner, first int) *MouthReader {
	return &MouthReader{first: first, runner: r, chunk: make([]float32, network.Chunk*network.Embed),
		crops:  make([]float32, (network.Chunk+2*network.Margin)*side),
		points: make([]float32, (network.Chunk+2*network.Margin)*points)}
}

// Add appends a frame of the file: its crop (CropSize, CropSize) and points (Points, 2), see
// [Outline]. Frames omitted since the last call count as unseen and repeat its crop. Add keeps
// neither slice. Errors are those of the network.
func (f *MouthReader) Add(frame int, crop []byte, outline []float32) error {
	if f.held == 0 { // the first crop stands for the frames before the track
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

// repeat appends the last mouth once more: as an unseen frame or, at the tail, as margin.
func (f *MouthReader) repeat(tail bool) error {
	f.holdLast()
	if !tail {
		f.seen = append(f.seen, false)
	}
	return f.advance()
}

// hold stores a mouth at index i.
func (f *MouthReader) hold(i int, crop []byte, outline []float32) {
	Halve(f.crops[i*side:(i+1)*side], crop)
	copy(f.points[i*points:(i+1)*points], outline)
}

// holdLast stores the last mouth once more, at index held.
func (f *MouthReader) holdLast() {
	copy(f.crops[f.held*side:(f.held+1)*side], f.crops[(f.held-1)*side:])
	copy(f.points[f.held*points:(f.held+1)*points], f.points[(f.held-1)*points:])
}

// advance counts the mouth just stored and embeds the chunk if it is full.
func (f *MouthReader) advance() error {
	if f.held++; f.held*side < len(f.crops) {
		return nil
	}
	return f.embed()
}

// embed embeds the held mouths except the margins.
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

// scoreFlicker scores the spans that are held completely and not yet scored.
func (f *MouthReader) scoreFlicker() error {
	const span = network.FlickerSpan
	first := f.embedded - network.Margin // frame of the track at index 0 of crops
	from := len(f.flicker) * span
	n := (min(first+f.held, len(f.seen)) - from) / span
	if n < 1 {
		return nil
	}
	logits, err := f.runner.Flicker(f.crops[(from-first)*side : (from-first+n*span)*side])
	f.flicker = append(f.flicker, logits...)
	return err
}

// MarkUnseen marks the last n frames as unseen.
func (f *MouthReader) MarkUnseen(n int) { clear(f.seen[len(f.seen)-n:]) }

// First returns the frame of the file in which the track begins.
func (f *MouthReader) First() int { return f.first }

// Finish embeds the last frames. Nothing can be added afterwards.
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

// Mouths returns the whole track. It must not be called before Finish. The slices are the reader's
// own.
func (f *MouthReader) Mouths() *Mouths {
	return &Mouths{First: f.first, Embeddings: &f.embeddings, Seen: f.seen, Flicker: f.flicker}
}
