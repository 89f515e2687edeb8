package video

import (
	"math/rand/v2"
	"testing"
)

// scenery returns a picture of random blocks of 40 pixels, which depend on the seed, displaced
// by (dx, dy) pixels.
func scenery(seed uint64, dx, dy int) *Picture {
	const w, h, block = 640, 360, 40
	p := &Picture{Width: w, Height: h, Y: make([]byte, w*h)}
	for y := range h {
		for x := range w {
			column, row := uint64(x+dx+10*block)/block, uint64(y+dy+10*block)/block
			p.Y[y*w+x] = byte(16 + rand.New(rand.NewPCG(seed, column<<32|row)).IntN(220))
		}
	}
	return p
}

func TestShakingCameraIsNotACut(t *testing.T) {
	tests := []struct {
		name    string
		seed    uint64
		dx, dy  int
		newView bool
	}{
		{"still", 1, 0, 0, false},
		{"shaken a little", 1, 4, -3, false},
		{"shaken as far as searched", 1, 40, 30, false},
		{"the other way", 1, -38, -28, false},
		{"diagonally", 1, 33, -25, false},
		{"whipped away", 1, 300, 0, true},
		{"another scene", 2, 0, 0, true},
		{"another scene, shaken", 2, 20, 20, true},
	}
	first := scenery(1, 0, 0)
	for _, test := range tests {
		var c cutFinder
		if c.cut(first) {
			t.Error("the first picture begins a scene")
		}
		if got := c.cut(scenery(test.seed, test.dx, test.dy)); got != test.newView {
			t.Errorf("%s: cut is %v", test.name, got)
		}
	}
}

func BenchmarkCut(b *testing.B) {
	a, o := scenery(1, 0, 0), scenery(2, 0, 0)
	for _, bench := range []struct {
		name string
		next *Picture
	}{{"same scene", a}, {"cut", o}} {
		b.Run(bench.name, func(b *testing.B) {
			var c cutFinder
			for i := 0; b.Loop(); i++ {
				c.cut([]*Picture{a, bench.next}[i%2])
			}
		})
	}
}
