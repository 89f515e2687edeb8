package embed

import (
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// Lead is how many frames before the first and after the last one sound is
// embedded: as far as a lag is searched and attention then looks.
const Padding = avsync.Search + network.Reach

// A Voice is the sound of a file as the network knows it.
type Voice struct {
	Frames     int
	Embeddings []float32 // (Frames+2·Lead, Embed), from Lead frames before the start
	Sound      []bool    // (Frames+2·Lead) there is sound, that is no digital silence
	Speech     []bool    // (Frames+2·Lead) somebody speaks
	Level      []float32 // (Frames) dBFS
	Overlap    []float32 // (Frames+2·Lead) how surely two or more people speak at once in the second about it, 0..1
	Speakers   []float32 // (Frames+2·Lead, network.SpeakerWidth) whose voice it is
}

// NewVoice returns a voice that is still to be embedded: level (frames) in dBFS
// and voiced (frames). It keeps level.
func NewVoice(level []float32, voiced []bool) *Voice {
	n := len(voiced)
	v := &Voice{Frames: n, Embeddings: make([]float32, (n+2*Padding)*network.Embed), Sound: make([]bool, n+2*Padding), Speech: make([]bool, n+2*Padding), Level: level, Overlap: make([]float32, n+2*Padding), Speakers: make([]float32, (n+2*Padding)*network.SpeakerWidth)}
	for t := range n {
		v.Sound[Padding+t] = level[t] > audio.SilenceLevel
		v.Speech[Padding+t] = voiced[t] && v.Sound[Padding+t]
	}
	return v
}

// Hear embeds a sound: mel (frames·4, Bands) normalised as by
// [audio.Normalised], level (frames) in dBFS and voiced (frames).
func EmbedMel(r *network.Runner, mel, level []float32, voiced []bool) (*Voice, error) {
	v := NewVoice(level, voiced)
	if err := v.embedChunk(r, 0, v.Frames+2*Padding, mel, -Padding); err != nil {
		return nil, err
	}
	v.smoothOverlap()
	return v, nil
}

// hear fills in places from up to but without to, of which the first is frame first of mel.
func (v *Voice) embedChunk(r *network.Runner, from, to int, mel []float32, first int) error {
	if err := r.Sounds(v.Embeddings[from*network.Embed:to*network.Embed], mel, first, audio.SilentValue); err != nil {
		return err
	}
	if err := r.Overlap(v.Overlap[from:to], mel, first, audio.SilentValue); err != nil {
		return err
	}
	return r.Speakers(v.Speakers[from*network.SpeakerWidth:to*network.SpeakerWidth], mel, first, audio.SilentValue)
}

// evenOverlap turns logits of frames to what is said of the seconds about them.
func (v *Voice) smoothOverlap() {
	sums := make([]float64, len(v.Overlap)+1)
	for t, logit := range v.Overlap {
		sums[t+1] = sums[t] + network.Probability(logit)
	}
	for t := range v.Overlap {
		from, to := max(0, t-video.HalfSecond), min(len(v.Overlap), t+video.HalfSecond+1)
		v.Overlap[t] = float32((sums[to] - sums[from]) / float64(to-from))
	}
}

// OverlapAt returns how surely two or more people speak at once in the second about a frame of the
// sound, 0..1; 0 beside the file.
func (v *Voice) OverlapAt(frame int) float32 {
	if at := Padding + frame; at >= 0 && at < len(v.Overlap) {
		return v.Overlap[at]
	}
	return 0
}

// SpeakerAt returns the speaker embedding (network.SpeakerWidth) of a frame of the sound; none beside the file.
func (v *Voice) SpeakerAt(frame int) []float32 {
	if at := Padding + frame; at >= 0 && at*network.SpeakerWidth < len(v.Speakers) {
		return v.Speakers[at*network.SpeakerWidth : (at+1)*network.SpeakerWidth]
	}
	return nil
}

// HearSound is Hear of a sound that is not normalised yet. It normalises what
// one chunk needs at a time: of a long sound all at once would take as much
// memory as the sound itself.
func EmbedSound(r *network.Runner, s *audio.Sound) (*Voice, error) {
	v := NewVoice(s.Level, s.Voiced)
	const frame = audio.StepsPerFrame * audio.Bands
	normaliser := audio.NewNormaliser(s)
	var mel []float32 // of the frames from first to next
	first, next := 0, 0
	for from := -Padding; from < s.Frames+Padding; from += network.Chunk {
		// Whole frames around the steps that the chunk is embedded from.
		start := network.MelStart(from)
		begin := min(max(start/audio.StepsPerFrame-1, first), next)
		end := min(max((start+network.MelSteps(network.Chunk))/audio.StepsPerFrame+1, next), s.Frames)
		mel = append(mel[:0], mel[(begin-first)*frame:]...)
		held := len(mel)
		mel = slices.Grow(mel, (end-next)*frame)[:held+(end-next)*frame]
		normaliser.Next(mel[held:])
		first, next = begin, end
		at := from + Padding
		if err := v.embedChunk(r, at, min(at+network.Chunk, len(v.Sound)), mel, from-first); err != nil {
			return nil, err
		}
	}
	v.smoothOverlap()
	return v, nil
}

// SpeechAt tells whether somebody speaks in a frame of the sound; nobody does beside the file.
func (v *Voice) SpeechAt(frame int) bool {
	at := Padding + frame
	return at >= 0 && at < len(v.Speech) && v.Speech[at]
}

// Cut returns the sound from frame first on for n frames: embeddings (n, Embed),
// where there is sound, and where somebody speaks. Beside the file there is none.
// They are not to be written to: a part inside the file is the voice's own, since
// the voice of an hour is long.
func (v *Voice) Cut(first, n int) (embeddings []float32, sound, speech []bool) {
	if at := first + Padding; at >= 0 && at+n <= len(v.Sound) {
		return v.Embeddings[at*network.Embed : (at+n)*network.Embed], v.Sound[at : at+n], v.Speech[at : at+n]
	}
	embeddings, sound, speech = make([]float32, n*network.Embed), make([]bool, n), make([]bool, n)
	from, to := max(0, -(first+Padding)), min(n, v.Frames+Padding-first)
	if from < to {
		at := first + Padding
		copy(embeddings[from*network.Embed:to*network.Embed], v.Embeddings[(at+from)*network.Embed:])
		copy(sound[from:to], v.Sound[at+from:])
		copy(speech[from:to], v.Speech[at+from:])
	}
	return embeddings, sound, speech
}

// Levels returns the level of n frames from first on, (n) in dBFS, of which at
// least half must hold speech; nil otherwise. Beside the file it is as at its ends.
func (v *Voice) Levels(first, n int) []float64 {
	const quietest = -70 // dBFS: what is below is the noise of a quiet room
	if v == nil || v.Frames == 0 {
		return nil
	}
	out := make([]float64, n)
	spoken := 0
	for i := range out {
		t := min(max(first+i, 0), v.Frames-1)
		out[i] = min(max(float64(v.Level[t]), quietest), 0)
		if v.Speech[Padding+t] {
			spoken++
		}
	}
	if spoken < n/2 {
		return nil
	}
	return out
}
