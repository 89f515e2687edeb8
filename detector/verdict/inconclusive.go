package verdict

import (
	"slices"
)

// commonReason is the reason of the track with the most frames.
func commonReason(tracks []Track) Reason {
	longest := slices.MaxFunc(tracks, func(a, b Track) int { return len(a.Scores) - len(b.Scores) })
	return longest.Reasons[0]
}

// excused says whether the voice does not fit a track, but for a reason that may be honest.
func (t *Track) excused() bool {
	return slices.Contains(t.Reasons, OverlappedSpeech) || slices.Contains(t.Reasons, CorruptPictures)
}
