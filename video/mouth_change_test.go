package video

import (
	"math"
	"testing"
)

func TestMouthChange(t *testing.T) {
	const w, h = 200, 160
	mesh := person{id: 1, at: Point{100, 80}, size: 150}.mesh()
	picture := func(add byte, from, to Point) *Picture {
		p := &Picture{Width: w, Height: h, Y: make([]byte, w*h)}
		for i := range p.Y {
			x, y := float64(i%w), float64(i/w)
			if p.Y[i] = byte(i * 7); x >= from.X && x < to.X && y >= from.Y && y < to.Y {
				p.Y[i] = p.Y[i]/2 + add
			}
		}
		return p
	}
	var s mouthChange
	seen := false
	next := func(p *Picture) float64 {
		change := s.change(p, mesh, seen)
		seen = true
		return change
	}
	whole := Point{w, h}
	if got := next(picture(0, Point{}, whole)); !math.IsNaN(got) {
		t.Errorf("the first picture changes by %v, want NaN", got)
	}
	if got := next(picture(0, Point{}, whole)); got != 0 {
		t.Errorf("the same picture changes by %v, want 0", got)
	}
	if got := next(picture(3, Point{}, whole)); got != 3 {
		t.Errorf("a picture brightened by 3 changes by %v, want 3", got)
	}
	// The mouth is in the lower half.
	next(picture(0, Point{0, 80}, whole))
	if got := next(picture(0, Point{0, 80}, whole)); got != 0 {
		t.Errorf("the same picture changes by %v, want 0", got)
	}
	eyes := picture(0, Point{0, 80}, whole)
	for i := range eyes.Y[:w*80] {
		eyes.Y[i] += 50
	}
	if got := next(eyes); got != 0 {
		t.Errorf("the mouth changes by %v where the eyes do, want 0", got)
	}
	// Sample points outside the picture are moved to its edge.
	mesh = person{id: 1, at: Point{-60, 150}, size: 150}.mesh()
	next(picture(0, Point{}, whole))
	if got := next(picture(2, Point{}, whole)); got != 2 {
		t.Errorf("a mouth at the edge changes by %v, want 2", got)
	}
}
