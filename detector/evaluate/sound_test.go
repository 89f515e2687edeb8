package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/dataset/made"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
)

func madeSound(seed uint64, frames int) *clipSound {
	s := made.Sample(seed, frames)
	return &clipSound{mel: s.Mel, level: s.Level, voiced: s.Voiced}
}

func TestShifted(t *testing.T) {
	const frames = 20
	h := madeSound(1, frames)
	for _, by := range []int{-25, -20, -3, 0, 4, 20, 100} {
		got := h.shifted(by)
		for f := range frames {
			from := f - by
			inside := from >= 0 && from < frames
			row, want := got.mel[f*dataset.MelRow:(f+1)*dataset.MelRow], silence(1).mel
			level := float32(audio.MinLevel)
			if inside {
				want, level = h.mel[from*dataset.MelRow:(from+1)*dataset.MelRow], h.level[from]
			}
			if !slices.Equal(row, want) || got.level[f] != level || got.voiced[f] != inside {
				t.Fatalf("by %d: frame %d is not frame %d", by, f, from)
			}
		}
	}
	if !h.shifted(20).silent() || h.shifted(19).silent() {
		t.Error("a shift by 20 is not silent, or one by 19 is")
	}
}

func TestOfLength(t *testing.T) {
	h := madeSound(1, 20)
	if got := h.ofLength(8); got.frames() != 8 || !slices.Equal(got.mel, h.mel[:8*dataset.MelRow]) {
		t.Error("the first 8 frames differ")
	}
	if got := h.ofLength(30); got.frames() != 30 || !slices.Equal(got.mel[:20*dataset.MelRow], h.mel) || got.voiced[20] {
		t.Error("30 frames are not the sound and silence")
	}
}

func TestSpliced(t *testing.T) {
	h, o := madeSound(1, 60), madeSound(2, 60)
	before := slices.Clone(h.mel)
	got := h.spliced(10, o, 30, spliceFrames)
	if !slices.Equal(h.mel, before) {
		t.Fatal("the sound itself has changed")
	}
	edge := crossFade * audio.Bands
	first, last := 10*dataset.MelRow, 35*dataset.MelRow
	if !slices.Equal(got.mel[:first], h.mel[:first]) || !slices.Equal(got.mel[last:], h.mel[last:]) {
		t.Error("frames outside the splice have changed")
	}
	if !slices.Equal(got.mel[first+edge:last-edge], o.mel[30*dataset.MelRow+edge:55*dataset.MelRow-edge]) {
		t.Error("the splice is not the second of the other sound")
	}
	for _, i := range []int{first, last - 1} { // two thirds own, one third other
		want := h.mel[i]*2/3 + o.mel[i+20*dataset.MelRow]/3
		if math.Abs(float64(got.mel[i]-want)) > 1e-5 {
			t.Errorf("at the edge %v, want %v", got.mel[i], want)
		}
	}
}

// A second of high logits between low ones is proposed first, at the frames of its sound.
func TestProposeIntervals(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	scores := make([]verdict.Score, 120)
	for i := range scores {
		logit := -2 + rng.NormFloat64()
		if i >= 50 && i < 75 {
			logit += 4
		}
		scores[i] = verdict.Score{Frame: 7 + i, Judged: true, Mismatch: network.Probability(float32(logit))}
	}
	got := proposeIntervals(3, &outcome{model: &model{}, scores: scores, lag: avsync.Lag{Whole: 4}})
	if len(got) == 0 {
		t.Fatal("nothing proposed")
	}
	best := got[0]
	if overlap := (interval{best.first, best.end}).iou(interval{61, 86}); best.clip != 3 || overlap < .75 {
		t.Errorf("proposed %+v, which overlaps 61 to 86 by %.2f", best, overlap)
	}
	for _, p := range got[1:] {
		if p.confidence > best.confidence || (interval{p.first, p.end}).iou(interval{best.first, best.end}) > 0 {
			t.Errorf("%+v beside %+v", p, best)
		}
	}
	for i := range scores {
		scores[i].Judged = false
	}
	if got := proposeIntervals(0, &outcome{model: &model{}, scores: scores}); got != nil {
		t.Errorf("without a judged frame: %+v", got)
	}
}
