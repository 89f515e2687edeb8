package opencv

import (
	"fmt"
	"math"

	"gocv.io/x/gocv"

	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/video/facemodel"
)

// meshOutputs is the number of the landmark network's outputs: x, y, z of each point, then the
// presence logit.
const meshOutputs = 3*video.MeshPoints + 1

// Mesh fits the face mesh in one region of a picture, with one pass of the landmark network. A
// region may extend beyond the picture; edge pixels repeat there.
func (f *Finder) Mesh(p *video.Picture, r video.Region) (*video.Mesh, error) {
	if err := check(p); err != nil {
		return nil, err
	}
	if !finite(r.Center.X, r.Center.Y, r.Side, r.Angle) || r.Side < 1 {
		return nil, fmt.Errorf("invalid region %+v", r)
	}
	a := regionAffine(r, facemodel.LandmarkSize)
	if err := f.mesh.warp(p, a, gocv.BorderReplicate); err != nil {
		return nil, err
	}
	out, err := see(f.landmark, f.mesh, 1.0/255, 0, meshOutputs)
	if err != nil {
		return nil, fmt.Errorf("face mesh: %w", err)
	}
	m := new(video.Mesh)
	scale := r.Side / facemodel.LandmarkSize
	for i := range m.Points {
		x, y := float64(out[3*i]), float64(out[3*i+1])
		m.Points[i] = video.Point{X: a.A*x + a.B*y + a.C, Y: a.D*x + a.E*y + a.F}
		m.Depth[i] = float64(out[3*i+2]) * scale
	}
	m.Presence = sigmoid(out[meshOutputs-1])
	return m, nil
}

// regionAffine returns the map from a square of side pixels to the region.
func regionAffine(r video.Region, side float64) video.Affine {
	sin, cos := math.Sincos(r.Angle)
	s := r.Side / side
	a := video.Affine{A: s * cos, B: -s * sin, D: s * sin, E: s * cos}
	a.C = r.Center.X - (a.A+a.B)*side/2
	a.F = r.Center.Y - (a.D+a.E)*side/2
	return a
}
