package video

import "math"

const (
	// stillSide is how many places a side are looked at of a mouth.
	stillSide = 32

	// stillMargin is how much of what is round the lips is looked at, in their widths: cheeks
	// and chin move with them.
	stillMargin = 0.25
)

// A still tells how much the picture of one mouth changes. It looks at the same places of
// two pictures: a crop, which follows the face as the mesh finds it, moves by parts of a pixel even
// where the picture stands.
type still struct {
	at   [stillSide * stillSide]int // in the luma plane
	grey [stillSide * stillSide]byte
}

// change returns the mean absolute difference, in grey levels, of the picture to the one
// before where the mouth was then; NaN where it was not seen in that. m tells where it is now.
func (s *still) change(p *Picture, m *Mesh, seen bool) float64 {
	change := math.NaN()
	if seen {
		sum := 0
		for i, at := range s.at {
			d := int(p.Y[at]) - int(s.grey[i])
			sum += max(d, -d)
		}
		change = float64(sum) / float64(len(s.at))
	}
	mouth := m.mouthBox()
	margin := stillMargin * mouth.W
	for i := range s.at {
		across, down := (float64(i%stillSide)+.5)/stillSide, (float64(i/stillSide)+.5)/stillSide
		x := int(mouth.X - margin + across*(mouth.W+2*margin))
		y := int(mouth.Y - margin + down*(mouth.H+2*margin))
		s.at[i] = min(max(y, 0), p.Height-1)*p.Width + min(max(x, 0), p.Width-1)
		s.grey[i] = p.Y[s.at[i]]
	}
	return change
}
