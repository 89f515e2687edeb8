package detector

import (
	"math"

	"github.com/deepcheck/deepcheck/video"
)

const (
	// sameVoice is log10 of the likelihood ratio of a voice change at a cut, at and below
	// which one voice is taken to speak on both sides of it. Of 40 cuts from one speaker to
	// another face that the voice goes on over 30 are, and 2 of 40 where another's begins.
	sameVoice = -0.5

	aboutCut = video.FrameRate / 3 // frames to either side in which the voice may change at a cut
	beside   = bridge              // frames between a segment or a track and a cut that it adjoins
	fitReach = video.FrameRate     // frames from a cut within which a mouth must be judged
)

// markCutaways notes, in every segment that adjoins a cut, the track on the other side whose
// mouth the voice fits there, where the same voice goes on across the cut: the picture may
// have cut away from whoever speaks, as interviews do. That the voice is not this mouth's
// is true then, and innocent; words in a cloned voice look alike, so the segment stays,
// and is weak. Bands of tracks and file follow.
func (r *Result) markCutaways(b Blends, change LRScale) {
	for again := true; again; {
		again = false
		for i := range r.Segments {
			if s := &r.Segments[i]; !s.Cutaway {
				if speaker, ok := r.speakerBeside(s, b, change); ok {
					s.Cutaway, s.Speaker, s.Band, again = true, speaker, Weak, true
				}
			}
		}
	}
	r.Band = None
	for i := range r.Tracks {
		t := &r.Tracks[i]
		if t.Verdict != Suspect {
			continue
		}
		t.Band = None
		for j := range r.Segments {
			if s := &r.Segments[j]; s.Track == t.ID {
				t.Band = stronger(t.Band, s.Band)
			}
		}
		r.Band = stronger(r.Band, t.Band)
	}
}

// speakerBeside returns the id of the track whose voice goes on in a segment.
func (r *Result) speakerBeside(s *Segment, b Blends, change LRScale) (id int, ok bool) {
	const near = beside * video.FrameDuration
	for i := range r.Tracks {
		t := &r.Tracks[i]
		if t.ID != s.Track {
			continue
		}
		for j := range r.Tracks {
			o := &r.Tracks[j]
			switch {
			case o.ID == t.ID:
			case s.Start-t.Start <= near && (o.End-t.Start).Abs() <= near:
				if id, ok = r.speaks(o, o.frames()-1, b); ok && r.goesOn(t.frame(0), o, change) {
					return id, true
				}
			case t.End-s.End <= near && (o.Start-t.End).Abs() <= near:
				if id, ok = r.speaks(o, 0, b); ok && r.goesOn(o.frame(0), o, change) {
					return id, true
				}
			}
		}
	}
	return NoTrack, false
}

// speaks returns whose voice is heard at an end of a track: its own, where that fits its
// mouth, or that of the speaker from whom it is a cutaway itself.
func (r *Result) speaks(t *Track, end int, b Blends) (id int, ok bool) {
	at := video.FrameTime(t.frame(end))
	for i := range r.Segments {
		if s := &r.Segments[i]; s.Track == t.ID && at >= s.Start-beside*video.FrameDuration && at <= s.End+beside*video.FrameDuration {
			return s.Speaker, s.Cutaway
		}
	}
	level := overSecond(t.Scores, b.Second)
	for d := range min(fitReach, len(level)) {
		if v := level[max(end, d)-min(end, d)]; !math.IsNaN(v) { // inwards from the end
			return t.ID, v < 0
		}
	}
	return NoTrack, false
}

// goesOn says whether one voice speaks on both sides of a cut at a frame of the picture,
// by the lag of a track beside it.
func (r *Result) goesOn(cut int, t *Track, change LRScale) bool {
	cut += int(t.LagAt(video.FrameTime(cut)) / video.FrameDuration)
	from, to := max(0, cut-aboutCut), min(len(r.Change.Course), cut+aboutCut+1)
	if from >= to || change.Slope <= 0 {
		return false
	}
	return ChangeScore(r.Change.Course[from:to]) <= change.Score(sameVoice) // of NaN it is not
}

// frames is the number of a track's frames.
func (t *Track) frames() int { return len(t.Scores) }

// frame is the number of a track's i-th frame.
func (t *Track) frame(i int) int { return int(t.Start/video.FrameDuration) + i }
