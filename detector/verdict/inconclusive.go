package verdict

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

// notJudgedReason returns why a track cannot be judged as a whole; "" if it can. scores are
// those of the track without other speakers and t.Judged is the number of judged frames among
// them.
func notJudgedReason(t *Track, scores []Score, hasSound bool) Reason {
	var seen, small, turned, voiced, frozen int
	elsewhere := 0 // frames in which another person speaks, in the picture or outside it
	for i := range scores {
		s := &scores[i]
		if s.Idle || t.Scores[i].Judged && !s.Judged {
			elsewhere++
		}
		if s.Mouth {
			seen++
			if s.EyeDist < MinEyeDist {
				small++
			} else if math.Abs(s.Yaw) > MaxYaw {
				turned++
			}
		}
		if s.Voiced {
			voiced++
			if s.Frozen {
				frozen++
			}
		}
	}
	tooFew := t.Judged < video.MinJudged
	switch {
	case !hasSound:
		return NoSound
	case tooFew && small > seen/2:
		return FaceTooSmall
	case tooFew && turned > seen/2:
		return FaceTurned
	case voiced == 0:
		return NoSpeech
	case tooFew && t.Judged+elsewhere >= video.MinJudged:
		return LipsIdle
	case tooFew && t.Judged+elsewhere+frozen >= video.MinJudged:
		return FrozenPicture
	case tooFew:
		return TooShort
	}
	return ""
}

// notCleanReason returns the reason for a track that mismatches but has too few clean frames,
// see Fusions.TrackLogit: corrupt pictures or overlapped speech, whichever is more frequent.
func notCleanReason(scores []Score) Reason {
	if count(scores, isCorrupt) > count(scores, isOverlapped) {
		return CorruptPictures
	}
	return OverlappedSpeech
}

// doubt returns why a track that fits as a whole is inconclusive nevertheless: it has segments
// that do not fit but may have an innocent explanation. It returns "" if there are none, or only
// weaker ones. strong is the threshold of a strong segment in a short clip.
func (c candidates) doubt(strong float64) Reason {
	switch {
	case c.corrupt:
		return CorruptPictures
	case slices.ContainsFunc(c.overlapped, func(x candidate) bool { return x.band.Rank() >= Moderate.Rank() }):
		return OverlappedSpeech
	case slices.ContainsFunc(c.belowFile, func(x candidate) bool { return x.Peak >= strong }):
		return BelowFileThreshold
	}
	return ""
}

// excused reports whether the track does not fit for a reason that may be innocent.
func (t *Track) excused() bool {
	return slices.Contains(t.Reasons, OverlappedSpeech) || slices.Contains(t.Reasons, CorruptPictures)
}

// fileReason returns why a file in which no track has another verdict is inconclusive. If there
// are tracks, that is the first reason of the track with the most frames.
func fileReason(r *Result, hasSound bool) Reason {
	switch {
	case !hasSound:
		return NoSound
	case len(r.Tracks) == 0:
		return NoFace
	case r.Voiced == 0:
		return NoSpeech
	}
	longest := slices.MaxFunc(r.Tracks, func(a, b Track) int { return len(a.Scores) - len(b.Scores) })
	return longest.Reasons[0]
}
