// Package avsync puts mouths and sound on one time line: it finds the constant
// lag of the sound behind the picture of one track.
//
// The lag is > 0 when the sound is late: what frame t of the picture shows is
// heard at frame t + lag.
package avsync
