package opencv

import (
	"image"
	"image/color"

	"gocv.io/x/gocv"

	"github.com/deepcheck/deepcheck/video"
)

// Black in limited-range YUV, the colour outside a picture.
const (
	blackY  = 16
	blackUV = 128
)

// A canvas is a square picture of the size of a network's input. Its YUV 4:2:0 planes follow
// each other as in OpenCV's I420: Y (side, side), then U and V (side/2, side/2).
type canvas struct {
	side int
	yuv  []byte // (3*side/2, side)
	rgb  []byte // (side, side, 3)
}

func newCanvas(side int) *canvas {
	return &canvas{side: side, yuv: make([]byte, side*side*3/2), rgb: make([]byte, side*side*3)}
}

// planes pairs each plane of the picture with the same plane of the canvas.
func (c *canvas) planes(p *video.Picture) [3]planePair {
	n := c.side * c.side
	return [3]planePair{
		{plane{p.Y, p.Width, p.Height}, plane{c.yuv[:n], c.side, c.side}, 1, blackY},
		{plane{p.U, p.Width / 2, p.Height / 2}, plane{c.yuv[n : n*5/4], c.side / 2, c.side / 2}, 2, blackUV},
		{plane{p.V, p.Width / 2, p.Height / 2}, plane{c.yuv[n*5/4:], c.side / 2, c.side / 2}, 2, blackUV},
	}
}

// A plane is a picture of one channel.
type plane struct {
	pix           []byte // (height, width)
	width, height int
}

// mat returns a Mat over the plane's memory. The caller must close the Mat.
func (p plane) mat() (gocv.Mat, error) {
	return gocv.NewMatFromBytes(p.height, p.width, gocv.MatTypeCV8UC1, p.pix)
}

type planePair struct {
	src, dst plane
	shrink   int  // picture pixels per plane pixel along one axis: 1 or 2
	black    byte // value of black in this plane
}

// warp fills the canvas from the picture; a maps canvas coordinates to picture coordinates.
func (c *canvas) warp(p *video.Picture, a video.Affine, border gocv.BorderType) error {
	for _, q := range c.planes(p) {
		// Source and destination shrink alike, so only the translation changes.
		s := a
		s.C /= float64(q.shrink)
		s.F /= float64(q.shrink)
		if err := warp(q.src, q.dst, s, border, q.black); err != nil {
			return err
		}
	}
	return nil
}

// warp fills dst from src with bilinear interpolation; a maps coordinates of dst to src.
func warp(src, dst plane, a video.Affine, border gocv.BorderType, outside byte) error {
	return withMats(src, dst, func(from, to gocv.Mat) { warpMat(from, to, a, border, outside) })
}

// withMats calls do with Mats over the memory of src and dst, and closes them.
func withMats(src, dst plane, do func(from, to gocv.Mat)) error {
	from, err := src.mat()
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := dst.mat()
	if err != nil {
		return err
	}
	defer to.Close()
	do(from, to)
	return nil
}

// warpMat is warp for Mats. dst keeps its size and memory.
func warpMat(src, dst gocv.Mat, a video.Affine, border gocv.BorderType, outside byte) {
	m := gocv.NewMatWithSize(2, 3, gocv.MatTypeCV64FC1)
	defer m.Close()
	// The centre of the first pixel is (0, 0) in OpenCV and (0.5, 0.5) here.
	m.SetDoubleAt(0, 0, a.A)
	m.SetDoubleAt(0, 1, a.B)
	m.SetDoubleAt(0, 2, a.C+(a.A+a.B-1)/2)
	m.SetDoubleAt(1, 0, a.D)
	m.SetDoubleAt(1, 1, a.E)
	m.SetDoubleAt(1, 2, a.F+(a.D+a.E-1)/2)
	gocv.WarpAffineWithParams(src, &dst, m, image.Pt(dst.Cols(), dst.Rows()),
		gocv.InterpolationLinear|gocv.WarpInverseMap, border, color.RGBA{B: outside})
}

// shrink scales the rectangle from of the picture to the rectangle to of the canvas and fills
// the rest of the canvas with black. The corners of both must have even coordinates, so that
// the rectangles exist in the half-size planes too.
func (c *canvas) shrink(p *video.Picture, from, to image.Rectangle) error {
	for _, q := range c.planes(p) {
		if err := shrink(q, part(from, q.shrink), part(to, q.shrink)); err != nil {
			return err
		}
	}
	return nil
}

func part(r image.Rectangle, shrink int) image.Rectangle {
	return image.Rectangle{r.Min.Div(shrink), r.Max.Div(shrink)}
}

func shrink(q planePair, from, to image.Rectangle) error {
	if to != image.Rect(0, 0, q.dst.width, q.dst.height) {
		for i := range q.dst.pix {
			q.dst.pix[i] = q.black
		}
	}
	src, err := q.src.mat()
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := q.dst.mat()
	if err != nil {
		return err
	}
	defer dst.Close()
	cut := src.Region(from)
	defer cut.Close()
	place := dst.Region(to)
	defer place.Close()
	method := gocv.InterpolationLinear
	if from.Dx() > to.Dx() && from.Dy() > to.Dy() {
		// Average over each pixel's area: bilinear interpolation would skip most pixels of a
		// large picture.
		method = gocv.InterpolationArea
	}
	gocv.Resize(cut, &place, to.Size(), 0, 0, method)
	return nil
}

// colour converts the canvas from YUV to RGB.
func (c *canvas) colour() error {
	yuv, err := gocv.NewMatFromBytes(c.side*3/2, c.side, gocv.MatTypeCV8UC1, c.yuv)
	if err != nil {
		return err
	}
	defer yuv.Close()
	rgb, err := gocv.NewMatFromBytes(c.side, c.side, gocv.MatTypeCV8UC3, c.rgb)
	if err != nil {
		return err
	}
	defer rgb.Close()
	gocv.CvtColor(yuv, &rgb, gocv.ColorYUVToRGBIYUV)
	return nil
}
