package verdict

import (
	"math"
	"time"

	"github.com/deepcheck/deepcheck/video"
)

const (
	// sameVoiceLogLR is the highest log10 likelihood ratio of a voice change at a cut for which
	// the voice counts as the same on both sides. It accepts over 30 of 40 cuts from a speaker to
	// another face across which the voice continues, and 2 of 40 at which another voice begins.
	sameVoiceLogLR = -0.5

	// cutReach is how far from a cut, in frames, a change of voice belongs to the cut: 0.32 s.
	cutReach = video.FrameRate / 3

	// fitReach is how far from a cut, in frames, the voice is compared with the other mouth: 1 s.
	fitReach = video.FrameRate

	// cutTolerance is the greatest distance of a segment or track from a cut that it adjoins.
	cutTolerance = MaxGap * video.FrameDuration
)

// MarkCutaways finds segments in which the picture may have cut away from the speaker, as in an
// interview. Such a segment adjoins a cut, the voice fits the mouth of the track on the other
// side of the cut, and the same voice continues across the cut. It has an innocent explanation,
// but spliced words in a cloned voice look the same. It therefore remains a segment, with the
// band Weak, and names the track of the speaker. Cutaways may follow each other. The bands of
// tracks and file are updated. change is the scale of voice changes.
func (r *Result) MarkCutaways(fusions Fusions, change LRScale) {
	for changed := true; changed; {
		changed = false
		for i := range r.Segments {
			if s := &r.Segments[i]; !s.Cutaway {
				if speaker, ok := r.speakerAcrossCut(s, fusions, change); ok {
					s.Cutaway, s.Speaker, s.Band, changed = true, speaker, Weak, true
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

// speakerAcrossCut returns the id of the track whose voice continues in a segment, across a cut
// at the start or the end of the segment; ok is false if there is none.
func (r *Result) speakerAcrossCut(s *Segment, fusions Fusions, change LRScale) (id int, ok bool) {
	t := r.Track(s.Track)
	for i := range r.Tracks {
		other := &r.Tracks[i]
		atCut, after := 0, other // index in other.Scores at the cut; the track after the cut
		switch {
		case other.ID == t.ID:
			continue
		case s.Start-t.Start <= cutTolerance && (other.End-t.Start).Abs() <= cutTolerance:
			// other ends where s starts
			atCut, after = len(other.Scores)-1, t
		case t.End-s.End > cutTolerance || (other.Start-t.End).Abs() > cutTolerance:
			// other does not start where s ends either
			continue
		}
		if id, ok = r.speakerAt(other, atCut, fusions); ok && r.sameVoiceAcross(after.Start, other, change) {
			return id, true
		}
	}
	return NoTrack, false
}

// speakerAt returns the id of the track whose voice speaks at the first or the last frame of a
// track, given as index i. That is the track itself if the voice fits its mouth there, or the
// speaker of the cutaway if the frame lies in a cutaway. ok is false if neither is known.
func (r *Result) speakerAt(t *Track, i int, fusions Fusions) (id int, ok bool) {
	at := t.Start + video.FrameTime(i)
	for k := range r.Segments {
		if s := &r.Segments[k]; s.Track == t.ID && at >= s.Start-cutTolerance && at <= s.End+cutTolerance {
			return s.Speaker, s.Cutaway
		}
	}
	logits := secondLogits(t.Scores, fusions.Second)
	for d := range min(fitReach, len(logits)) {
		if v := logits[max(i, d)-min(i, d)]; !math.IsNaN(v) { // d frames into the track
			return t.ID, v < 0
		}
	}
	return NoTrack, false
}

// sameVoiceAcross reports whether one voice speaks on both sides of a cut. The sound at the cut is
// found by the lag of a track that adjoins the cut.
func (r *Result) sameVoiceAcross(cut time.Duration, t *Track, change LRScale) bool {
	at := int(cut/video.FrameDuration) + int(t.LagAt(cut)/video.FrameDuration)
	from, to := max(0, at-cutReach), min(len(r.Change.Curve), at+cutReach+1)
	if from >= to || change.Slope <= 0 {
		return false
	}
	return ChangeScore(r.Change.Curve[from:to]) <= change.ScoreAt(sameVoiceLogLR) // false for NaN
}
