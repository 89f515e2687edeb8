package verdict

import (
	"cmp"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

const (
	// longStretch is how many judged frames make a stretch that is weighed as a track is:
	// 2 s, as the tracks have at least on which thresholds are found.
	minLongInterval = 2 * video.FrameRate

	// MinEyeDist is the least distance of the outer eye corners, in pixels: a
	// mouth is then some ten pixels wide.
	MinEyeDist = 20

	// MaxYaw is the turn of the head, in degrees, beyond which half of the
	// mouth is out of sight.
	MaxYaw = 50

	MaxLogit = 8 // bound of the logit of a single frame
)

// Logit is the inverse of the logistic function, bounded so that one frame
// cannot outweigh a second.
func Logit(p float64) float64 {
	return min(max(math.Log(p/(1-p)), -MaxLogit), MaxLogit)
}

// Usable says whether a frame of a face shows enough to be judged.
func (s *Score) Usable() bool {
	return s.Mouth && s.EyeDist >= MinEyeDist && math.Abs(s.Yaw) <= MaxYaw
}

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

// excused says whether the voice does not fit a track, but for a reason that may be honest.
func (t *Track) excused() bool {
	return slices.Contains(t.Reasons, OverlappedSpeech) || slices.Contains(t.Reasons, CorruptPictures)
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

// judged counts the frames that count.
func countJudged(scores []Score) int {
	return count(scores, func(*Score) bool { return true })
}

// withoutOthersTurns returns the scores of every track without those frames,
// now not judged, in which the voice fits another track's mouth and not this one.
func withoutOtherSpeakers(tracks []Track, b Fusions) [][]Score {
	out := make([][]Score, len(tracks))
	fit := make([][]float64, len(tracks))
	for i, t := range tracks {
		out[i], fit[i] = t.Scores, secondLogits(t.Scores, b.Second)
	}
	for i, t := range tracks {
		for j, o := range tracks {
			if i == j || len(t.Scores) == 0 || len(o.Scores) == 0 {
				continue
			}
			shift := t.Scores[0].Frame - o.Scores[0].Frame
			for f := max(0, -shift); f < len(t.Scores) && f+shift < len(o.Scores); f++ {
				if fit[j][f+shift] < 0 && fit[i][f] > 0 {
					if &out[i][0] == &t.Scores[0] {
						out[i] = slices.Clone(t.Scores)
					}
					out[i][f].Judged = false
				}
			}
		}
	}
	return out
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

func bandOf(x, weak, moderate, strong float64) Band {
	switch {
	case x >= strong:
		return Strong
	case x >= moderate:
		return Moderate
	case x >= weak:
		return Weak
	}
	return None
}

// stronger returns the stronger of two bands.
func stronger(a, b Band) Band {
	if a.Rank() > b.Rank() {
		return a
	}
	return b
}

// A part is a stretch of a track and its band, which is None where chance explains it.
type candidate struct {
	Interval
	band       Band
	overlapped bool // in most of what is about it two or more people speak at once
	corrupt    bool // most pictures of it are
}

// mixedAbout says whether in most of the judged frames of a stretch and of half a clip's length to
// either side two or more people speak at once. What a single second of it sounds like is no
// reason: the voices of a replaced one may well be two.
func mostlyOverlapped(scores []Score, s Interval) bool {
	return mostly(scores[max(0, s.From-video.ClipLength/2):min(len(scores), s.To+video.ClipLength/2)], isOverlapped)
}

// mostly says whether more than half of the judged frames are of a kind.
func mostly(scores []Score, kind func(*Score) bool) bool {
	return 2*count(scores, kind) > countJudged(scores)
}

// count counts the judged frames of a kind.
func count(scores []Score, kind func(*Score) bool) int {
	n := 0
	for i := range scores {
		if s := &scores[i]; s.Judged && kind(s) {
			n++
		}
	}
	return n
}

func isOverlapped(s *Score) bool { return s.Overlapped }
func isCorrupt(s *Score) bool    { return s.Corrupt }

// parts returns the stretches of a track that would be suspect in a short clip, their ends
// placed on the frames themselves, in a file of so many judged frames. Their
// band is that of the highest level, or, of a long one, of all that is in it: in the file it
// had as many places to be in as it goes into it.
func (t Thresholds) candidates(scores []Score, all int) []candidate {
	var out []candidate
	raised := t.Raised(0, all)
	level := t.Suspicion(scores)
	for _, s := range t.RefineBoundaries(scores, Grow(level, FindIntervals(level, t.SegmentWeak))) {
		band := bandOf(s.Peak, raised.SegmentWeak, raised.SegmentModerate, raised.SegmentStrong)
		if logit, n := t.Logit(scores[s.From:s.To]); n >= minLongInterval {
			long := t.raisedFor(n, all)
			band = stronger(band, bandOf(logit, long.TrackWeak, long.TrackModerate, long.TrackStrong))
		}
		out = append(out, candidate{s, band, mostlyOverlapped(scores, s), mostly(scores[s.From:s.To], isCorrupt)})
	}
	// What adjoins a stretch that counts is weak at least, as in a short clip
	// (hysteresis, as Canny 1986 thresholds edges).
	join := func(p, beside *candidate) {
		if p.band == None && beside.band != None && max(p.From, beside.From)-min(p.To, beside.To) <= MaxGap {
			p.band = Weak
		}
	}
	for i := 1; i < len(out); i++ {
		join(&out[i], &out[i-1])
	}
	for i := len(out) - 2; i >= 0; i-- {
		join(&out[i], &out[i+1])
	}
	return out
}

// segment returns the part of a track's scores as a report has it.
func (p candidate) segment(track int, scores []Score, voices VoiceScales) Segment {
	first := scores[0].Frame
	return Segment{Track: track, Kind: "mismatch", Band: p.band, Start: video.FrameTime(first + p.From), End: video.FrameTime(first + p.To),
		Mean: meanMismatch(scores[p.From:p.To]), Peak: p.Peak, LogLR: math.NaN(),
		VoiceLogLR: voices.LogLR(scores[p.From:p.To])}
}

// fitsBeside says whether the voice fits in the frames beside the stretches, and
// there is a second or more of them: then only the stretches are suspect.
func fitsElsewhere(found []candidate, scores []Score, th Thresholds) bool {
	var beside Summary
	for i := range scores {
		if !slices.ContainsFunc(found, func(p candidate) bool { return i >= p.From && i < p.To }) {
			beside.add(&scores[i])
		}
	}
	return beside.Judged >= video.MinJudged && th.summaryLogit(beside) < th.TrackWeak
}

func meanMismatch(scores []Score) float64 {
	var sum float64
	n := 0
	for _, s := range scores {
		if s.Judged {
			sum += s.Mismatch
			n++
		}
	}
	return sum / float64(max(n, 1))
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

// commonReason is the reason of the track with the most frames.
func commonReason(tracks []Track) Reason {
	longest := slices.MaxFunc(tracks, func(a, b Track) int { return len(a.Scores) - len(b.Scores) })
	return longest.Reasons[0]
}
