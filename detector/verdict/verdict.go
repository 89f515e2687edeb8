package verdict

import (
	"cmp"
	"math"
	"slices"
)

// Decide fills in the verdicts, bands, reasons, segments and thresholds of a result. It reads the
// tracks' ids, times and scores, Result.Voiced and hasSound, which says whether the file has sound.
// Called twice in a row it gives the same result, but a later call undoes
// MarkCutaways and, in the segments, SetLikelihoodRatios.
//
//   - The voice has to fit only one mouth at a time. A frame in which it fits another face does
//     not count against this one.
//   - Thresholds rise with the length of the file, see [Thresholds.Raised]. A segment that passes
//     only the thresholds of a short clip goes to Result.BelowFileThreshold.
//   - A segment around which two or more people mostly speak at once goes to
//     Result.OverlappedSpeech, because the second voice may mask this mouth's own.
//   - A segment of mostly corrupt pictures is not evidence and is not listed.
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

// decideTrack sets the verdict of a track as a whole. scores are those of the track without
// other speakers; fileJudged is the number of judged frames of the file.
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
	case !enoughClean:
		t.Band, t.Reasons = None, []Reason{notCleanReason(scores)}
	default:
		t.Verdict, t.Reasons = Suspect, []Reason{WholeFile}
	}
}

// decideSegments lists the segments of a track that decideTrack has judged or excused, and
// changes its verdict to that of its segments:
//
//   - A suspect track is suspect only in its segments if the voice fits in the rest of the track.
//     Otherwise the whole track is one segment.
//   - Any other track is suspect if it has a segment that counts.
//   - A consistent track is inconclusive if a segment might count, see candidates.doubt.
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

// decideFile gives the file the strongest verdict of its tracks: suspect before consistent before
// inconclusive. A suspect file has the strongest band and all reasons of its suspect tracks.
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
