package embed

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

// Pace returns how much a mouth moves, (n): the mean Euclidean distance, 0..2, between the
// embeddings of successive mouths within half a second of every frame; NaN where no two are
// seen. The picture tower learns what of a mouth goes with a voice, so that a turn of the head
// moves the embedding little, and small lips that speak much: it tells pauses
// from speech better than the points of the lips do (weights/README.md has the figures).
func MouthActivity(f *Mouths) []float32 {
	n := len(f.Seen)
	path, pairs := make([]float64, n+1), make([]int, n+1) // from the first frame to the one before
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
		// a step belongs to the frame that it leads to
		from, to := min(max(0, t-video.HalfSecond)+1, n), min(n, t+video.HalfSecond+1)
		out[t] = float32((path[to] - path[from]) / float64(pairs[to]-pairs[from]))
	}
	return out
}
