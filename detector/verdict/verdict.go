package verdict

import (
	"cmp"
	"math"
	"slices"
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
func Decide(r *Result, hasSound bool, thresholds Thresholds) {
	scores := withoutOtherSpeakers(r.Tracks, thresholds.Fusions)
	fileJudged := 0
	for _, s := range scores {
		fileJudged += countJudged(s)
	}
	r.Segments, r.BelowFileThreshold, r.OverlappedSpeech = nil, nil, nil
	r.Thresholds = thresholds.Raised(0, fileJudged)
	for i := range r.Tracks {
		t := &r.Tracks[i]
		decideTrack(t, scores[i], hasSound, thresholds, fileJudged)
		if t.Verdict != Inconclusive || t.excused() {
			r.decideSegments(t, scores[i], thresholds, fileJudged)
		}
	}
	decideFile(r, hasSound)
	byStart := func(a, b Segment) int { return cmp.Compare(a.Start, b.Start) }
	for _, segments := range r.segmentLists() {
		slices.SortStableFunc(segments, byStart)
	}
}

// judgeTrack judges a track as a whole, in a file of so many judged frames.
func decideTrack(t *Track, scores []Score, hasSound bool, thresholds Thresholds, fileJudged int) {
	t.Verdict, t.Band, t.Reasons = Inconclusive, None, nil
	t.Score, t.Logit, t.CohortZ = math.NaN(), math.NaN(), math.NaN()
	sum := Summarize(scores)
	t.Judged = sum.Judged
	if reason := notJudgedReason(t, scores, hasSound); reason != "" {
		t.Reasons = []Reason{reason}
		return
	}
	var enoughClean bool
	t.Logit, enoughClean = thresholds.TrackLogit(scores)
	t.CohortZ = sum.CohortZ()
	t.Score = 1 / (1 + math.Exp(-t.Logit))
	raised := thresholds.Raised(t.Judged, fileJudged)
	switch t.Band = bandOf(t.Logit, raised.TrackWeak, raised.TrackModerate, raised.TrackStrong); {
	case t.Band == None:
		t.Verdict = Consistent
	case !enoughClean && count(scores, isCorrupt) > count(scores, isOverlapped):
		t.Band, t.Reasons = None, []Reason{CorruptPictures}
	case !enoughClean:
		t.Band, t.Reasons = None, []Reason{OverlappedSpeech}
	default:
		t.Verdict, t.Reasons = Suspect, []Reason{WholeFile}
	}
}

// judgeParts judges the stretches of a track of which the whole is judged.
func (r *Result) decideSegments(t *Track, scores []Score, thresholds Thresholds, fileJudged int) {
	found := sortCandidates(thresholds.findCandidates(scores, fileJudged))
	list := func(to *[]Segment, from []candidate) {
		for _, c := range from {
			*to = append(*to, c.segment(t.ID, scores, thresholds.VoiceScales))
		}
	}
	switch {
	case len(found.suspect) > 0 && (t.Verdict != Suspect || fitsElsewhere(found.suspect, scores, thresholds)):
		t.Verdict, t.Band, t.Reasons = Suspect, None, []Reason{PartOfFile}
		for _, c := range found.suspect {
			t.Band = stronger(t.Band, c.band)
		}
		list(&r.Segments, found.suspect)
	case t.Verdict == Suspect:
		r.Segments = append(r.Segments, wholeTrack(t, scores))
		return // the other lists would repeat parts of this segment
	case t.Verdict == Consistent:
		if reason := found.doubt(thresholds.SegmentStrong); reason != "" {
			t.Verdict, t.Reasons = Inconclusive, []Reason{reason}
		}
	}
	list(&r.BelowFileThreshold, found.belowFile)
	list(&r.OverlappedSpeech, found.overlapped)
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
	if r.Verdict == Inconclusive {
		r.Reasons = []Reason{fileReason(r, hasSound)}
	}
}
