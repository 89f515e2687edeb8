package opencv

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// Indices of some mesh points.
const (
	noseTip    = 1
	lipUpper   = 13
	lipLower   = 14
	eyeLeft    = 33 // outer corner of the eye on the left of the picture
	eyeRight   = 263
	mouthLeft  = 61
	mouthRight = 291
	chin       = 152
)

func TestMeshIsAFace(t *testing.T) {
	f := newFinder(t)
	p := frame(t, 256, 256, 256, 0, 0)
	face := one(t, f, p, false)
	m, err := f.Mesh(p, regionOf(face))
	if err != nil {
		t.Fatal(err)
	}
	if m.Presence < .99 {
		t.Errorf("presence %.3f of a clear face", m.Presence)
	}
	q := &m.Points
	eyes := q[eyeRight].X - q[eyeLeft].X
	near(t, "nose tip", q[noseTip], face.Keys[2], .2*eyes)
	near(t, "middle of the lips", middle(q[lipUpper], q[lipLower]), face.Keys[3], .2*eyes)
	if !(q[eyeLeft].Y < q[noseTip].Y && q[noseTip].Y < q[lipUpper].Y &&
		q[lipUpper].Y <= q[lipLower].Y && q[lipLower].Y < q[chin].Y) {
		t.Error("eyes, nose, lips and chin are not in order from top to bottom")
	}
	if !(q[mouthLeft].X < q[lipUpper].X && q[lipUpper].X < q[mouthRight].X) {
		t.Error("the lips are not between the mouth's corners")
	}
	if m.Depth[noseTip] > m.Depth[eyeLeft] || m.Depth[noseTip] > m.Depth[eyeRight] {
		t.Error("the nose is not nearer than the eyes")
	}
}

func middle(a, b video.Point) video.Point { return video.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2} }

// TestMeshFollows moves the region or the face. The points must stay on the face.
func TestMeshFollows(t *testing.T) {
	f := newFinder(t)
	p := frame(t, 256, 256, 256, 0, 0)
	r := regionOf(one(t, f, p, false))
	want, err := f.Mesh(p, r)
	if err != nil {
		t.Fatal(err)
	}
	eyes := want.Points[eyeRight].X - want.Points[eyeLeft].X
	tests := []struct {
		name    string
		picture *video.Picture
		change  func(*video.Region)
		s, x, y float64 // scale and position of the face in the picture
	}{
		{"shifted region", p, func(r *video.Region) { r.Center.X += 6; r.Center.Y -= 4 }, 1, 0, 0},
		{"larger region", p, func(r *video.Region) { r.Side *= 1.1 }, 1, 0, 0},
		{"rotated region", p, func(r *video.Region) { r.Angle += .15 }, 1, 0, 0},
		{"larger picture", frame(t, 1280, 720, 512, 400, 100), func(r *video.Region) {
			r.Center = video.Point{X: 2*r.Center.X + 400, Y: 2*r.Center.Y + 100}
			r.Side *= 2
		}, 2, 400, 100},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			moved := r
			tt.change(&moved)
			got, err := f.Mesh(tt.picture, moved)
			if err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for i, q := range want.Points {
				g := got.Points[i]
				sum += math.Hypot(g.X-(tt.s*q.X+tt.x), g.Y-(tt.s*q.Y+tt.y))
			}
			if mean := sum / video.MeshPoints / tt.s / eyes; mean > .04 {
				t.Errorf("points moved by %.3f eye distances on average", mean)
			}
		})
	}
}

func TestMeshOfNothing(t *testing.T) {
	f := newFinder(t)
	m, err := f.Mesh(ramp(320, 240), video.Region{Center: video.Point{X: 160, Y: 120}, Side: 150})
	if err != nil {
		t.Fatal(err)
	}
	if m.Presence > .5 {
		t.Errorf("presence %.3f where there is no face", m.Presence)
	}
}

func TestRegionAffine(t *testing.T) {
	r := video.Region{Center: video.Point{X: 100, Y: 60}, Side: 50, Angle: math.Pi / 2}
	a := regionAffine(r, 192)
	at := func(x, y float64) video.Point {
		return video.Point{X: a.A*x + a.B*y + a.C, Y: a.D*x + a.E*y + a.F}
	}
	near(t, "middle", at(96, 96), r.Center, 1e-9)
	// A quarter turn clockwise moves the upper left corner to the upper right.
	near(t, "upper left corner", at(0, 0), video.Point{X: 125, Y: 35}, 1e-9)
	near(t, "upper right corner", at(192, 0), video.Point{X: 125, Y: 85}, 1e-9)
}
