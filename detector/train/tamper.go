package train

import (
	"math/rand/v2"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
)

// A tampered is the sound of a clip, in which some frames may be replaced.
type tampered struct {
	mel     []float32
	level   []float32
	voiced  []bool
	spliced []bool // (Frames) the sound does not belong to the frame
}

// untampered returns the unchanged sound of a clip.
func untampered(s *dataset.Sample) *tampered {
	return &tampered{slices.Clone(s.Mel), slices.Clone(s.Level), slices.Clone(s.Voiced), make([]bool, s.Frames)}
}

// replace replaces frames [from, to) with the sound of o from frame at on; silence outside o.
func (s *tampered) replace(from, to int, o *dataset.Sample, at int) {
	const row = dataset.MelRow
	for t := from; t < to; t++ {
		s.spliced[t] = true
		u := at + t - from
		if u < 0 || u >= o.Frames {
			for i := range row {
				s.mel[t*row+i] = audio.SilentValue
			}
			s.level[t], s.voiced[t] = audio.MinLevel, false
			continue
		}
		copy(s.mel[t*row:(t+1)*row], o.Mel[u*row:])
		s.level[t], s.voiced[t] = o.Level[u], o.Voiced[u]
	}
}

// replaceAll replaces all frames with the sound of o, repeated as often as necessary.
func (s *tampered) replaceAll(o *dataset.Sample) {
	for from := 0; from < len(s.spliced); from += o.Frames {
		s.replace(from, min(from+o.Frames, len(s.spliced)), o, 0)
	}
}

// Shares of the ways of tampering with a clip; the rest stays unchanged.
const (
	wholeShare     = 0.20 // whole sound from another clip
	spliceShare    = 0.30 // interval from another clip
	displacedShare = 0.10 // interval from the same clip at another time
	minSplice      = 12   // frames
	maxSplice      = 50
	minShift       = 4 // frames by which displaced sound is shifted
	maxShift       = 20
)

// tamper replaces, with the shares above, the sound of e wholly or in an interval, by that of
// other or by its own sound at another time.
func tamper(rng *rand.Rand, e, other *dataset.Sample) *tampered {
	s := untampered(e)
	length := min(minSplice+rng.IntN(maxSplice-minSplice+1), e.Frames/2)
	from := rng.IntN(e.Frames - length + 1)
	at := 0
	if room := other.Frames - length; room > 0 {
		at = rng.IntN(room + 1)
	}
	switch x := rng.Float64(); {
	case x < wholeShare:
		s.replace(0, e.Frames, other, rng.IntN(max(1, other.Frames-e.Frames+1)))
	case x < wholeShare+spliceShare:
		s.replace(from, from+length, other, at)
	case x < wholeShare+spliceShare+displacedShare:
		shift := minShift + rng.IntN(maxShift-minShift+1)
		if rng.IntN(2) == 0 {
			shift = -shift
		}
		s.replace(from, from+length, e, from+shift)
	}
	return s
}

// nearEdge reports whether frame t is within edgeFrames of a splice point.
func (s *tampered) nearEdge(t int) bool {
	for d := 1; d <= edgeFrames; d++ {
		if t-d >= 0 && s.spliced[t-d] != s.spliced[t] || t+d < len(s.spliced) && s.spliced[t+d] != s.spliced[t] {
			return true
		}
	}
	return false
}
