package evaluate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// madePair returns a clip of 4 s with one mismatch logit for its own voice, another for that of
// an impostor, and a third for one second of its own voice.
func madePair(th verdict.Thresholds, own, other, second float64) impostorPair {
	scores := func(logit, second float64) []verdict.Score {
		out := make([]verdict.Score, 4*video.FrameRate)
		for i := range out {
			x := logit
			if i >= 40 && i < 65 {
				x = second
			}
			out[i] = verdict.Score{Mouth: true, Voiced: true, Judged: true, EyeDist: 60, Mismatch: 1 / (1 + math.Exp(-x))}
		}
		return out
	}
	s := &subject{Clip: dataset.Clip{Source: "a", File: "b"}, own: &outcome{scores: scores(own, second)}, model: &model{thresholds: th}}
	return impostorPair{s, &outcome{scores: scores(other, other)}}
}

// madePairs returns such clips, all scored by the same weights.
func madePairs(th verdict.Thresholds, clips ...[3]float64) (all []impostorPair) {
	for _, c := range clips {
		all = append(all, madePair(th, c[0], c[1], c[2]))
		all[len(all)-1].model = all[0].model
	}
	return all
}

// Scores of some weights are not compared with the thresholds of others.
func TestLongFilesOfSeveralWeights(t *testing.T) {
	low := verdict.Thresholds{TrackWeak: 1, TrackModerate: 2, TrackStrong: 3, SegmentWeak: 1, SegmentModerate: 2, SegmentStrong: 3}
	high := verdict.Thresholds{TrackWeak: 5, TrackModerate: 6, TrackStrong: 7, SegmentWeak: 5, SegmentModerate: 6, SegmentStrong: 7}
	all := append(madePairs(low, [3]float64{-5, 7, -5}, [3]float64{-4, 7, -4}), madePairs(high, [3]float64{3, 9, 3}, [3]float64{4, 9, 4})...)
	if got := longSuspectShare(rand.New(rand.NewPCG(1, 1)), all, 20, false); got != 0 {
		t.Errorf("false alarms %v, want none", got)
	}
	if got := longSuspectShare(rand.New(rand.NewPCG(1, 1)), all, 20, true); got != 1 {
		t.Errorf("found %v, want all", got)
	}
}

func TestLongFiles(t *testing.T) {
	th := verdict.Thresholds{TrackWeak: 1, TrackModerate: 2, TrackStrong: 3, SegmentWeak: 1, SegmentModerate: 2, SegmentStrong: 3}
	rises := th
	rises.TrackRise, rises.SegmentRise = 1, 1 // by 3.6 in a file of 37 times video.ClipLength
	for _, test := range []struct {
		name         string
		thresholds   verdict.Thresholds
		clips        [][3]float64 // logits of own voice, impostor, one second of the own voice
		alarm, found float64
	}{
		{"genuine", rises, [][3]float64{{-5, 7, -5}}, 0, 1},
		{"impostor fits", rises, [][3]float64{{-5, -5, -5}}, 0, 0},
		{"weak second in each clip", th, [][3]float64{{-5, 7, 1}}, 1, 1},
		{"the same, thresholds rise with length", rises, [][3]float64{{-5, 7, 1}}, 0, 1},
	} {
		all := madePairs(test.thresholds, test.clips...)
		rng := rand.New(rand.NewPCG(1, 1))
		if got := longSuspectShare(rng, all, 5, false); got != test.alarm {
			t.Errorf("%s: false alarms %v, want %v", test.name, got, test.alarm)
		}
		if got := longSuspectShare(rng, all, 5, true); got != test.found {
			t.Errorf("%s: found %v, want %v", test.name, got, test.found)
		}
	}
}

// Tracks follow each other without a gap and fill the file.
func TestConcatenateClips(t *testing.T) {
	all := []impostorPair{madePair(verdict.Thresholds{}, -5, 7, -5)}
	r, _ := concatenateClips(rand.New(rand.NewPCG(1, 1)), all, true)
	if r.Frames < longFile || r.Frames >= longFile+len(all[0].own.scores) {
		t.Errorf("%d frames, want %d or up to one clip more", r.Frames, longFile)
	}
	next := 0
	for _, track := range r.Tracks {
		for _, s := range track.Scores {
			if s.Frame != next {
				t.Fatalf("frame %d, want %d", s.Frame, next)
			}
			next++
		}
	}
	if r.Tracks[0].Scores[0].Mismatch < .9 || r.Tracks[1].Scores[0].Mismatch > .1 {
		t.Error("not exactly the first track has an impostor voice")
	}
}
