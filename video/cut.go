package video

import "math"

const (
	thumbWidth  = 64
	thumbHeight = 36

	// cutDifference is the mean absolute difference of two thumbnails, in
	// grey levels of 0..255, above which they show different scenes.
	cutDifference = 22

	// A picture of a camera that shakes or pans is the one before it, displaced. shakeX and shakeY are how far that is
	// looked for, in pixels of the thumbnail, a sixteenth of the width and a twelfth of the height, and shakeShare is what must be left of the difference
	// at most. Of the pictures of 93 clips shaken on purpose 97 in 100 have less, of cuts from one clip to another none (.6 to .7 4 of 86, the others more).
	shakeX, shakeY = 4, 3
	shakeShare     = 0.6

	// fullRange widens luma of 16..235 to grey of 0..255.
	fullRange = 255.0 / 219

	// thumbSamples is how many pixels a side are taken of what becomes one
	// pixel of the thumbnail; all of them would cost ten times more and find
	// the same cuts.
	thumbSamples = 4
)

// A thumbnail is a picture in small, grey levels of 0..255.
type thumbnail [thumbWidth * thumbHeight]float32

// A cutFinder finds the first frame of each scene.
type cutFinder struct {
	begun bool
	old   thumbnail
}

// cut takes the next picture and reports whether it begins a new scene.
func (c *cutFinder) cut(p *Picture) bool {
	now := thumbnailOf(p)
	diff := now.difference(&c.old, 0, 0)
	cut := c.begun && diff > cutDifference && now.least(&c.old) > shakeShare*diff
	c.begun, c.old = true, now
	return cut
}

func thumbnailOf(p *Picture) (t thumbnail) {
	var columns [thumbWidth * thumbSamples]int
	for i := range columns {
		columns[i] = i * p.Width / len(columns)
	}
	for y := range thumbHeight {
		var sums [thumbWidth]int
		for sy := range thumbSamples {
			row := p.Y[(y*thumbSamples+sy)*p.Height/(thumbHeight*thumbSamples)*p.Width:][:p.Width]
			for i, at := range columns {
				sums[i/thumbSamples] += int(row[at])
			}
		}
		for x, sum := range sums {
			t[y*thumbWidth+x] = float32(sum) * (fullRange / (thumbSamples * thumbSamples))
		}
	}
	return t
}

// difference is the mean absolute difference from another thumbnail where they overlap, that one displaced by (dx, dy).
func (t *thumbnail) difference(o *thumbnail, dx, dy int) float64 {
	var sum float64
	left, right := max(0, -dx), min(thumbWidth, thumbWidth-dx)
	top, bottom := max(0, -dy), min(thumbHeight, thumbHeight-dy)
	for y := top; y < bottom; y++ {
		row, other := t[y*thumbWidth+left:y*thumbWidth+right], o[(y+dy)*thumbWidth+left+dx:]
		for x, v := range row {
			sum += math.Abs(float64(v - other[x]))
		}
	}
	return sum / float64((right-left)*(bottom-top))
}

// least is the least difference from another thumbnail over all places that a shaking camera may have moved it to.
func (t *thumbnail) least(o *thumbnail) float64 {
	least := math.Inf(1)
	for dy := -shakeY; dy <= shakeY; dy++ {
		for dx := -shakeX; dx <= shakeX; dx++ {
			least = min(least, t.difference(o, dx, dy))
		}
	}
	return least
}
