package lips

import "math"

// Values that a Trace keeps per frame; lengths in crop pixels.
const (
	gap   = iota // between the inner edges of the lips
	width        // between the corners of the mouth
	upper        // middle of the upper lip below the crop's centre
	lower        // middle of the lower lip below the crop's centre
	chin         // chin below the crop's centre
	size         // natural logarithm of the eye distance in shown pixels
	yaw          // head turn, degrees
	values
)

// Indices into the 37 points of a mouth: 20 of the lips, in the order of points 48..67 of the
// 68-point scheme, then 17 of the jaw from ear to ear.
const (
	leftCorner, rightCorner = 0, 6
	upperEdge, lowerEdge    = 3, 9
	innerUpper, innerLower  = 14, 18
	chinTip                 = 20 + 8
	numPoints               = 37
	cropCentre              = 48 // centre of the crop, pixels
	minEyeDist              = 1  // pixels
)

// A Trace holds the mouths of a track in order of time.
type Trace struct {
	rows [][values]float32
	seen []bool
}

// Add appends a frame: its points (37, 2), lips then jaw, in crop pixels; the distance of the
// outer eye corners in shown pixels; the head turn in degrees.
func (t *Trace) Add(p []float32, eyes, turn float32) {
	if len(p) != 2*numPoints {
		panic("lips: Add: want 37 points")
	}
	y := func(i int) float32 { return p[2*i+1] }
	distance := func(i, j int) float32 { return float32(math.Hypot(float64(p[2*i]-p[2*j]), float64(y(i)-y(j)))) }
	t.rows = append(t.rows, [values]float32{
		gap: distance(innerUpper, innerLower), width: distance(leftCorner, rightCorner),
		upper: y(upperEdge) - cropCentre, lower: y(lowerEdge) - cropCentre, chin: y(chinTip) - cropCentre,
		size: float32(math.Log(float64(max(eyes, minEyeDist)))), yaw: turn,
	})
	t.seen = append(t.seen, true)
}

// Skip appends a frame without a mouth.
func (t *Trace) Skip() {
	t.rows = append(t.rows, [values]float32{})
	t.seen = append(t.seen, false)
}

// MarkUnseen marks the last n frames as frames without a mouth.
func (t *Trace) MarkUnseen(n int) { clear(t.seen[len(t.seen)-n:]) }

// Frames returns the number of frames.
func (t *Trace) Frames() int { return len(t.rows) }
