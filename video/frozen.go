package video

const (
	// frozenChange is the [Mouth.Change], in grey levels, below which a picture repeats its
	// predecessor. A repeated picture differs only by re-encoding residue: at most 0.75 grey
	// levels in 95 % of cases. Of the frames of moving pictures, 1 % lie in a run of such changes.
	frozenChange = 0.75

	// minFrozen is the least number of consecutive repetitions that make a picture frozen: 0.2 s.
	// At 5 pictures/s or more, each picture is repeated less often.
	minFrozen = 5
)

// A FreezeDetector finds the frames in which the picture of one face is frozen, as in a call over
// a bad line or a file with too few pictures per second. A frozen picture does not show the mouth
// at the time of the sound. The zero value is ready for use.
type FreezeDetector struct {
	repeated    int  // consecutive frames, up to the last one, that repeat their predecessor
	hasPrevious bool // a frame precedes them
}

// Next takes the [Mouth.Change] of the next frame and returns how many frames, up to and including
// this one, it newly reveals as frozen. When a run reaches minFrozen, these include the frame that
// the others repeat: a file with few pictures per second would otherwise keep one unfrozen frame
// for each picture.
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
