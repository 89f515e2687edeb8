package embed

import (
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// Padding is the number of frames that are embedded before the first and after the last frame of a
// sound: the range of the lag search plus the reach of attention.
const Padding = avsync.Search + network.Reach

// A Voice is the embedded sound of a file. Slices with Padding begin Padding frames before the
// file.
type Voice struct {
	Frames     int
	Embeddings []float32 // (Frames+2·Padding, Embed)
	Sound      []bool    // (Frames+2·Padding) there is sound other than digital silence
	Speech     []bool    // (Frames+2·Padding) somebody speaks
	Level      []float32 // (Frames) dBFS
	Overlap    []float32 // (Frames+2·Padding) probability of overlapped speech in ±0.5 s
	Speakers   []float32 // (Frames+2·Padding, network.SpeakerWidth) speaker embeddings
}

// NewVoice returns a Voice with blank embeddings, of a sound with level (frames), in dBFS, and
// voiced (frames). It keeps level.
func NewVoice(level []float32, voiced []bool) *Voice {
	n := len(voiced)
	v := &Voice{Frames: n, Embeddings: make([]float32, (n+2*Padding)*network.Embed), Sound: make([]bool, n+2*Padding), Speech: make([]bool, n+2*Padding), Level: level, Overlap: make([]float32, n+2*Padding), Speakers: make([]float32, (n+2*Padding)*network.SpeakerWidth)}
	for t := range n {
		v.Sound[Padding+t] = level[t] > audio.SilenceLevel
		v.Speech[Padding+t] = voiced[t] && v.Sound[Padding+t]
	}
	return v
}

// EmbedMel embeds a sound: mel (4·frames, Bands), normalised as by [audio.Normalised], level
// (frames), in dBFS, and voiced (frames). It keeps level. Errors are those of the network.
func EmbedMel(r *network.Runner, mel, level []float32, voiced []bool) (*Voice, error) {
	v := NewVoice(level, voiced)
	if err := v.embedChunk(r, 0, v.Frames+2*Padding, mel, -Padding); err != nil {
		return nil, err
	}
	v.smoothOverlap()
	return v, nil
}

// embedChunk fills in the padded frames [from, to). Frame from is frame first of mel.
func (v *Voice) embedChunk(r *network.Runner, from, to int, mel []float32, first int) error {
	if err := r.Sounds(v.Embeddings[from*network.Embed:to*network.Embed], mel, first, audio.SilentValue); err != nil {
		return err
	}
	if err := r.Overlap(v.Overlap[from:to], mel, first, audio.SilentValue); err != nil {
		return err
	}
	return r.Speakers(v.Speakers[from*network.SpeakerWidth:to*network.SpeakerWidth], mel, first, audio.SilentValue)
}

// smoothOverlap replaces the logit of each frame by the mean probability within ±0.5 s.
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

// OverlapAt returns the probability of overlapped speech, 0..1, within ±0.5 s of a frame of the
// sound; 0 outside the padding.
func (v *Voice) OverlapAt(frame int) float32 {
	if at := Padding + frame; at >= 0 && at < len(v.Overlap) {
		return v.Overlap[at]
	}
	return 0
}

// SpeakerAt returns the speaker embedding (network.SpeakerWidth) of a frame of the sound; nil
// outside the padding. The caller must not write to it.
func (v *Voice) SpeakerAt(frame int) []float32 {
	if at := Padding + frame; at >= 0 && at*network.SpeakerWidth < len(v.Speakers) {
		return v.Speakers[at*network.SpeakerWidth : (at+1)*network.SpeakerWidth]
	}
	return nil
}

// EmbedSound is EmbedMel for a sound that is not normalised yet. It normalises a chunk at a time:
// normalising a long sound at once would take as much memory as the sound itself.
func EmbedSound(r *network.Runner, s *audio.Sound) (*Voice, error) {
	v := NewVoice(s.Level, s.Voiced)
	const frame = audio.StepsPerFrame * audio.Bands
	normaliser := audio.NewNormaliser(s)
	var mel []float32 // of frames [first, next)
	first, next := 0, 0
	for from := -Padding; from < s.Frames+Padding; from += network.Chunk {
		// [begin, end) are the whole frames that hold the steps from which the chunk is embedded.
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

// SpeechAt reports whether somebody speaks in a frame of the sound; false outside the file.
func (v *Voice) SpeechAt(frame int) bool {
	at := Padding + frame
	return at >= 0 && at < len(v.Speech) && v.Speech[at]
}

// Cut returns the frames [first, first+n) of the sound: embeddings (n, Embed), whether there is
// sound (n), and whether somebody speaks (n). It implements [avsync.Sounds]. Frames outside the
// padding have zero embeddings and neither sound nor speech. The caller must not write to the
// slices: within the padding they belong to the Voice, so that an hour of embeddings is not
// copied.
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

// Levels returns the level of the frames [first, first+n), (n) in dBFS, -70..0; nil if less than
// half of them hold speech, or for a nil Voice. Frames outside the file have the level of its first
// or last frame.
func (v *Voice) Levels(first, n int) []float64 {
	const quietest = -70 // dBFS: anything below is the noise of a quiet room
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
