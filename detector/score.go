package detector

import (
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// lead is how many frames before the first and after the last one sound is
// embedded: as far as a lag is searched and attention then looks.
const lead = avsync.Search + network.Reach

// unvoiced weighs a frame of sound without speech against one with, when the
// lag is searched: pauses are alike, but where they begin tells the time.
const unvoiced = 0.1

// A Voice is the sound of a file as the network knows it.
type Voice struct {
	Frames     int
	embeddings []float32 // (Frames+2·lead, Embed), from lead frames before the start
	sound      []bool    // (Frames+2·lead) there is sound, that is no digital silence
	speech     []bool    // (Frames+2·lead) somebody speaks
	level      []float32 // (Frames) dBFS
	overlap    []float32 // (Frames+2·lead) how surely two or more people speak at once in the second about it, 0..1
	speaker    []float32 // (Frames+2·lead, network.SpeakerWidth) whose voice it is
}

// newVoice returns a voice that is still to be embedded: level (frames) in dBFS
// and voiced (frames). It keeps level.
func newVoice(level []float32, voiced []bool) *Voice {
	n := len(voiced)
	v := &Voice{Frames: n, embeddings: make([]float32, (n+2*lead)*network.Embed), sound: make([]bool, n+2*lead), speech: make([]bool, n+2*lead), level: level, overlap: make([]float32, n+2*lead), speaker: make([]float32, (n+2*lead)*network.SpeakerWidth)}
	for t := range n {
		v.sound[lead+t] = level[t] > audio.SilenceLevel
		v.speech[lead+t] = voiced[t] && v.sound[lead+t]
	}
	return v
}

// Hear embeds a sound: mel (frames·4, Bands) normalised as by
// [audio.Normalised], level (frames) in dBFS and voiced (frames).
func Hear(r *network.Runner, mel, level []float32, voiced []bool) (*Voice, error) {
	v := newVoice(level, voiced)
	if err := v.hear(r, 0, v.Frames+2*lead, mel, -lead); err != nil {
		return nil, err
	}
	v.evenOverlap()
	return v, nil
}

// hear fills in places from up to but without to, of which the first is frame first of mel.
func (v *Voice) hear(r *network.Runner, from, to int, mel []float32, first int) error {
	if err := r.Sounds(v.embeddings[from*network.Embed:to*network.Embed], mel, first, audio.SilentValue); err != nil {
		return err
	}
	if err := r.Overlaps(v.overlap[from:to], mel, first, audio.SilentValue); err != nil {
		return err
	}
	return r.Speakers(v.speaker[from*network.SpeakerWidth:to*network.SpeakerWidth], mel, first, audio.SilentValue)
}

// evenOverlap turns logits of frames to what is said of the seconds about them.
func (v *Voice) evenOverlap() {
	before := make([]float64, len(v.overlap)+1)
	for t, logit := range v.overlap {
		before[t+1] = before[t] + network.Probability(logit)
	}
	for t := range v.overlap {
		from, to := max(0, t-HalfSecond), min(len(v.overlap), t+HalfSecond+1)
		v.overlap[t] = float32((before[to] - before[from]) / float64(to-from))
	}
}

// Overlap returns how surely two or more people speak at once in the second about a frame of the
// sound, 0..1; 0 beside the file.
func (v *Voice) Overlap(frame int) float32 {
	if at := lead + frame; at >= 0 && at < len(v.overlap) {
		return v.overlap[at]
	}
	return 0
}

// described returns the speaker embedding (network.SpeakerWidth) of a frame of the sound; none beside the file.
func (v *Voice) described(frame int) []float32 {
	if at := lead + frame; at >= 0 && at*network.SpeakerWidth < len(v.speaker) {
		return v.speaker[at*network.SpeakerWidth : (at+1)*network.SpeakerWidth]
	}
	return nil
}

// HearSound is Hear of a sound that is not normalised yet. It normalises what
// one chunk needs at a time: of a long sound all at once would take as much
// memory as the sound itself.
func HearSound(r *network.Runner, s *audio.Sound) (*Voice, error) {
	v := newVoice(s.Level, s.Voiced)
	const frame = audio.StepsPerFrame * audio.Bands
	normaliser := audio.NewNormaliser(s)
	var mel []float32 // of the frames from first to next
	first, next := 0, 0
	for from := -lead; from < s.Frames+lead; from += network.Chunk {
		// Whole frames around the steps that the chunk is embedded from.
		start := network.MelStart(from)
		begin := min(max(start/audio.StepsPerFrame-1, first), next)
		end := min(max((start+network.MelSteps(network.Chunk))/audio.StepsPerFrame+1, next), s.Frames)
		mel = append(mel[:0], mel[(begin-first)*frame:]...)
		held := len(mel)
		mel = slices.Grow(mel, (end-next)*frame)[:held+(end-next)*frame]
		normaliser.Next(mel[held:])
		first, next = begin, end
		at := from + lead
		if err := v.hear(r, at, min(at+network.Chunk, len(v.sound)), mel, from-first); err != nil {
			return nil, err
		}
	}
	v.evenOverlap()
	return v, nil
}

// Cut returns the sound from frame first on for n frames: embeddings (n, Embed),
// where there is sound, and where somebody speaks. Beside the file there is none.
// They are not to be written to: a part inside the file is the voice's own, since
// the voice of an hour is long.
func (v *Voice) Cut(first, n int) (embeddings []float32, sound, speech []bool) {
	if at := first + lead; at >= 0 && at+n <= len(v.sound) {
		return v.embeddings[at*network.Embed : (at+n)*network.Embed], v.sound[at : at+n], v.speech[at : at+n]
	}
	embeddings, sound, speech = make([]float32, n*network.Embed), make([]bool, n), make([]bool, n)
	from, to := max(0, -(first+lead)), min(n, v.Frames+lead-first)
	if from < to {
		at := first + lead
		copy(embeddings[from*network.Embed:to*network.Embed], v.embeddings[(at+from)*network.Embed:])
		copy(sound[from:to], v.sound[at+from:])
		copy(speech[from:to], v.speech[at+from:])
	}
	return embeddings, sound, speech
}

// loudness returns the level of n frames from first on, (n) in dBFS, of which at
// least half must hold speech; nil otherwise. Beside the file it is as at its ends.
func (v *Voice) loudness(first, n int) []float64 {
	const quietest = -70 // dBFS: what is below is the noise of a quiet room
	if v == nil || v.Frames == 0 {
		return nil
	}
	out := make([]float64, n)
	spoken := 0
	for i := range out {
		t := min(max(first+i, 0), v.Frames-1)
		out[i] = min(max(float64(v.level[t]), quietest), 0)
		if v.speech[lead+t] {
			spoken++
		}
	}
	if spoken < n/2 {
		return nil
	}
	return out
}

// A Face is the mouths of one track as the network knows them.
type Face struct {
	First      int       // frame
	Embeddings []float32 // (n, Embed)
	Seen       []bool    // (n) a mouth was seen; elsewhere the embedding is of its neighbours
	Flicker    []float32 // a logit for every network.FlickerSpan frames, > 0: their pictures change rather as generated ones; of no use where one of them was not seen
}

// A Comparison is how a voice fits a face.
type Comparison struct {
	Lag      avsync.Lag // where it moves, its mean
	Lags     []int      // (n) frames, of every frame; nil where one holds for all
	Logits   []float32  // (n) what the head says of every frame, after the lag was taken out
	Likeness []float32  // (n) cosine of the embeddings of mouth and sound there
	Judged   []bool     // (n) mouth and speech are both there
	Pace     []float32  // (n) of the mouth, see Pace
	Voiced   []bool     // (n) the sound that belongs to the frame holds speech
	Overlap  []float32  // (n) how surely two or more people speak at once in the second about it, 0..1

	mouths, sounds []float32 // (n, Embed) the embeddings that these are of
	voices         []float32 // (n, network.SpeakerWidth) whose voice the sound of a frame is
}

// Compare finds the lag of a voice behind a face, takes it out and scores every frame. It is
// one for a track of up to ClipLength frames, and may move in a longer one, see
// followed.
func Compare(r *network.Runner, f *Face, v *Voice) (*Comparison, error) {
	n := len(f.Seen)
	c := &Comparison{Lags: followed(f, v), Judged: make([]bool, n), Voiced: make([]bool, n), Overlap: make([]float32, n), Pace: Pace(f), mouths: f.Embeddings, voices: make([]float32, n*network.SpeakerWidth)}
	first := f.First
	if c.Lags == nil {
		c.Lag = avsync.Estimate(LagProfile(f, v))
		first += c.Lag.Whole
	} else {
		c.Lag = meanLag(f, v, c.Lags)
	}
	sounds, sound, speech := v.along(first, n, network.Reach, c.Lags)
	var err error
	c.Logits, err = r.Mismatch(network.Pair{Mouths: f.Embeddings, Mouth: f.Seen, Sounds: sounds, Sound: sound, Speech: speech})
	if err != nil {
		return nil, err
	}
	c.sounds = sounds[network.Reach*network.Embed:][:n*network.Embed]
	c.Likeness = make([]float32, n)
	for t := range n {
		from, to := t*network.Embed, (t+1)*network.Embed
		c.Likeness[t] = float32(avsync.Likeness(c.mouths[from:to], c.sounds[from:to]))
		c.Voiced[t] = speech[t+network.Reach]
		heard := f.First + t + c.lagAt(t)
		c.Overlap[t] = v.Overlap(heard)
		copy(c.voices[t*network.SpeakerWidth:], v.described(heard))
		c.Judged[t] = c.Voiced[t] && f.Seen[t]
	}
	return c, nil
}

// Score fills in what a comparison says of the frames of a face, (n), whose size and turn
// are known.
func (c *Comparison) Score(scores []Score, th Thresholds) {
	for i := range scores {
		c.frame(i, &scores[i], th)
	}
	c.prominence(scores)
	c.speakers(scores)
}

// frame fills in what is said of frame i alone. Lips at rest neither fit a voice nor
// belie it: whoever speaks may stand beside the camera.
func (c *Comparison) frame(i int, s *Score, th Thresholds) {
	s.Voiced = c.Voiced[i]
	heard := c.Judged[i] && s.Usable()
	s.AtRest = heard && float64(c.Pace[i]) < th.Rest
	if s.Judged = heard && !s.AtRest; s.Judged {
		s.Likeness, s.Overlap = float64(c.Likeness[i]), float64(c.Overlap[i])
		s.Overlapped = th.Overlap > 0 && s.Overlap >= th.Overlap
		head := min(max(float64(c.Logits[i]), -mostLogit), mostLogit)
		s.Mismatch = network.Probability(float32(th.Frame.Of(head, s.Likeness)))
	}
}

// LagProfile returns the mean likeness of a face and a voice at every lag within
// ±avsync.Search frames, (2·Search+1).
func LagProfile(f *Face, v *Voice) []float64 { return LagProfileWithin(f, v, avsync.Search) }

// LagProfileWithin is LagProfile of ±search frames, (2·search+1).
func LagProfileWithin(f *Face, v *Voice, search int) []float64 { return lagProfile(f, v, search, nil) }

// lagProfile is LagProfileWithin after the lags (n) of the frames were taken out.
func lagProfile(f *Face, v *Voice, search int, lags []int) []float64 {
	n := len(f.Seen)
	sounds, sound, speech := v.along(f.First, n, search, lags)
	seen, heard := make([]float32, n), make([]float32, n+2*search)
	for t, s := range f.Seen {
		if s {
			seen[t] = 1
		}
	}
	for t := range heard {
		switch {
		case speech[t]:
			heard[t] = 1
		case sound[t]:
			heard[t] = unvoiced
		}
	}
	return avsync.Profile(f.Embeddings, sounds, network.Embed, search, seen, heard)
}

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
// them than one chunk, and of the embeddings, until they are asked for, a byte a number.
type FaceReader struct {
	first  int
	seen   []bool
	kept   packed
	runner *network.Runner
	chunk  []float32 // (Chunk, Embed) for embeddings before they are packed
	crops  []float32 // (held, Side, Side) mouths not yet embedded, after Margin that are
	points []float32 // (held, Points, 2) their points
	held   int

	embedded int       // frames
	flicker  []float32 // a logit for every network.FlickerSpan frames
}

const (
	side   = network.Side * network.Side
	points = 2 * network.Points
)

// NewFaceReader returns a reader for a track that begins at frame first.
func NewFaceReader(r *network.Runner, first int) *FaceReader {
	return &FaceReader{first: first, runner: r, chunk: make([]float32, network.Chunk*network.Embed),
		crops:  make([]float32, (network.Chunk+2*network.Margin)*side),
		points: make([]float32, (network.Chunk+2*network.Margin)*points)}
}

// Add takes the crop (CropSize, CropSize) of a frame and its points (Points, 2),
// see [Outline]. Frames left out since the last one count as not seen, and
// repeat it.
func (f *FaceReader) Add(frame int, crop []byte, outline []float32) error {
	if f.held == 0 { // the mouth is taken to have been at rest before
		f.put(0, crop, outline)
		for f.held = 1; f.held < network.Margin; f.held++ {
			f.copyLast()
		}
	}
	for f.first+len(f.seen) < frame {
		if err := f.repeat(false); err != nil {
			return err
		}
	}
	f.put(f.held, crop, outline)
	f.seen = append(f.seen, true)
	return f.advance()
}

// repeat adds the last crop once more.
func (f *FaceReader) repeat(tail bool) error {
	f.copyLast()
	if !tail {
		f.seen = append(f.seen, false)
	}
	return f.advance()
}

// put holds a mouth at place i.
func (f *FaceReader) put(i int, crop []byte, outline []float32) {
	Halve(f.crops[i*side:(i+1)*side], crop)
	copy(f.points[i*points:(i+1)*points], outline)
}

// copyLast holds the last mouth once more.
func (f *FaceReader) copyLast() {
	copy(f.crops[f.held*side:(f.held+1)*side], f.crops[(f.held-1)*side:])
	copy(f.points[f.held*points:(f.held+1)*points], f.points[(f.held-1)*points:])
}

func (f *FaceReader) advance() error {
	if f.held++; f.held*side < len(f.crops) {
		return nil
	}
	return f.embed()
}

// embed embeds what is held but for the margins.
func (f *FaceReader) embed() error {
	n := f.held - 2*network.Margin
	if n < 1 {
		return nil
	}
	out := f.chunk[:n*network.Embed]
	if err := f.runner.Mouths(out, f.crops[:f.held*side], f.points[:f.held*points]); err != nil {
		return err
	}
	f.kept.add(out)
	if err := f.judgeFlicker(); err != nil {
		return err
	}
	f.embedded += n
	copy(f.crops, f.crops[n*side:f.held*side])
	copy(f.points, f.points[n*points:f.held*points])
	f.held = 2 * network.Margin
	return nil
}

// judgeFlicker judges the stretches that are held whole and were not judged before.
func (f *FaceReader) judgeFlicker() error {
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

// doubt makes the last n frames count as not seen.
func (f *FaceReader) doubt(n int) { clear(f.seen[len(f.seen)-n:]) }

// Finish embeds the last frames. No more can be added then.
func (f *FaceReader) Finish() error {
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
func (f *FaceReader) Face() *Face {
	return &Face{First: f.first, Embeddings: f.kept.unpack(), Seen: f.seen, Flicker: f.flicker}
}
