package video

import (
	"math"
	"slices"
)

// A person is one synthetic face of a test scene, in decoded pixels.
type person struct {
	id    byte // > 0; fills the crops of fakeFinder
	at    Point
	size  float64 // height of the mesh's box
	roll  float64 // radians
	yaw   float64 // degrees
	far   bool    // hidden by a nearer person's face at the same place
	small bool    // found only by tiles or a closer look
	hangs bool    // upside down to the detector, which finds the eyes where the mouth is
}

// fakeFinder finds the people of a scene as the real networks would: the mesh takes the face
// nearest to the centre of its region.
type fakeFinder struct {
	people []person
	ghost  bool // the mesh sees a face in every region, even in one without a face
	err    error

	detects, tiled, closer int
	meshes, turned         int // fitted the right way round, and upside down
}

// surely is the presence of a face fitted the right way round.
const surely = 0.99999

const faceHeight = 190.0 // height in pixels of a face whose anchors lie at anchorPlaces

// place maps a point of the reference face (anchorPlaces) to a person.
func (p person) place(q Point) Point {
	k := p.size / faceHeight
	x, y := (q.X-128.5)*k, (q.Y-125)*k
	sin, cos := math.Sincos(p.roll)
	return Point{p.at.X + cos*x - sin*y, p.at.Y + sin*x + cos*y}
}

func (p person) mesh() *Mesh {
	m := &Mesh{Presence: surely}
	for i := range m.Points {
		a := 2 * math.Pi * float64(i) / MeshPoints
		m.Points[i] = p.place(Point{128.5 + 75*math.Cos(a), 125 + faceHeight/2*math.Sin(a)})
	}
	for i, k := range mouthPoints {
		a := 2 * math.Pi * float64(i) / float64(len(mouthPoints))
		m.Points[k] = p.place(Point{128.5 - 20*math.Cos(a), 185 - 8*math.Sin(a)})
	}
	for i, k := range anchorPoints {
		m.Points[k] = p.place(anchorPlaces[i])
	}
	for _, pair := range widePairs {
		d := dist(m.Points[pair[0]], m.Points[pair[1]]) * math.Tan(p.yaw*math.Pi/180)
		m.Depth[pair[0]], m.Depth[pair[1]] = -d/2, d/2
	}
	return m
}

func (p person) face() Face {
	if p.hangs {
		p.roll += math.Pi
	}
	w := p.size * 0.7
	f := Face{Box: Box{p.at.X - w/2, p.at.Y - w/2 + p.size*0.05, w, w}, Score: 0.9}
	f.Keys[0], f.Keys[1] = p.place(Point{90, 96}), p.place(Point{167, 96})
	return f
}

func (f *fakeFinder) visible() []person {
	return slices.DeleteFunc(slices.Clone(f.people), func(p person) bool {
		return p.far && slices.ContainsFunc(f.people, func(q person) bool {
			return !q.far && dist(p.at, q.at) < 0.4*q.size
		})
	})
}

func (f *fakeFinder) Detect(p *Picture, tiles bool) ([]Face, error) {
	if f.err != nil {
		return nil, f.err
	}
	part := p.Width != fakeWidth
	switch {
	case part:
		f.closer++
	case tiles:
		f.tiled++
	default:
		f.detects++
	}
	var dx, dy float64
	if part {
		// The scene's pictures carry their own coordinates, see fakePicture.
		dx, dy = 16*float64(p.U[0]), 16*float64(p.V[0])
	}
	var out []Face
	for _, q := range f.visible() {
		if q.small && !tiles && !part {
			continue
		}
		face := q.face()
		face.Box.X -= dx
		face.Box.Y -= dy
		for i := range face.Keys {
			face.Keys[i].X -= dx
			face.Keys[i].Y -= dy
		}
		if part && (face.Box.center().X < 0 || face.Box.center().Y < 0 || face.Box.center().X > float64(p.Width) || face.Box.center().Y > float64(p.Height)) {
			continue
		}
		out = append(out, face)
	}
	return out, nil
}

func (f *fakeFinder) Mesh(_ *Picture, r Region) (*Mesh, error) {
	if f.err != nil {
		return nil, f.err
	}
	var found *person
	best := 0.4 * r.Side
	for _, q := range f.visible() {
		if d := dist(q.at, r.Center); d < best {
			found, best = &q, d
		}
	}
	if found != nil && math.Abs(math.Remainder(r.Angle-found.roll, 2*math.Pi)) > math.Pi/2 {
		f.turned++
		found.roll += math.Pi
		m := found.mesh()
		m.Presence = 0.8
		return m, nil
	}
	f.meshes++
	switch {
	case found != nil:
		return found.mesh(), nil
	case f.ghost:
		return person{at: r.Center, size: r.Side / regionMargin, roll: r.Angle}.mesh(), nil
	}
	return &Mesh{Presence: 0.1}, nil
}

func (f *fakeFinder) Crop(_ *Picture, toPicture Affine, dst *Crop) error {
	mouth := toPicture.at(Point{CropSize / 2, CropSize / 2})
	id, best := byte(0), math.Inf(1)
	for _, q := range f.visible() {
		if d := dist(mouth, q.place(Point{128.5, 185})); d < min(best, 0.2*q.size) {
			id, best = q.id, d
		}
	}
	for i := range dst {
		dst[i] = id
	}
	return nil
}

func (f *fakeFinder) Close() error { return nil }

const (
	fakeWidth  = 640
	fakeHeight = 480
	grey       = 100
)

// fakePicture returns a picture whose chroma encodes positions, U = x/16 and V = y/16, so that
// fakeFinder knows which part of the picture it gets.
func fakePicture(i int, luma byte) *Picture {
	p := &Picture{Index: i, Width: fakeWidth, Height: fakeHeight,
		Y: make([]byte, fakeWidth*fakeHeight), U: make([]byte, fakeWidth*fakeHeight/4), V: make([]byte, fakeWidth*fakeHeight/4)}
	for k := range p.Y {
		p.Y[k] = luma
	}
	for y := range fakeHeight / 2 {
		for x := range fakeWidth / 2 {
			p.U[y*fakeWidth/2+x], p.V[y*fakeWidth/2+x] = byte(x/8), byte(y/8)
		}
	}
	return p
}
