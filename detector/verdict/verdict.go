package verdict

import (
	"cmp"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

// Judge fills in verdicts, bands, reasons and segments of a result from the
// scores of its tracks, and notes the thresholds. hasSound says whether there is any sound at all. It
// looks at nothing else: the same scores give the same verdict.
//
// The voice need fit only one mouth at a time: a frame in which it fits another
// face says nothing against this one. In a long file thresholds are higher, see
// [Thresholds.Raised]; what passes only those of a clip is listed apart, as chance. So is what
// does not fit where two or more people mostly speak at once: the voice that does may be masked. What does
// not fit in pictures that are mostly spoilt is no evidence.
func Decide(r *Result, hasSound bool, th Thresholds) {
	left := withoutOtherSpeakers(r.Tracks, th.Fusions)
	all := 0
	for _, scores := range left {
		all += countJudged(scores)
	}
	r.Segments, r.BelowFileThreshold, r.OverlappedSpeech, r.Thresholds = nil, nil, nil, th.Raised(0, all)
	for i := range r.Tracks {
		t := &r.Tracks[i]
		decideTrack(t, left[i], hasSound, th, all)
		if t.Verdict == Inconclusive && !t.excused() {
			continue
		}
		r.decideSegments(t, left[i], th, all)
	}
	decideFile(r, hasSound)
	inTime := func(a, b Segment) int { return cmp.Compare(a.Start, b.Start) }
	for _, segments := range r.segmentLists() {
		slices.SortStableFunc(segments, inTime)
	}
}

// judgeTrack judges a track as a whole, in a file of so many judged frames.
func decideTrack(t *Track, left []Score, hasSound bool, th Thresholds, all int) {
	t.Verdict, t.Band, t.Reasons = Inconclusive, None, nil
	t.Score, t.Logit, t.CohortZ = math.NaN(), math.NaN(), math.NaN()
	sum := Summarize(left)
	t.Judged = sum.Judged
	var seen, small, turned, voiced, others, frozen int
	for i := range left {
		s := &left[i]
		if s.Idle || t.Scores[i].Judged && !s.Judged {
			others++ // somebody else speaks, in the picture or beside it
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
	switch {
	case !hasSound:
		t.Reasons = []Reason{NoSound}
	case t.Judged < video.MinJudged && small > seen/2:
		t.Reasons = []Reason{FaceTooSmall}
	case t.Judged < video.MinJudged && turned > seen/2:
		t.Reasons = []Reason{Profile}
	case voiced == 0:
		t.Reasons = []Reason{NoSpeech}
	case t.Judged < video.MinJudged && t.Judged+others >= video.MinJudged:
		t.Reasons = []Reason{LipsIdle}
	case t.Judged < video.MinJudged && t.Judged+others+frozen >= video.MinJudged:
		t.Reasons = []Reason{FrozenPicture}
	case t.Judged < video.MinJudged:
		t.Reasons = []Reason{TooShort}
	}
	if t.Reasons != nil {
		return
	}
	var tells bool
	t.Logit, tells = th.TrackLogit(left)
	t.CohortZ = sum.CohortZ()
	t.Score = 1 / (1 + math.Exp(-t.Logit))
	th = th.Raised(t.Judged, all)
	switch t.Band = bandOf(t.Logit, th.TrackWeak, th.TrackModerate, th.TrackStrong); {
	case t.Band == None:
		t.Verdict = Consistent
	case !tells && count(left, isCorrupt) > count(left, isOverlapped):
		t.Band, t.Reasons = None, []Reason{CorruptPictures}
	case !tells:
		t.Band, t.Reasons = None, []Reason{OverlappedSpeech}
	default:
		t.Verdict, t.Reasons = Suspect, []Reason{WholeFile}
	}
}

// judgeParts judges the stretches of a track of which the whole is judged.
func (r *Result) decideSegments(t *Track, left []Score, th Thresholds, all int) {
	var counted, chance, mixed []candidate
	damaged := false // a stretch would count, were it not spoilt
	for _, p := range th.candidates(left, all) {
		switch {
		case p.corrupt:
			damaged = damaged || p.band != None
		case p.overlapped:
			mixed = append(mixed, p)
		case p.band == None:
			chance = append(chance, p)
		default:
			counted = append(counted, p)
		}
	}
	list := func(to *[]Segment, parts []candidate) {
		for _, p := range parts {
			*to = append(*to, p.segment(t.ID, left, th.VoiceScales))
		}
	}
	switch {
	case len(counted) > 0 && (t.Verdict != Suspect || fitsElsewhere(counted, left, th)):
		t.Verdict, t.Band, t.Reasons = Suspect, None, []Reason{PartOfFile}
		for _, p := range counted {
			t.Band = stronger(t.Band, p.band)
		}
		list(&r.Segments, counted)
	case t.Verdict == Suspect:
		r.Segments = append(r.Segments, Segment{Track: t.ID, Start: t.Start, End: t.End, Kind: "mismatch", Band: t.Band, Mean: meanMismatch(left), Peak: math.NaN(), LogLR: math.NaN()})
		return // of which these are parts
	case t.Verdict == Consistent && damaged:
		t.Verdict, t.Reasons = Inconclusive, []Reason{CorruptPictures}
	case t.Verdict == Consistent && slices.ContainsFunc(mixed, func(p candidate) bool { return p.band.Rank() >= Moderate.Rank() }):
		t.Verdict, t.Reasons = Inconclusive, []Reason{OverlappedSpeech}
	case t.Verdict == Consistent && slices.ContainsFunc(chance, func(p candidate) bool { return p.Peak >= th.SegmentStrong }):
		t.Verdict, t.Reasons = Inconclusive, []Reason{BelowFileThreshold}
	}
	list(&r.BelowFileThreshold, chance)
	list(&r.OverlappedSpeech, mixed)
}

// judgeFile judges the file by its tracks.
func decideFile(r *Result, hasSound bool) {
	r.Verdict, r.Band, r.Reasons = Inconclusive, None, nil
	for _, t := range r.Tracks {
		switch {
		case t.Verdict == Suspect:
			r.Verdict = Suspect
			r.Band = stronger(r.Band, t.Band)
			for _, reason := range t.Reasons {
				if !slices.Contains(r.Reasons, reason) {
					r.Reasons = append(r.Reasons, reason)
				}
			}
		case t.Verdict == Consistent && r.Verdict != Suspect:
			r.Verdict = Consistent
		}
	}
	if r.Verdict != Inconclusive {
		return
	}
	switch {
	case !hasSound:
		r.Reasons = []Reason{NoSound}
	case len(r.Tracks) == 0:
		r.Reasons = []Reason{NoFace}
	case r.Voiced == 0:
		r.Reasons = []Reason{NoSpeech}
	default:
		r.Reasons = []Reason{commonReason(r.Tracks)}
	}
}
