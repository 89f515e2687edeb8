package video

import "math"

// A Point is a place in a picture, in pixels from its upper left corner; the
// centre of the first pixel is (0.5, 0.5).
type Point struct{ X, Y float64 }

// A Box is an upright rectangle in a picture, in pixels.
type Box struct{ X, Y, W, H float64 }

// A Face is what the face detector finds in a picture.
type Face struct {
	Box   Box
	Score float64  // 0..1
	Keys  [6]Point // eye on the picture's left, the other eye, nose tip, mouth, ear on the left, the other ear
}

// A Region is a square of a picture, turned by Angle, that is cut out for the
// face mesh.
type Region struct {
	Center Point
	Side   float64 // pixels
	Angle  float64 // radians, clockwise as seen, of the region's x axis against the picture's
}

// turned returns the region the other way round.
func (r Region) turned() Region {
	r.Angle += math.Pi
	return r
}

// MeshPoints is the number of points of MediaPipe's face mesh.
const MeshPoints = 468

// A Mesh is what the landmark network finds in one region.
type Mesh struct {
	Points   [MeshPoints]Point   // in the picture's pixels
	Depth    [MeshPoints]float64 // in the same unit, smaller is nearer
	Presence float64             // 0..1, how sure the network is that the region holds a face
}

// CropSize is the side of a mouth crop in pixels.
const CropSize = 96

// A Crop is a grey mouth picture (CropSize, CropSize), aligned by eyes and nose.
type Crop [CropSize * CropSize]byte

// An Affine maps a point (x, y) of a crop to the picture point
// (A*x + B*y + C, D*x + E*y + F).
type Affine struct{ A, B, C, D, E, F float64 }

// A Finder finds faces in pictures. Package video/opencv has the one that
// deepcheck uses; tests have their own. It is not safe for concurrent use.
type Finder interface {
	// Detect returns the faces of a picture, best first. With tiles set it
	// also looks at overlapping parts of the picture for small faces, which
	// costs several times as much.
	Detect(p *Picture, tiles bool) ([]Face, error)

	// Mesh fits the face mesh in one region of a picture.
	Mesh(p *Picture, r Region) (*Mesh, error)

	// Crop writes to dst the grey picture that toPicture maps onto p,
	// bilinear with half-pixel centres, blurred first where it shrinks much.
	Crop(p *Picture, toPicture Affine, dst *Crop) error

	// Close frees the networks.
	Close() error
}

// A Mouth is one face of one frame: its mouth crop and what was measured on it.
type Mouth struct {
	Frame    int       // index of the frame on the 25/s line
	Box      Box       // the face, in pixels of the picture as shown (not as scaled for decoding)
	Crop     Crop      // (CropSize, CropSize) grey
	Lips     [20]Point // mouth points in the order of the 68-point scheme's 48..67, in crop pixels
	Jaw      [17]Point // jaw line, ear to ear, in crop pixels
	Presence float64   // 0..1, the mesh's own confidence
	Yaw      float64   // degrees, estimated turn of the head to the side, 0 is frontal, sign: towards the picture's right is > 0
	EyeDist  float64   // pixels as shown, between the outer eye corners: the size of the face
	Sharp    float64   // variance of the Laplacian of Crop: how much detail there is
	Change   float64   // mean absolute difference to the picture before, where the mouth was, in grey levels; NaN where it was not seen in that
	Spoilt   bool      // of a picture that may be damaged
}

// Opening returns the gap between the inner lips (points 62 and 66 of the
// 68-point scheme) as a part of the mouth's width.
func (m *Mouth) Opening() float64 {
	gap := dist(m.Lips[14], m.Lips[18])
	width := dist(m.Lips[0], m.Lips[6])
	if width == 0 {
		return 0
	}
	return gap / width
}

func dist(a, b Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }
