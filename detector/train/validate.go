package train

import (
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/network"
	avsync "github.com/deepcheck/deepcheck/sync"
)

// A clipEmbeddings holds the mouth embeddings of a whole clip.
type clipEmbeddings struct {
	mouths []float32 // (Frames, Embed)
	weight []float32 // (Frames)
}

// embedMouths embeds every frame of a clip under one image change.
func embedMouths(r *network.Runner, e *example, l *imageChange, rng *rand.Rand) (*clipEmbeddings, error) {
	return embedSample(r, e, e.Sample, l, rng)
}

// embedSample embeds every frame of sample s of clip e, the original or the degraded one.
func embedSample(r *network.Runner, e *example, s *dataset.Sample, l *imageChange, rng *rand.Rand) (*clipEmbeddings, error) {
	out := &clipEmbeddings{mouths: make([]float32, e.Frames*network.Embed), weight: make([]float32, e.Frames)}
	crops := make([]float32, (network.Chunk+2*network.Margin)*side)
	points := make([]float32, (network.Chunk+2*network.Margin)*2*network.Points)
	for from := 0; from < e.Frames; from += network.Chunk {
		n := min(network.Chunk, e.Frames-from)
		part := crops[:(n+2*network.Margin)*side]
		outline := points[:(n+2*network.Margin)*2*network.Points]
		originalTempo(from-network.Margin).mouths(part, outline, s, n+2*network.Margin, l, rng)
		if err := r.Mouths(out.mouths[from*network.Embed:(from+n)*network.Embed], part, outline); err != nil {
			return nil, err
		}
	}
	for t := range out.weight {
		out.weight[t] = e.frameWeight(t)
	}
	return out, nil
}

// embedSounds returns the embeddings of a sound from lead frames before its first to lead frames
// after its last frame, (frames+2·lead, Embed), and present (frames+2·lead), 1 within the sound
// and 0 outside.
func embedSounds(r *network.Runner, mel []float32, frames, lead int) (sounds, present []float32, err error) {
	sounds = make([]float32, (frames+2*lead)*network.Embed)
	present = make([]float32, frames+2*lead)
	for t := range frames {
		present[lead+t] = 1
	}
	return sounds, present, r.Sounds(sounds, mel, -lead, audio.SilentValue)
}

// A validation holds how well the towers find the lag of genuine clips, and separate their own
// from swapped sound, on unseen sources.
type validation struct {
	clips            int
	within1, within2 float64
	swap             float64 // AUC of the lag confidence, own against swapped sound
}

// validate validates the towers on genuine clips.
func validate(r *network.Runner, clips []*example) (v validation, err error) {
	l := noImageChange()
	type track struct {
		*clipEmbeddings
		sounds, present []float32
	}
	tracks := make([]track, len(clips))
	for i, e := range clips {
		if tracks[i].clipEmbeddings, err = embedMouths(r, e, l, nil); err != nil {
			return v, err
		}
		if tracks[i].sounds, tracks[i].present, err = embedSounds(r, e.Mel, e.Frames, avsync.Search); err != nil {
			return v, err
		}
	}
	var own, other []float64
	for i, a := range tracks {
		lag := avsync.Estimate(avsync.Profile(a.mouths, a.sounds, network.Embed, avsync.Search, a.weight, a.present))
		own = append(own, lag.Confidence)
		if lag.Within(1) {
			v.within1++
		}
		if lag.Within(2) {
			v.within2++
		}
		for k := 1; k <= 3; k++ {
			b := tracks[(i+k*7)%len(tracks)]
			if clips[(i+k*7)%len(tracks)] == clips[i] {
				continue
			}
			n := min(len(a.weight), len(b.weight))
			x := avsync.Estimate(avsync.Profile(a.mouths[:n*network.Embed], b.sounds, network.Embed, avsync.Search, a.weight[:n], b.present))
			other = append(other, x.Confidence)
		}
	}
	v.clips = len(clips)
	v.within1 /= float64(max(1, v.clips))
	v.within2 /= float64(max(1, v.clips))
	v.swap = statistic.AUC(own, other)
	return v, nil
}
