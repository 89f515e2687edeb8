package video

import "math"

// A Point is a position in a picture, in pixels from its upper left corner. The centre of the
// first pixel is (0.5, 0.5).
type Point struct{ X, Y float64 }

// A Box is an axis-aligned rectangle in a picture, in pixels.
type Box struct{ X, Y, W, H float64 }

// A Face is one face that the face detector finds in a picture.
type Face struct {
	Box   Box
	Score float64  // 0..1
	Keys  [6]Point // eye on the picture's left, other eye, nose tip, mouth, left and other ear
}

// A Region is a square of a picture, rotated by Angle, to which the face mesh is fitted.
type Region struct {
	Center Point
	Side   float64 // pixels
	Angle  float64 // radians, clockwise on screen, from the picture's x axis to the region's
}

// turned returns the region rotated by 180°.
func (r Region) turned() Region {
	r.Angle += math.Pi
	return r
}

// MeshPoints is the number of points of MediaPipe's face mesh.
const MeshPoints = 468

// A Mesh is the face that the landmark network finds in one region.
type Mesh struct {
	Points   [MeshPoints]Point   // in picture pixels
	Depth    [MeshPoints]float64 // in picture pixels, smaller is nearer
	Presence float64             // 0..1, the network's confidence that the region holds a face
}

// CropSize is the side of a mouth crop in pixels. Package detector/network expects this size.
const CropSize = 96

// A Crop is a grey picture of a mouth, (CropSize, CropSize), aligned by eyes and nose.
type Crop [CropSize * CropSize]byte

// An Affine maps a point (x, y) of a crop to the picture point
// (A*x + B*y + C, D*x + E*y + F).
type Affine struct{ A, B, C, D, E, F float64 }

// A Finder finds faces in pictures. Package video/opencv has the implementation that deepcheck
// uses; tests use fakes. A Finder is not safe for concurrent use.
type Finder interface {
	// Detect returns the faces of a picture, best first. With tiles it also searches
	// overlapping parts of the picture for small faces, at several times the cost.
	Detect(p *Picture, tiles bool) ([]Face, error)

	// Mesh fits the face mesh to one region of a picture.
	Mesh(p *Picture, r Region) (*Mesh, error)

	// Crop fills dst with the grey pixels of p to which toPicture maps the crop: bilinear, with
	// half-pixel centres, blurred first if the picture is reduced much.
	Crop(p *Picture, toPicture Affine, dst *Crop) error

	// Close frees the networks.
	Close() error
}

// A Mouth is one face in one frame: its mouth crop and the measurements of the face.
type Mouth struct {
	Frame    int       // index of the frame on the 25/s timeline
	Box      Box       // the face, in shown pixels
	Crop     Crop      // (CropSize, CropSize) grey
	Lips     [20]Point // mouth points in the order of the 68-point scheme's 48..67, in crop pixels
	Jaw      [17]Point // jaw line from ear to ear, in crop pixels
	Presence float64   // 0..1, the mesh's confidence
	Yaw      float64   // degrees, estimated; 0 is frontal, > 0 a turn towards the picture's right
	EyeDist  float64   // distance of the outer eye corners, in shown pixels: the size of the face
	Sharp    float64   // variance of the Laplacian of Crop, a measure of detail
	// Change is the mean absolute difference from the previous picture, in grey levels, where the
	// mouth was in the previous picture; NaN if the mouth was not seen there.
	Change  float64
	Corrupt bool // the picture may be corrupt
}

// Opening returns the gap between the inner lips (points 62 and 66 of the 68-point scheme)
// divided by the width of the mouth; 0 if the width is 0.
func (m *Mouth) Opening() float64 {
	gap := dist(m.Lips[14], m.Lips[18])
	width := dist(m.Lips[0], m.Lips[6])
	if width == 0 {
		return 0
	}
	return gap / width
}

func dist(a, b Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }
