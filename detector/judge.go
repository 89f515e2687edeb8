package detector

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/video"
)

// Thresholds turn scores into verdicts. They come with the weights: numbers of
// another network mean something else.
type Thresholds struct {
	// Logit of a track from which the whole of it is suspect, by band.
	TrackWeak, TrackModerate, TrackStrong float64
	// Level, see Levels, from which a stretch is, by band.
	PartWeak, PartModerate, PartStrong float64

	Blends // what the logits are made of
}

// Names of Thresholds in a weights file's calibration.
const (
	trackWeak, trackModerate, trackStrong = "track_weak", "track_moderate", "track_strong"
	partWeak, partModerate, partStrong    = "part_weak", "part_moderate", "part_strong"
)

// NewThresholds reads thresholds from a weights file's calibration; one that is
// missing is never reached.
func NewThresholds(c map[string]float64) Thresholds {
	get := func(name string) float64 {
		if v, ok := c[name]; ok {
			return v
		}
		return math.Inf(1)
	}
	return Thresholds{get(trackWeak), get(trackModerate), get(trackStrong), get(partWeak), get(partModerate), get(partStrong), newBlends(c)}
}

// Calibration is the reverse of NewThresholds.
func (t Thresholds) Calibration() map[string]float64 {
	c := t.Bounds()
	t.addTo(c)
	return c
}

// Bounds returns the thresholds themselves, in logits by name, without those that are
// never reached.
func (t Thresholds) Bounds() map[string]float64 {
	c := map[string]float64{trackWeak: t.TrackWeak, trackModerate: t.TrackModerate, trackStrong: t.TrackStrong,
		partWeak: t.PartWeak, partModerate: t.PartModerate, partStrong: t.PartStrong}
	maps.DeleteFunc(c, func(_ string, v float64) bool { return math.IsInf(v, 1) })
	return c
}

const (
	// MinJudged is how many frames with mouth and speech a verdict needs: 1 s.
	MinJudged = video.FrameRate

	// MinEyeDist is the least distance of the outer eye corners, in pixels: a
	// mouth is then some ten pixels wide.
	MinEyeDist = 20

	// MaxYaw is the turn of the head, in degrees, beyond which half of the
	// mouth is out of sight.
	MaxYaw = 50

	// RestingLips is the standard deviation of the lips' opening, in mouth
	// widths, below which lips are at rest: mesh noise on a still face is .01.
	RestingLips = 0.02

	// HalfSecond is how many frames to each side of one are its second.
	HalfSecond = video.FrameRate / 2

	minSegment = 2 * video.FrameRate / 5
	bridge     = video.FrameRate / 2 // frames without judgement that do not end a segment
	mostLogit  = 8                   // a single frame counts no more than this
)

// Logit is the inverse of the logistic function, bounded so that one frame
// cannot outweigh a second.
func Logit(p float64) float64 {
	return min(max(math.Log(p/(1-p)), -mostLogit), mostLogit)
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
// face says nothing against this one.
func Judge(r *Result, hasSound bool, th Thresholds) {
	r.Segments, r.Thresholds = nil, th
	left := withoutOthersTurns(r.Tracks, th.Blends)
	for i := range r.Tracks {
		t := &r.Tracks[i]
		judgeTrack(t, left[i], hasSound, th)
		if t.Verdict == Inconclusive {
			continue
		}
		found := Stretches(th.Level(left[i]), th.PartWeak)
		switch {
		case len(found) > 0 && (t.Verdict == Consistent || fitsBeside(found, left[i], th)):
			t.Verdict, t.Band, t.Reasons = Suspect, None, []Reason{PartOfClip}
			for _, s := range suspectParts(t.ID, left[i], found, th) {
				t.Band = stronger(t.Band, s.Band)
				r.Segments = append(r.Segments, s)
			}
		case t.Verdict == Suspect:
			r.Segments = append(r.Segments, Segment{Track: t.ID, Start: t.Start, End: t.End, Kind: "mismatch", Band: t.Band, Mean: meanMismatch(left[i]), Peak: math.NaN(), LogLR: math.NaN()})
		}
	}
	judgeFile(r, hasSound)
	slices.SortStableFunc(r.Segments, func(a, b Segment) int { return cmp.Compare(a.Start, b.Start) })
}

// withoutOthersTurns returns the scores of every track without those frames,
// now not judged, in which the voice fits another track's mouth and not this one.
func withoutOthersTurns(tracks []Track, b Blends) [][]Score {
	out := make([][]Score, len(tracks))
	fit := make([][]float64, len(tracks))
	for i, t := range tracks {
		out[i], fit[i] = t.Scores, overSecond(t.Scores, b.Second)
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

// judgeTrack judges a track as a whole.
func judgeTrack(t *Track, left []Score, hasSound bool, th Thresholds) {
	t.Verdict, t.Band, t.Reasons = Inconclusive, None, nil
	t.Score, t.Logit = math.NaN(), math.NaN()
	logit, judged := th.Logit(left)
	t.Judged = judged
	var openings []float64
	var seen, small, turned, voiced, judgeable int
	for i := range left {
		s := &left[i]
		if t.Scores[i].Judged {
			judgeable++
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
		}
		if s.Judged {
			openings = append(openings, s.Opening)
		}
	}
	switch {
	case !hasSound:
		t.Reasons = []Reason{NoSound}
	case t.Judged < MinJudged && small > seen/2:
		t.Reasons = []Reason{FaceTooSmall}
	case t.Judged < MinJudged && turned > seen/2:
		t.Reasons = []Reason{Profile}
	case voiced == 0:
		t.Reasons = []Reason{NoSpeech}
	case t.Judged < MinJudged && judgeable >= MinJudged:
		t.Reasons = []Reason{SpeakerAbsent} // somebody else in the picture speaks
	case t.Judged < MinJudged:
		t.Reasons = []Reason{TooShort}
	}
	if t.Reasons != nil {
		return
	}
	t.Score, t.Logit = 1/(1+math.Exp(-logit)), logit
	switch t.Band = bandOf(logit, th.TrackWeak, th.TrackModerate, th.TrackStrong); {
	case t.Band == None:
		t.Verdict = Consistent
	case deviation(openings) < RestingLips:
		t.Band, t.Reasons = None, []Reason{SpeakerAbsent}
	default:
		t.Verdict, t.Reasons = Suspect, []Reason{WholeClip}
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
	rank := []Band{None, Weak, Moderate, Strong}
	return rank[max(slices.Index(rank, a), slices.Index(rank, b))]
}

func deviation(x []float64) float64 {
	var sum, squares float64
	for _, v := range x {
		sum += v
		squares += v * v
	}
	n := float64(len(x))
	return math.Sqrt(max(squares/n-sum*sum/n/n, 0))
}

// suspectParts returns the segments that stretches of a track are: their ends
// are placed on the frames themselves, their band is that of the highest level.
func suspectParts(id int, scores []Score, found []Stretch, th Thresholds) []Segment {
	var out []Segment
	for _, p := range Placed(scores, found) {
		first := scores[0].Frame
		out = append(out, Segment{Track: id, Kind: "mismatch", Band: bandOf(p.Peak, th.PartWeak, th.PartModerate, th.PartStrong),
			Start: video.FrameTime(first + p.From), End: video.FrameTime(first + p.To), Mean: meanMismatch(scores[p.From:p.To]), Peak: p.Peak, LogLR: math.NaN()})
	}
	return out
}

// fitsBeside says whether the voice fits in the frames beside the stretches, and
// there is a second or more of them: then only the stretches are suspect.
func fitsBeside(found []Stretch, scores []Score, th Thresholds) bool {
	var beside sums
	for i := range scores {
		if !slices.ContainsFunc(found, func(p Stretch) bool { return i >= p.From && i < p.To }) {
			beside.add(&scores[i])
		}
	}
	logit, likeness, n := beside.means()
	return n >= MinJudged && th.Track.Of(logit, likeness) < th.TrackWeak
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
func judgeFile(r *Result, hasSound bool) {
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
