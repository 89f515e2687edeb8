// Package lips turns the mouth points of a track into numbers that describe how lips and jaw
// move, whatever is said.
//
//	mouth points (37, 2) per frame -> Trace -> Describe -> (Features) for each window of 2 s
//
// A generated mouth often moves too regularly, turns between opening and closing too rarely,
// or leaves the chin behind. A [Trace] keeps seven values per frame. [Trace.Describe] turns a
// window of them into features, the inputs of a logistic regression (detector/network), which
// learns their weights.
//
// All points are in crop pixels; the crop is normalised for the size, place and tilt of the
// face. Texture is left out: on clips from unseen sources it reflects compression rather than
// generation (figures in weights/README.md). Plain deviations of derivatives are left out too:
// they reflect the jitter of the mesh, and with it the camera.
package lips
