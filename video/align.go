package video

import "math"

// Points of MediaPipe's face mesh that are used here, by their index in the mesh.
var (
	// mouthPoints correspond to points 48..67 of the 68-point scheme: the outer lip from the
	// corner on the picture's left along the upper lip, then the inner lip in the same
	// direction.
	mouthPoints = [20]int{61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87}

	// jawPoints run from ear to ear along the chin.
	jawPoints = [17]int{127, 234, 93, 132, 58, 136, 150, 176, 152, 400, 379, 365, 288, 361, 323, 454, 356}

	// anchorPoints barely move in speech: the point below the nose and the corners of the eyes.
	anchorPoints = [5]int{2, 33, 133, 362, 263}

	// anchorPlaces are the positions of anchorPoints in the upright reference face, a mean face
	// about 150 pixels wide. A crop has the scale of the reference face.
	anchorPlaces = [5]Point{{128.6, 148.6}, {73.7, 95.4}, {107.1, 96.7}, {149.7, 96.8}, {183.2, 95.7}}

	// widePairs join the two sides of a face, the point on the picture's left first: temples,
	// cheeks, outer eye corners, mouth corners.
	widePairs = [4][2]int{{127, 356}, {234, 454}, {33, 263}, {61, 291}}
)

const (
	leftEyeCorner  = 33  // outer, on the picture's left
	rightEyeCorner = 263 // outer, on the picture's right
)

const (
	// minSpread is the sum of squared distances from the centroid, in square pixels, below which
	// points coincide up to rounding.
	minSpread = 1e-9
	// minSquaredScale is the squared scale below which a similarity cannot be inverted.
	minSquaredScale = 1e-12
)

// fitSimilarity returns the similarity x' = a·x - b·y + tx, y' = b·x + a·y + ty that maps the
// points from to the points to with the least squared error, in closed form (Umeyama 1991, eq.
// 40-42, two dimensions, no reflection). A robust estimator would select different points in
// each frame, and the crop would jitter. ok is false if all points of either set coincide.
func fitSimilarity(from, to []Point) (m Affine, ok bool) {
	n := float64(len(from))
	var cf, ct Point
	for i := range from {
		cf.X += from[i].X / n
		cf.Y += from[i].Y / n
		ct.X += to[i].X / n
		ct.Y += to[i].Y / n
	}
	var same, cross, norm float64
	for i := range from {
		fx, fy := from[i].X-cf.X, from[i].Y-cf.Y
		tx, ty := to[i].X-ct.X, to[i].Y-ct.Y
		same += fx*tx + fy*ty
		cross += fx*ty - fy*tx
		norm += fx*fx + fy*fy
	}
	if norm < minSpread || math.IsNaN(norm) || math.IsInf(norm, 0) {
		return Affine{}, false
	}
	a, b := same/norm, cross/norm
	if a*a+b*b < minSquaredScale {
		return Affine{}, false
	}
	return Affine{A: a, B: -b, C: ct.X - a*cf.X + b*cf.Y, D: b, E: a, F: ct.Y - b*cf.X - a*cf.Y}, true
}

// at returns the point that m maps p to.
func (m Affine) at(p Point) Point {
	return Point{m.A*p.X + m.B*p.Y + m.C, m.D*p.X + m.E*p.Y + m.F}
}

// inverse returns the inverse map; m must not be singular.
func (m Affine) inverse() Affine {
	det := m.A*m.E - m.B*m.D
	a, b, d, e := m.E/det, -m.B/det, -m.D/det, m.A/det
	return Affine{A: a, B: b, C: -(a*m.C + b*m.F), D: d, E: e, F: -(d*m.C + e*m.F)}
}

// smoothing is the weight of the newest frame in the smoothed points, 0..1. A lower weight
// steadies the crop but makes it lag behind a moving head.
const smoothing = 0.8

// A smoothed holds the exponentially averaged points of one track, in decoded pixels.
type smoothed struct {
	begun  bool
	anchor [len(anchorPoints)]Point
	mouth  [len(mouthPoints)]Point
}

func (s *smoothed) add(m *Mesh) {
	for i, k := range anchorPoints {
		s.anchor[i] = s.blend(s.anchor[i], m.Points[k])
	}
	for i, k := range mouthPoints {
		s.mouth[i] = s.blend(s.mouth[i], m.Points[k])
	}
	s.begun = true
}

func (s *smoothed) blend(old, now Point) Point {
	if !s.begun {
		return now
	}
	return Point{old.X + smoothing*(now.X-old.X), old.Y + smoothing*(now.Y-old.Y)}
}

// toCrop returns the map from the picture to the crop. It aligns eyes and nose with the
// reference face and puts the centre of the mouth at the centre of the crop.
func (s *smoothed) toCrop() (Affine, bool) {
	m, ok := fitSimilarity(s.anchor[:], anchorPlaces[:])
	if !ok {
		return m, false
	}
	var mid Point
	for _, p := range s.mouth {
		q := m.at(p)
		mid.X += q.X / float64(len(s.mouth))
		mid.Y += q.Y / float64(len(s.mouth))
	}
	m.C += CropSize/2 - mid.X
	m.F += CropSize/2 - mid.Y
	return m, true
}

// yaw estimates how far the head is turned sideways, in degrees, from the depth of the mesh:
// yaw = atan2(sum of the depth differences, sum of the lengths) over widePairs. The head turns
// towards its farther side, so yaw > 0 is a turn towards the picture's right.
func (m *Mesh) yaw() float64 {
	var wide, deep float64
	for _, p := range widePairs {
		wide += dist(m.Points[p[0]], m.Points[p[1]])
		deep += m.Depth[p[1]] - m.Depth[p[0]]
	}
	return math.Atan2(deep, wide) * 180 / math.Pi
}

// box returns the axis-aligned bounding box of all points.
func (m *Mesh) box() Box { return around(m.Points[:]) }

// mouthBox returns the axis-aligned bounding box of the lips.
func (m *Mesh) mouthBox() Box {
	var lips [len(mouthPoints)]Point
	for i, k := range mouthPoints {
		lips[i] = m.Points[k]
	}
	return around(lips[:])
}

// around returns the axis-aligned bounding box of points, which must not be empty.
func around(points []Point) Box {
	lo, hi := points[0], points[0]
	for _, p := range points[1:] {
		lo.X, lo.Y = min(lo.X, p.X), min(lo.Y, p.Y)
		hi.X, hi.Y = max(hi.X, p.X), max(hi.Y, p.Y)
	}
	return Box{lo.X, lo.Y, hi.X - lo.X, hi.Y - lo.Y}
}

// finite reports whether all numbers of the mesh are finite.
func (m *Mesh) finite() bool {
	sum := m.Presence
	for i, p := range m.Points {
		sum += p.X + p.Y + m.Depth[i]
	}
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

// regionMargin is the side of a mesh region, in longer sides of the face's box: MediaPipe's value
// (face_detection_front_detection_to_roi.pbtxt).
const regionMargin = 1.5

// region returns the region in which to fit the mesh in the next frame.
func (m *Mesh) region() Region {
	b := m.box()
	l, r := m.Points[leftEyeCorner], m.Points[rightEyeCorner]
	return Region{Center: b.center(), Side: regionMargin * max(b.W, b.H), Angle: math.Atan2(r.Y-l.Y, r.X-l.X)}
}

// region returns the region in which to fit the mesh to a detected face.
func (f *Face) region() Region {
	l, r := f.Keys[0], f.Keys[1]
	return Region{Center: f.Box.center(), Side: regionMargin * max(f.Box.W, f.Box.H), Angle: math.Atan2(r.Y-l.Y, r.X-l.X)}
}

func (b Box) center() Point { return Point{b.X + b.W/2, b.Y + b.H/2} }

func (b Box) scaled(k float64) Box { return Box{b.X * k, b.Y * k, b.W * k, b.H * k} }

// overlap returns the intersection over union of two boxes, 0..1.
func (b Box) overlap(c Box) float64 {
	w := min(b.X+b.W, c.X+c.W) - max(b.X, c.X)
	h := min(b.Y+b.H, c.Y+c.H) - max(b.Y, c.Y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h / (b.W*b.H + c.W*c.H - w*h)
}

// sharpness returns the variance of the crop's Laplacian (4 neighbours), a measure of detail
// (Pech-Pacheco et al. 2000).
func (c *Crop) sharpness() float64 {
	var sum, squares float64
	for y := 1; y < CropSize-1; y++ {
		row := c[y*CropSize:]
		above, below := c[(y-1)*CropSize:], c[(y+1)*CropSize:]
		for x := 1; x < CropSize-1; x++ {
			l := float64(int(row[x-1]) + int(row[x+1]) + int(above[x]) + int(below[x]) - 4*int(row[x]))
			sum += l
			squares += l * l
		}
	}
	const n = (CropSize - 2) * (CropSize - 2)
	return squares/n - (sum/n)*(sum/n)
}
