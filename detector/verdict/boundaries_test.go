package verdict

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// A segment starts and ends where the frame logits change, not where the mean over a second crosses
// the threshold.
func TestSegmentBoundaries(t *testing.T) {
	type frames struct{ from, to int } // [from, to) of the track
	second := func(logit float64) []float64 {
		return concat(constant(100, -5), constant(25, logit), constant(100, -5))
	}
	tests := []struct {
		name   string
		logits []float64
		gap    frames // not judged
		within int    // tolerance, frames
		want   []frames
	}{
		{"a second, far above", second(7), frames{}, 0, []frames{{100, 125}}},
		{"a second, just above", second(2), frames{}, 0, []frames{{100, 125}}},
		{"a second, smoothed", movingMean(second(7)), frames{}, 4, []frames{{100, 125}}},
		{"a second in noise", withNoise(second(4)), frames{}, 2, []frames{{100, 125}}},
		{"four seconds in noise", withNoise(concat(constant(100, -5), constant(100, 4), constant(100, -5))), frames{}, 2, []frames{{100, 200}}},
		{"three seconds, only the middle one above the threshold", concat(constant(100, -5), constant(25, .5), constant(25, 5), constant(25, .5), constant(100, -5)), frames{}, 0, []frames{{100, 175}}},
		{"four seconds, the first and the last above the threshold", concat(constant(100, -5), constant(25, 5), constant(50, .5), constant(25, 4), constant(100, -5)), frames{}, 0, []frames{{100, 200}}},
		{"frames inside are not judged", concat(constant(100, -5), constant(40, 5), constant(100, -5)), frames{115, 123}, 0, []frames{{100, 140}}},
		{"frames before are not judged", second(5), frames{85, 100}, 0, []frames{{100, 125}}},
		{"at the end of the track", concat(constant(100, -5), constant(25, 5)), frames{}, 0, []frames{{100, 125}}},
		{"at the start of the track", concat(constant(25, 5), constant(100, -5)), frames{}, 0, []frames{{0, 25}}},
		{"two segments", concat(constant(60, -5), constant(25, 5), constant(25, -5), constant(25, 3), constant(60, -5)), frames{}, 0, []frames{{60, 85}, {110, 135}}},
		{"too little outside: the ends of the mean", concat(constant(18, -3), constant(40, 6), constant(18, -3)), frames{}, 0, []frames{{14, 62}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const first = 50
			track := newTrack(0, first, test.logits...)
			for i := test.gap.from; i < test.gap.to; i++ {
				track.Scores[i].Judged = false
			}
			r := &Result{Tracks: []Track{track}, Voiced: len(test.logits)}
			Decide(r, true, testThresholds)
			if len(r.Segments) != len(test.want) {
				t.Fatalf("segments %+v, want %d", r.Segments, len(test.want))
			}
			for i, w := range test.want {
				s, tolerance := r.Segments[i], video.FrameTime(test.within)
				if (s.Start-video.FrameTime(first+w.from)).Abs() > tolerance || (s.End-video.FrameTime(first+w.to)).Abs() > tolerance {
					t.Errorf("segment of frames [%.1f, %.1f), want [%d, %d)",
						s.Start.Seconds()*video.FrameRate-first, s.End.Seconds()*video.FrameRate-first, w.from, w.to)
				}
			}
		})
	}
}

// withNoise adds Gaussian noise with a standard deviation of 1.5.
func withNoise(x []float64) []float64 {
	rng := rand.New(rand.NewPCG(3, 3))
	for i := range x {
		x[i] += 1.5 * rng.NormFloat64()
	}
	return x
}

// movingMean returns the mean over ±10 frames.
func movingMean(x []float64) []float64 {
	out := slices.Clone(x)
	for i := range out {
		near := x[max(0, i-10):min(len(x), i+11)]
		out[i] = 0
		for _, v := range near {
			out[i] += v / float64(len(near))
		}
	}
	return out
}

// If the mouth hardly shows where an interval ends, a different voice does.
func TestVoiceMovesBoundaries(t *testing.T) {
	scores := newTrack(0, 0, concat(constant(60, -1), constant(40, 1), constant(60, -1))...).Scores
	for i := range scores {
		scores[i].VoiceDistance, scores[i].VoiceDistanceNear = .1, .1
		if i >= 68 && i < 93 {
			scores[i].VoiceDistance, scores[i].VoiceDistanceNear = .7, .7
		}
	}
	found := []Interval{{From: 60, To: 100, Peak: 1}}
	var fusions Fusions
	if got := fusions.RefineBoundaries(scores, found)[0]; got.From != 60 || got.To != 100 {
		t.Errorf("by the mouth alone: [%d, %d), want [60, 100)", got.From, got.To)
	}
	fusions.VoiceScales = VoiceScales{Second: LRScale{Slope: 10, Offset: -9, MaxLogLR: 2}, Near: LRScale{Slope: 10, Offset: -4, MaxLogLR: 2}}
	if got := fusions.RefineBoundaries(scores, found)[0]; got.From != 60 || got.To != 100 {
		t.Errorf("with the same voice inside: [%d, %d), want [60, 100)", got.From, got.To)
	}
	fusions.VoiceScales.Second.Offset = -4
	if got := fusions.RefineBoundaries(scores, found)[0]; got.From != 68 || got.To != 93 {
		t.Errorf("with another voice inside: [%d, %d), want [68, 93)", got.From, got.To)
	}
}
