package verdict

import (
	"math"
	"time"

	"github.com/deepcheck/deepcheck/video"
)

const (
	// sameVoice is log10 of the likelihood ratio of a voice change at a cut, at and below
	// which one voice is taken to speak on both sides of it. Of 40 cuts from one speaker to
	// another face that the voice goes on over 30 are, and 2 of 40 where another's begins.
	sameVoiceLogLR = -0.5

	cutReach     = video.FrameRate / 3          // frames to either side in which the voice may change at a cut
	fitReach     = video.FrameRate              // frames from a cut within which a mouth must be judged
	cutTolerance = MaxGap * video.FrameDuration // between a segment or a track and a cut that it adjoins
)

// MarkCutaways notes, in every segment that adjoins a cut, the track on the other side whose
// mouth the voice fits there, where the same voice goes on across the cut: the picture may
// have cut away from whoever speaks, as interviews do. That the voice is not this mouth's
// is true then, and innocent; words in a cloned voice look alike, so the segment stays,
// and is weak. Bands of tracks and file follow.
func (r *Result) MarkCutaways(b Fusions, change LRScale) {
	for again := true; again; {
		again = false
		for i := range r.Segments {
			if s := &r.Segments[i]; !s.Cutaway {
				if speaker, ok := r.speakerAcrossCut(s, b, change); ok {
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
func (r *Result) speakerAcrossCut(s *Segment, b Fusions, change LRScale) (id int, ok bool) {
	t := r.Track(s.Track)
	for i := range r.Tracks {
		o := &r.Tracks[i]
		end, cut := 0, o // where o lies at the cut, and the track that begins there
		switch {
		case o.ID == t.ID:
			continue
		case s.Start-t.Start <= cutTolerance && (o.End-t.Start).Abs() <= cutTolerance:
			end, cut = len(o.Scores)-1, t
		case t.End-s.End > cutTolerance || (o.Start-t.End).Abs() > cutTolerance:
			continue
		}
		if id, ok = r.speakerAt(o, end, b); ok && r.sameVoiceAcross(cut.Start, o, change) {
			return id, true
		}
	}
	return NoTrack, false
}

// speaks returns whose voice is heard at a frame of a track, its first or its last: its own,
// where that fits its mouth, or that of the speaker from whom it is a cutaway itself.
func (r *Result) speakerAt(t *Track, end int, b Fusions) (id int, ok bool) {
	at := t.Start + video.FrameTime(end)
	for i := range r.Segments {
		if s := &r.Segments[i]; s.Track == t.ID && at >= s.Start-cutTolerance && at <= s.End+cutTolerance {
			return s.Speaker, s.Cutaway
		}
	}
	level := secondLogits(t.Scores, b.Second)
	for d := range min(fitReach, len(level)) {
		if v := level[max(end, d)-min(end, d)]; !math.IsNaN(v) { // inwards from the end
			return t.ID, v < 0
		}
	}
	return NoTrack, false
}

// goesOn says whether one voice speaks on both sides of a cut, by the lag of a track beside it.
func (r *Result) sameVoiceAcross(cut time.Duration, t *Track, change LRScale) bool {
	at := int(cut/video.FrameDuration) + int(t.LagAt(cut)/video.FrameDuration)
	from, to := max(0, at-cutReach), min(len(r.Change.Curve), at+cutReach+1)
	if from >= to || change.Slope <= 0 {
		return false
	}
	return ChangeScore(r.Change.Curve[from:to]) <= change.Score(sameVoiceLogLR) // of NaN it is not
}
