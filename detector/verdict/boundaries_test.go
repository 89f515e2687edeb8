package verdict

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// Segments end where the level changes, not where a mean over a second crosses
// the threshold.
func TestSegmentBoundaries(t *testing.T) {
	type place struct{ from, to int } // frames of the track
	second := func(high float64) []float64 { return concat(constant(100, -5), constant(25, high), constant(100, -5)) }
	tests := []struct {
		name   string
		logits []float64
		gap    place // not judged
		within int   // frames
		want   []place
	}{
		{"a second, far above", second(7), place{}, 0, []place{{100, 125}}},
		{"a second, just above", second(2), place{}, 0, []place{{100, 125}}},
		{"a second, blurred", movingMean(second(7)), place{}, 4, []place{{100, 125}}},
		{"a second in noise", withNoise(second(4)), place{}, 2, []place{{100, 125}}},
		{"four seconds in noise", withNoise(concat(constant(100, -5), constant(100, 4), constant(100, -5))), place{}, 2, []place{{100, 200}}},
		{"three seconds, of which only one is above the threshold", concat(constant(100, -5), constant(25, .5), constant(25, 5), constant(25, .5), constant(100, -5)), place{}, 0, []place{{100, 175}}},
		{"four, the second above it last", concat(constant(100, -5), constant(25, 5), constant(50, .5), constant(25, 4), constant(100, -5)), place{}, 0, []place{{100, 200}}},
		{"a gap in judgement within", concat(constant(100, -5), constant(40, 5), constant(100, -5)), place{115, 123}, 0, []place{{100, 140}}},
		{"a gap in judgement before", second(5), place{85, 100}, 0, []place{{100, 125}}},
		{"at the track's end", concat(constant(100, -5), constant(25, 5)), place{}, 0, []place{{100, 125}}},
		{"at the track's start", concat(constant(25, 5), constant(100, -5)), place{}, 0, []place{{0, 25}}},
		{"two", concat(constant(60, -5), constant(25, 5), constant(25, -5), constant(25, 3), constant(60, -5)), place{}, 0, []place{{60, 85}, {110, 135}}},
		{"little beside: ends as the mean finds them", concat(constant(18, -3), constant(40, 6), constant(18, -3)), place{}, 0, []place{{14, 62}}},
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
				s, most := r.Segments[i], video.FrameTime(test.within)
				if (s.Start-video.FrameTime(first+w.from)).Abs() > most || (s.End-video.FrameTime(first+w.to)).Abs() > most {
					t.Errorf("segment of frames %.1f to %.1f, want %d to %d", s.Start.Seconds()*video.FrameRate-first, s.End.Seconds()*video.FrameRate-first, w.from, w.to)
				}
			}
		})
	}
}

// noisy adds normal noise of a standard deviation of 1.5.
func withNoise(x []float64) []float64 {
	rng := rand.New(rand.NewPCG(3, 3))
	for i := range x {
		x[i] += 1.5 * rng.NormFloat64()
	}
	return x
}

// blurred is the mean over 10 frames to each side.
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

// Where the mouth tells little of where a stretch ends, the voice does.
func TestVoiceMovesBoundaries(t *testing.T) {
	scores := newTrack(0, 0, concat(constant(60, -1), constant(40, 1), constant(60, -1))...).Scores
	for i := range scores {
		scores[i].VoiceDistance, scores[i].VoiceDistanceNear = .1, .1
		if i >= 68 && i < 93 {
			scores[i].VoiceDistance, scores[i].VoiceDistanceNear = .7, .7
		}
	}
	found := []Interval{{From: 60, To: 100, Peak: 1}}
	var b Fusions
	if got := b.RefineBoundaries(scores, found)[0]; got.From != 60 || got.To != 100 {
		t.Errorf("placed at %d to %d by the mouth alone", got.From, got.To)
	}
	b.VoiceScales = VoiceScales{Second: LRScale{Slope: 10, Offset: -9, Most: 2}, Near: LRScale{Slope: 10, Offset: -4, Most: 2}}
	if got := b.RefineBoundaries(scores, found)[0]; got.From != 60 || got.To != 100 {
		t.Errorf("placed at %d to %d where the voice in it is the same", got.From, got.To)
	}
	b.VoiceScales.Second.Offset = -4
	if got := b.RefineBoundaries(scores, found)[0]; got.From != 68 || got.To != 93 {
		t.Errorf("placed at %d to %d, want 68 to 93", got.From, got.To)
	}
}
