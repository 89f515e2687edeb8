package verdict

// A Motion is what the way in which the mouth of a track moves says of how it
// was made, apart from whether the voice fits it. It never makes a verdict:
// it is much weaker evidence (weights/README.md has its figures).
type Motion struct {
	Windows int     // stretches of 2 s that were judged; 0: nothing can be said
	Outline float64 // mean logit of how lips and jaw move, > 0: rather as generated ones do; NaN without windows
	Flicker float64 // mean logit of how the pictures of the mouth change, likewise
	Logit   float64 // the sum of both
	LogLR   float64 // common logarithm of the likelihood ratio, generated against filmed; NaN without windows

	Curve []MotionPoint // over time, to be looked at
}

// A MotionPoint is what one window says. Alone it says next to nothing.
type MotionPoint struct {
	Frame int     // the middle of the window
	Logit float64 // > 0: rather as generated mouths move
}
