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
func (m *Mouths) Span() (first, n int) { return m.First, len(m.Seen) }

// Visible reports whether the mouth was seen in frame t, counted from the start of the track.
func (m *Mouths) Visible(t int) bool { return m.Seen[t] }

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
func (r *MouthReader) Add(frame int, crop []byte, outline []float32) error {
	if r.held == 0 { // the first crop stands for the frames before the track
		r.hold(0, crop, outline)
		for r.held = 1; r.held < network.Margin; r.held++ {
			r.holdLast()
		}
	}
	for r.first+len(r.seen) < frame {
		if err := r.repeat(false); err != nil {
			return err
		}
	}
	r.hold(r.held, crop, outline)
	r.seen = append(r.seen, true)
	return r.advance()
}

// repeat appends the last mouth again: as an unseen frame or, at the tail, as margin.
func (r *MouthReader) repeat(tail bool) error {
	r.holdLast()
	if !tail {
		r.seen = append(r.seen, false)
	}
	return r.advance()
}

// hold stores a mouth at index i.
func (r *MouthReader) hold(i int, crop []byte, outline []float32) {
	Halve(r.crops[i*side:(i+1)*side], crop)
	copy(r.points[i*points:(i+1)*points], outline)
}

// holdLast stores the last mouth again, at index held.
func (r *MouthReader) holdLast() {
	copy(r.crops[r.held*side:(r.held+1)*side], r.crops[(r.held-1)*side:])
	copy(r.points[r.held*points:(r.held+1)*points], r.points[(r.held-1)*points:])
}

// advance counts the mouth just stored and embeds the chunk if it is full.
func (r *MouthReader) advance() error {
	if r.held++; r.held*side < len(r.crops) {
		return nil
	}
	return r.embed()
}

// embed embeds the held mouths except the margins.
func (r *MouthReader) embed() error {
	n := r.held - 2*network.Margin
	if n < 1 {
		return nil
	}
	out := r.chunk[:n*network.Embed]
	if err := r.runner.Mouths(out, r.crops[:r.held*side], r.points[:r.held*points]); err != nil {
		return err
	}
	r.embeddings.add(out)
	if err := r.scoreFlicker(); err != nil {
		return err
	}
	r.embedded += n
	copy(r.crops, r.crops[n*side:r.held*side])
	copy(r.points, r.points[n*points:r.held*points])
	r.held = 2 * network.Margin
	return nil
}

// scoreFlicker scores the spans that are held completely and not yet scored.
func (r *MouthReader) scoreFlicker() error {
	const span = network.FlickerSpan
	first := r.embedded - network.Margin // frame of the track at index 0 of crops
	from := len(r.flicker) * span
	n := (min(first+r.held, len(r.seen)) - from) / span
	if n < 1 {
		return nil
	}
	logits, err := r.runner.Flicker(r.crops[(from-first)*side : (from-first+n*span)*side])
	r.flicker = append(r.flicker, logits...)
	return err
}

// MarkUnseen marks the last n frames as unseen.
func (r *MouthReader) MarkUnseen(n int) { clear(r.seen[len(r.seen)-n:]) }

// First returns the frame of the file in which the track begins.
func (r *MouthReader) First() int { return r.first }

// Finish embeds the last frames. Nothing can be added afterwards.
func (r *MouthReader) Finish() error {
	if len(r.seen) == 0 {
		return nil
	}
	for range network.Margin {
		if err := r.repeat(true); err != nil {
			return err
		}
	}
	if err := r.embed(); err != nil {
		return err
	}
	r.crops, r.points, r.chunk = nil, nil, nil
	return nil
}

// Mouths returns the whole track. It must not be called before Finish. The slices belong to
// the reader.
func (r *MouthReader) Mouths() *Mouths {
	return &Mouths{First: r.first, Embeddings: &r.embeddings, Seen: r.seen, Flicker: r.flicker}
}
