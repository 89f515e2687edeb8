package video

import "math"

const (
	// changeSide is the number of sample points along each side of a mouth.
	changeSide = 32

	// changeMargin is the margin sampled around the lips, in widths of the mouth: cheeks and
	// chin move with the lips.
	changeMargin = 0.25
)

// A mouthChange measures how much the picture of one mouth changes. It compares the same points
// of two pictures. It does not compare crops, which follow the fitted mesh and move by
// fractions of a pixel even if the picture is frozen.
type mouthChange struct {
	at   [changeSide * changeSide]int // indices of the sample points in the luma plane
	grey [changeSide * changeSide]byte
}

// change returns the mean absolute difference between p and the previous picture, in grey
// levels, where the mouth was in the previous picture; NaN unless the mouth was seen there. m
// is the mesh in p.
func (s *mouthChange) change(p *Picture, m *Mesh, seen bool) float64 {
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
	margin := changeMargin * mouth.W
	for i := range s.at {
		across, down := (float64(i%changeSide)+.5)/changeSide, (float64(i/changeSide)+.5)/changeSide
		x := int(mouth.X - margin + across*(mouth.W+2*margin))
		y := int(mouth.Y - margin + down*(mouth.H+2*margin))
		s.at[i] = min(max(y, 0), p.Height-1)*p.Width + min(max(x, 0), p.Width-1)
		s.grey[i] = p.Y[s.at[i]]
	}
	return change
}
