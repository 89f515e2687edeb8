package video

import "math"

const (
	thumbWidth  = 64
	thumbHeight = 36

	// cutDifference is the mean absolute difference of two thumbnails, in
	// grey levels of 0..255, above which they show different scenes.
	cutDifference = 22

	// fullRange widens luma of 16..235 to grey of 0..255.
	fullRange = 255.0 / 219

	// thumbSamples is how many pixels a side are taken of what becomes one
	// pixel of the thumbnail; all of them would cost ten times more and find
	// the same cuts.
	thumbSamples = 4
)

// A cutFinder finds the first frame of each scene.
type cutFinder struct {
	begun bool
	old   [thumbWidth * thumbHeight]float32
}

// cut takes the next picture and reports whether it begins a new scene.
func (c *cutFinder) cut(p *Picture) bool {
	var columns [thumbWidth * thumbSamples]int
	for i := range columns {
		columns[i] = i * p.Width / len(columns)
	}
	var diff float64
	for y := range thumbHeight {
		var sums [thumbWidth]int
		for sy := range thumbSamples {
			row := p.Y[(y*thumbSamples+sy)*p.Height/(thumbHeight*thumbSamples)*p.Width:][:p.Width]
			for i, at := range columns {
				sums[i/thumbSamples] += int(row[at])
			}
		}
		for x, sum := range sums {
			grey := float32(sum) * (fullRange / (thumbSamples * thumbSamples))
			diff += math.Abs(float64(grey - c.old[y*thumbWidth+x]))
			c.old[y*thumbWidth+x] = grey
		}
	}
	cut := c.begun && diff/(thumbWidth*thumbHeight) > cutDifference
	c.begun = true
	return cut
}
