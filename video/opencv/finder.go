package opencv

import (
	"fmt"
	"image"
	"math"

	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/video/facemodel"
	"github.com/deepcheck/deepcheck/video/facenet"
)

// A Finder implements video.Finder with MediaPipe's networks. OpenCV prepares their input and
// package facenet runs them. A Finder is not safe for concurrent use.
type Finder struct {
	landmark *facenet.Net
	detector *facenet.Net
	mesh     *canvas // the landmark network's input
	face     *canvas // the detector's input
}

var _ video.Finder = (*Finder)(nil)

// New loads the networks. The error wraps facemodel.ErrNoModels if the program was built
// without them. The caller must close the Finder.
func New() (*Finder, error) {
	oneThread()
	f := &Finder{mesh: newCanvas(facemodel.LandmarkSize), face: newCanvas(facemodel.DetectorSize)}
	var err error
	if f.landmark, err = newNet(facemodel.LandmarkLayers()); err != nil {
		return nil, fmt.Errorf("face mesh: %w", err)
	}
	if f.detector, err = newNet(facemodel.DetectorLayers()); err != nil {
		f.landmark.Close()
		return nil, fmt.Errorf("face detector: %w", err)
	}
	return f, nil
}

func newNet(layers []facemodel.Layer, outputs []int, err error) (*facenet.Net, error) {
	if err != nil {
		return nil, err
	}
	return facenet.New(layers, outputs...)
}

// see runs a network on the RGB values of a canvas; the network's input is
// scale*value + offset. want is the number of outputs. The slice belongs to the network and is
// valid until it runs again.
func see(net *facenet.Net, c *canvas, scale, offset float32, want int) ([]float32, error) {
	if err := c.colour(); err != nil {
		return nil, err
	}
	out, err := net.Run(c.rgb, scale, offset)
	if err == nil && len(out) != want {
		err = fmt.Errorf("network gave %d numbers, want %d", len(out), want)
	}
	return out, err
}

// Close frees the networks.
func (f *Finder) Close() error {
	f.landmark.Close()
	f.detector.Close()
	return nil
}

// sigmoid returns the logistic function of x, clamped to ±100 as in MediaPipe.
func sigmoid(x float32) float64 {
	return 1 / (1 + math.Exp(-max(-100, min(100, float64(x)))))
}

// maxSide is the largest side of a picture in pixels: OpenCV's warps store coordinates in
// 16 bits.
const maxSide = 1 << 14

// check returns an error unless the picture's size is supported and its planes have the length
// that the size implies. OpenCV would read past the end of a shorter plane.
func check(p *video.Picture) error {
	if p.Width < 2 || p.Height < 2 || p.Width > maxSide || p.Height > maxSide ||
		p.Width%2 != 0 || p.Height%2 != 0 {
		return fmt.Errorf("unsupported picture size: %d x %d pixels", p.Width, p.Height)
	}
	n := p.Width * p.Height
	if len(p.Y) != n || len(p.U) != n/4 || len(p.V) != n/4 {
		return fmt.Errorf("picture of %d x %d pixels has planes of %d, %d and %d bytes",
			p.Width, p.Height, len(p.Y), len(p.U), len(p.V))
	}
	return nil
}

// finite reports whether every number is finite and below 1e6 in magnitude.
func finite(v ...float64) bool {
	for _, x := range v {
		if !(math.Abs(x) < 1e6) {
			return false
		}
	}
	return true
}

// square returns a square of side pixels with its corner at the origin.
func square(side int) image.Rectangle { return image.Rect(0, 0, side, side) }
