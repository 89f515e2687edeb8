package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// A point of a face moves with its pixel under every warp.
func TestPointsFollowTheirPixels(t *testing.T) {
	const w = video.CropSize
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 3))
		l := noImageChange()
		l.setWarp(drawWarp(rng))
		x, y := 30+36*rng.Float64(), 30+36*rng.Float64()
		pixels := make([]byte, w*w) // a blob around (x, y)
		for i := range pixels {
			dx, dy := float64(i%w)+.5-x, float64(i/w)+.5-y
			pixels[i] = byte(250 * math.Exp(-(dx*dx+dy*dy)/18))
		}
		seen := make([]float32, side)
		l.apply(seen, pixels, rng)
		var sum, atX, atY float64
		for i, v := range seen {
			sum += float64(v)
			atX += float64(v) * (float64(i%network.Side) + .5) * w / network.Side
			atY += float64(v) * (float64(i/network.Side) + .5) * w / network.Side
		}
		points, moved := make([]float32, 2*network.Points), make([]float32, 2*network.Points)
		points[2*3], points[2*3+1] = float32(x), float32(y)
		l.movePoints(moved, points, rng)
		at := 3
		if l.warp.mirror {
			at = mirrored[3]
		}
		if d := math.Hypot(float64(moved[2*at])-atX/sum, float64(moved[2*at+1])-atY/sum); d > 0.7 {
			t.Errorf("seed %d: the point is %.2f pixels from its blob", seed, d)
		}
	}
}

func TestLightFallsFromOneSide(t *testing.T) {
	l := noImageChange()
	l.light(0.3, 0)
	const s = network.Side
	if l.shade[0] >= 1 || l.shade[s-1] <= 1 || l.shade[0] != l.shade[s*(s-1)] {
		t.Errorf("brightness of the corners %.2f, %.2f and %.2f", l.shade[0], l.shade[s-1], l.shade[s*(s-1)])
	}
}
