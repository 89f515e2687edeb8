package evaluate

import (
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/dataset/made"
)

// TakenOver and Interrupted leave the rest of a sound unchanged.
func TestSplicedVoices(t *testing.T) {
	own, other := made.Voice(1, 0, 150), made.Voice(2, 9, 80)
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		for name, s := range map[string]*audio.Sound{"taken over": TakenOver(rng, own, other), "interrupted": Interrupted(rng, own, other)} {
			if s.Frames != len(s.Voiced) || s.Frames != len(s.Level) || len(s.Mel) != s.Frames*dataset.MelRow || s.Steps != 4*s.Frames {
				t.Fatalf("%s: %d frames, %d voiced, %d levels, %d mel", name, s.Frames, len(s.Voiced), len(s.Level), len(s.Mel))
			}
			theirs := 0
			for f := range s.Frames {
				if s.Mel[f*dataset.MelRow] != own.Mel[f*dataset.MelRow] {
					theirs++
				}
			}
			if theirs < 25 || theirs > 90 || s.Frames < 125 || name == "interrupted" && (s.Frames != 150 || theirs > 75) {
				t.Errorf("%s: %d of %d frames are not own", name, theirs, s.Frames)
			}
		}
	}
}
