package opencv

import (
	"fmt"
	"image"
	"math"

	"gocv.io/x/gocv"

	"github.com/deepcheck/deepcheck/video"
)

// blurBelow is the scale, in crop pixels per picture pixel, below which the picture is blurred
// before sampling: bilinear interpolation would skip too many pixels.
const blurBelow = .6

// Crop samples the Y plane of p into dst; toPicture maps crop coordinates to picture
// coordinates. The interpolation is bilinear, and edge pixels repeat outside the picture. At
// scales below blurBelow the picture is first smoothed with a Gaussian of
// sigma = sqrt(area-1)/2 pixels, where area is the number of picture pixels per crop pixel.
func (f *Finder) Crop(p *video.Picture, toPicture video.Affine, dst *video.Crop) error {
	if err := check(p); err != nil {
		return err
	}
	a := toPicture
	area := math.Abs(a.A*a.E - a.B*a.D) // picture pixels per crop pixel
	if !finite(a.A, a.B, a.C, a.D, a.E, a.F) || area < 1e-6 {
		return fmt.Errorf("invalid crop %+v", a)
	}
	src := plane{p.Y, p.Width, p.Height}
	out := plane{dst[:], video.CropSize, video.CropSize}
	if area*blurBelow*blurBelow <= 1 {
		return warp(src, out, a, gocv.BorderReplicate, 0)
	}
	return warpBlurred(src, out, a, math.Sqrt(area-1)/2)
}

// warpBlurred is warp after a Gaussian of sigma pixels. Only the part of src that dst covers
// is blurred.
func warpBlurred(src, dst plane, a video.Affine, sigma float64) error {
	margin := int(math.Ceil(3*sigma)) + 2
	need := covered(a, float64(dst.width)).Inset(-margin).
		Intersect(image.Rect(0, 0, src.width, src.height))
	if need.Empty() {
		return warp(src, dst, a, gocv.BorderReplicate, 0)
	}
	return withMats(src, dst, func(from, to gocv.Mat) {
		cut := from.Region(need)
		defer cut.Close()
		smooth := gocv.NewMat()
		defer smooth.Close()
		gocv.GaussianBlur(cut, &smooth, image.Point{}, sigma, sigma, gocv.BorderReplicate)
		a.C -= float64(need.Min.X)
		a.F -= float64(need.Min.Y)
		warpMat(smooth, to, a, gocv.BorderReplicate, 0)
	})
}

// covered returns the bounding rectangle, in picture pixels, of a square of side crop pixels.
func covered(a video.Affine, side float64) image.Rectangle {
	left, right := a.C+min(0, a.A*side)+min(0, a.B*side), a.C+max(0, a.A*side)+max(0, a.B*side)
	top, bottom := a.F+min(0, a.D*side)+min(0, a.E*side), a.F+max(0, a.D*side)+max(0, a.E*side)
	return image.Rect(int(math.Floor(left)), int(math.Floor(top)),
		int(math.Ceil(right)), int(math.Ceil(bottom)))
}
