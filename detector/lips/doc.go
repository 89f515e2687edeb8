// Package lips describes how lips and jaw move, without looking at what is
// said: a generated mouth is often too regular, turns too seldom, or leaves the
// chin behind. A [Trace] keeps seven numbers a frame; Describe turns each two
// seconds of it into signs for a logistic regression (detector/network), which
// learns what they are worth.
//
// Everything is measured on points in crop pixels, from which the size, place
// and tilt of the face have been taken out. Texture is left out on purpose: on
// clips of sources never seen it tells how a clip was compressed rather than
// how it was made (weights/README.md has the figures). So are plain deviations of
// derivatives, which tell the tremble of the mesh, and with it the camera.
package lips
