package opencv

import (
	"fmt"
	"image"
	"math"
	"sort"

	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/video/facemodel"
)

const (
	// minScore is the minimum score of a face, as in MediaPipe.
	minScore = .5

	// sameFace is the intersection over union above which two boxes of one pass are the same
	// face, as in MediaPipe.
	sameFace = .3

	// sameInside is the overlap, as a share of the smaller box, above which boxes of two passes
	// are the same face: a tile may cut a face, and a face does not lie inside another.
	sameInside = .6

	// minTile is the minimum side of a tile in pixels, the side of the network's input. A smaller
	// tile would only be magnified.
	minTile = 128
)

// Detect returns the faces of a picture, highest score first. The pass over the whole picture
// finds faces down to about a tenth of the longer side. tiles adds passes over squares of the
// shorter side and of half the shorter side, which find faces down to about 36 pixels.
func (f *Finder) Detect(p *video.Picture, tiles bool) ([]video.Face, error) {
	if err := check(p); err != nil {
		return nil, err
	}
	views := []image.Rectangle{image.Rect(0, 0, p.Width, p.Height)}
	if tiles {
		views = append(views, tile(p.Width, p.Height)...)
	}
	var all []video.Face
	for _, v := range views {
		faces, err := f.look(p, v)
		if err != nil {
			return nil, fmt.Errorf("face detector: %w", err)
		}
		all = append(all, faces...)
	}
	if len(views) > 1 {
		all = merge(all)
	}
	return all, nil
}

// tile returns the tiles of a picture: three squares of the shorter side along the longer side,
// then squares of half the shorter side that overlap by at least half. A face of up to a
// quarter of the shorter side lies wholly inside one of the tiles.
func tile(width, height int) []image.Rectangle {
	short := min(width, height)
	var tiles []image.Rectangle
	if short < max(width, height) {
		tiles = grid(width, height, short, 3)
	}
	if half := short / 4 * 2; half >= minTile {
		tiles = append(tiles, grid(width, height, half, 0)...)
	}
	return tiles
}

// grid returns evenly spaced squares that cover the picture. Along an axis longer than side
// there are most squares; if most is 0, as many as overlap by at least half.
func grid(width, height, side, most int) []image.Rectangle {
	count := func(length int) int {
		if length == side {
			return 1
		}
		if most > 0 {
			return most
		}
		return (2*(length-side)+side-1)/side + 1
	}
	nx, ny := count(width), count(height)
	place := func(i, n, length int) int {
		if n == 1 {
			return 0
		}
		return (length - side) * i / (n - 1) / 2 * 2
	}
	var squares []image.Rectangle
	for y := range ny {
		for x := range nx {
			at := image.Pt(place(x, nx, width), place(y, ny, height))
			squares = append(squares, square(side).Add(at))
		}
	}
	return squares
}

// look runs the detector on the part view of a picture.
func (f *Finder) look(p *video.Picture, view image.Rectangle) ([]video.Face, error) {
	const size = facemodel.DetectorSize
	place := letterbox(view.Size(), size)
	if err := f.face.shrink(p, view, place); err != nil {
		return nil, err
	}
	out, err := see(f.detector, f.face, 1/127.5, -1, detectorOutputs)
	if err != nil {
		return nil, err
	}
	faces := decode(out)
	sx := float64(view.Dx()) / float64(place.Dx())
	sy := float64(view.Dy()) / float64(place.Dy())
	for i := range faces {
		c := &faces[i]
		c.Box.X = (c.Box.X-float64(place.Min.X))*sx + float64(view.Min.X)
		c.Box.Y = (c.Box.Y-float64(place.Min.Y))*sy + float64(view.Min.Y)
		c.Box.W *= sx
		c.Box.H *= sy
		for k := range c.Keys {
			c.Keys[k].X = (c.Keys[k].X-float64(place.Min.X))*sx + float64(view.Min.X)
			c.Keys[k].Y = (c.Keys[k].Y-float64(place.Min.Y))*sy + float64(view.Min.Y)
		}
	}
	return fuse(faces), nil
}

// letterbox returns the rectangle that a picture of size from fills in a square of side size:
// as large as possible, centred, with even coordinates.
func letterbox(from image.Point, size int) image.Rectangle {
	long := max(from.X, from.Y)
	even := func(n int) int { return max(2, (n*size/2+long/2)/long*2) }
	w, h := even(from.X), even(from.Y)
	at := image.Pt((size-w)/4*2, (size-h)/4*2)
	return image.Rectangle{at, at.Add(image.Pt(w, h))}
}

// The detector's output: the logits of both grids (cells, anchors), then the boxes of both
// grids (cells, anchors, boxNumbers).
const (
	boxNumbers      = 16 // per anchor: centre, size, six key points
	detectorOutputs = (1 + boxNumbers) * (16*16*2 + 8*8*6)
)

// decode turns the detector's output into faces, in pixels of the detector's input. An anchor
// is the centre of its grid cell. Box centre and key points are offsets from the anchor
// (BlazeFace, Bazarevsky et al. 2019, arXiv:1907.05047).
func decode(out []float32) []video.Face {
	const size = facemodel.DetectorSize
	grids := [2]struct{ n, anchors int }{{16, 2}, {8, 6}}
	boxes := out[16*16*2+8*8*6:]
	var faces []video.Face
	for _, g := range grids {
		all := g.n * g.n * g.anchors
		for i, logit := range out[:all] {
			score := sigmoid(logit)
			if score < minScore {
				continue
			}
			cell := i / g.anchors
			at := func(k int) float64 { return float64(boxes[i*boxNumbers+k]) }
			x := (float64(cell%g.n) + .5) / float64(g.n) * size
			y := (float64(cell/g.n) + .5) / float64(g.n) * size
			f := video.Face{Score: score}
			f.Box.W, f.Box.H = at(2), at(3)
			f.Box.X, f.Box.Y = x+at(0)-f.Box.W/2, y+at(1)-f.Box.H/2
			for k := range f.Keys {
				f.Keys[k] = video.Point{X: x + at(4+2*k), Y: y + at(5+2*k)}
			}
			if f.Box.W > 0 && f.Box.H > 0 {
				faces = append(faces, f)
			}
		}
		out = out[all:]
		boxes = boxes[all*boxNumbers:]
	}
	return faces
}

// fuse is MediaPipe's weighted non-maximum suppression of the boxes of one pass: the best box
// and all that overlap it by more than sameFace become their mean, weighted by score. The
// result is sorted by score, highest first.
func fuse(faces []video.Face) []video.Face {
	byScore(faces)
	var joined []video.Face
	for len(faces) > 0 {
		best := faces[0]
		var sum video.Face
		var rest []video.Face
		for _, f := range faces {
			if overlap(best.Box, f.Box) <= sameFace {
				rest = append(rest, f)
				continue
			}
			w := f.Score
			sum.Score += w
			sum.Box.X += w * f.Box.X
			sum.Box.Y += w * f.Box.Y
			sum.Box.W += w * f.Box.W
			sum.Box.H += w * f.Box.H
			for k := range f.Keys {
				sum.Keys[k].X += w * f.Keys[k].X
				sum.Keys[k].Y += w * f.Keys[k].Y
			}
		}
		w := 1 / sum.Score
		sum.Score = best.Score
		sum.Box = video.Box{X: sum.Box.X * w, Y: sum.Box.Y * w, W: sum.Box.W * w, H: sum.Box.H * w}
		for k := range sum.Keys {
			sum.Keys[k].X *= w
			sum.Keys[k].Y *= w
		}
		joined = append(joined, sum)
		faces = rest
	}
	return joined
}

// merge joins the faces of several passes: of boxes of the same face it keeps the one of the
// highest score.
func merge(faces []video.Face) []video.Face {
	byScore(faces)
	var kept []video.Face
next:
	for _, f := range faces {
		for _, k := range kept {
			in := intersection(f.Box, k.Box)
			if overlap(f.Box, k.Box) > sameFace || in > sameInside*min(area(f.Box), area(k.Box)) {
				continue next
			}
		}
		kept = append(kept, f)
	}
	return kept
}

func byScore(faces []video.Face) {
	sort.SliceStable(faces, func(i, j int) bool { return faces[i].Score > faces[j].Score })
}

// overlap returns the intersection over union of two boxes, 0..1.
func overlap(a, b video.Box) float64 {
	in := intersection(a, b)
	return in / (area(a) + area(b) - in)
}

func intersection(a, b video.Box) float64 {
	w := math.Min(a.X+a.W, b.X+b.W) - math.Max(a.X, b.X)
	h := math.Min(a.Y+a.H, b.Y+b.H) - math.Max(a.Y, b.Y)
	return math.Max(w, 0) * math.Max(h, 0)
}

func area(b video.Box) float64 { return b.W * b.H }
