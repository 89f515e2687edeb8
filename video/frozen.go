package video

const (
	// frozenChange, in grey levels, is the change of a mouth's picture, see
	// [video.Mouth.Change], below which it stands. Where pictures are repeated it is 0
	// but for what an encoder mends in them, .75 at most in 19 of 20. Of 100 frames in which
	// nothing stands one is in a run of such.
	frozenChange = 0.75

	// frozenLeast is how many frames in a row like the one before make a picture that
	// stands: 0.2 s. At 5 pictures a second and more each is repeated less often.
	minFrozen = 5
)

// A Freeze finds where the picture of a face stands, as that of a call does when the line is bad,
// or that of a file of too few pictures a second: it shows no mouth at the time of the sound.
type FreezeDetector struct {
	repeated    int  // frames in a row that are like the one before
	hasPrevious bool // there is a frame before these
}

// Next takes the change of the next frame and returns how many frames, the last of which
// it is, are of a standing picture as it now turns out: they were not known to be. The frame that the
// others repeat is one of them, or of the few pictures a second of a file one frame each would be left to judge.
func (f *FreezeDetector) Next(change float64) int {
	if !(change < frozenChange) {
		f.repeated, f.hasPrevious = 0, true
		return 0
	}
	switch f.repeated++; {
	case f.repeated < minFrozen:
		return 0
	case f.repeated == minFrozen && f.hasPrevious:
		return minFrozen + 1
	case f.repeated == minFrozen:
		return minFrozen
	}
	return 1
}
