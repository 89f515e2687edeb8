package embed

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// MouthActivity returns how much a mouth moves, (n): the mean Euclidean distance, 0..2, between the
// embeddings of successive frames within ±0.5 s of each frame; NaN if no two successive frames
// there show the mouth.
//
// The picture tower has learnt what correlates with a voice: a turn of the head changes the
// embedding little, and speech of small lips changes it much. Mouth activity therefore separates
// pauses from speech better than the lip points do (figures in weights/README.md).
func MouthActivity(f *Mouths) []float32 {
	n := len(f.Seen)
	// Cumulative distance, and number of pairs, before each frame.
	path, pairs := make([]float64, n+1), make([]int, n+1)
	var last []float32
	for t := range n {
		path[t+1], pairs[t+1] = path[t], pairs[t]
		row := f.Embeddings.Rows(t, t+1)
		if t > 0 && f.Seen[t] && f.Seen[t-1] {
			var squares float64
			for k, v := range row {
				d := float64(v - last[k])
				squares += d * d
			}
			path[t+1] += math.Sqrt(squares)
			pairs[t+1]++
		}
		last = row
	}
	out := make([]float32, n)
	for t := range out {
		// A pair belongs to its second frame.
		from, to := min(max(0, t-video.HalfSecond)+1, n), min(n, t+video.HalfSecond+1)
		out[t] = float32((path[to] - path[from]) / float64(pairs[to]-pairs[from]))
	}
	return out
}
