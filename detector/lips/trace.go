package lips

import "math"

// The numbers that a Trace keeps of every frame, lengths in crop pixels.
const (
	gap   = iota // between the inner edges of the lips
	width        // between the corners
	upper        // the upper lip's middle, downwards from the crop's
	lower        // the lower lip's
	chin         // the chin's
	size         // natural logarithm of the distance of the eyes, in pixels as shown
	yaw          // turn of the head, degrees
	numbers
)

// Places of points among the 37 of a mouth: 20 lips in the order of the
// 68-point scheme's 48..67, then 17 of the jaw from ear to ear.
const (
	leftCorner, rightCorner = 0, 6
	upperEdge, lowerEdge    = 3, 9
	innerUpper, innerLower  = 14, 18
	chinTip                 = 20 + 8
	points                  = 37
	middle                  = 48 // of the crop, pixels
	smallestEyes            = 1  // pixels
)

// A Trace is what is kept of a track's mouths, in order of time.
type Trace struct {
	rows [][numbers]float32
	seen []bool
}

// Add takes the next frame's points (37, 2), lips then jaw, in crop pixels, the
// distance of the outer eye corners in pixels and the turn of the head in degrees.
func (t *Trace) Add(p []float32, eyes, turn float32) {
	if len(p) != 2*points {
		panic("lips: Add: want 37 points")
	}
	y := func(i int) float32 { return p[2*i+1] }
	far := func(i, j int) float32 { return float32(math.Hypot(float64(p[2*i]-p[2*j]), float64(y(i)-y(j)))) }
	t.rows = append(t.rows, [numbers]float32{
		gap: far(innerUpper, innerLower), width: far(leftCorner, rightCorner),
		upper: y(upperEdge) - middle, lower: y(lowerEdge) - middle, chin: y(chinTip) - middle,
		size: float32(math.Log(float64(max(eyes, smallestEyes)))), yaw: turn,
	})
	t.seen = append(t.seen, true)
}

// Skip notes a frame without a mouth.
func (t *Trace) Skip() {
	t.rows = append(t.rows, [numbers]float32{})
	t.seen = append(t.seen, false)
}

// Doubt makes the last n frames count as without a mouth.
func (t *Trace) Doubt(n int) { clear(t.seen[len(t.seen)-n:]) }

// Frames returns how many frames the trace has.
func (t *Trace) Frames() int { return len(t.rows) }
