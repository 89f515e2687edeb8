package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

// evidence returns the likelihood ratios of the file in sentences: voice against mouth and lip
// motion, both of the evidence track, and voice change. The ratios are not combined. A ratio
// for which the weights have no scale is left out.
func (w *words) evidence(res *verdict.Result) []string {
	t := evidenceTrack(res)
	if t == nil {
		return nil
	}
	var out []string
	for _, s := range []string{w.voiceEvidence(res, t), w.motionEvidence(t), w.changeEvidence(res)} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// voiceEvidence returns sentences with the likelihood ratio of voice against mouth, empty if
// there is none. If a segment of the track has a ratio, the highest one comes first.
func (w *words) voiceEvidence(res *verdict.Result, t *verdict.Track) string {
	var parts []string
	segment := worstSegment(res, t.ID)
	if segment != nil {
		parts = append(parts, w.SegmentWeighs.Fill(clock(segment.Start), clock(segment.End), t.ID, w.ratioInWords(segment.LogLR, w.OtherVoiceInSegment, w.OwnVoice)), w.SegmentSelected)
		if hasLogLR(segment.VoiceLogLR) {
			parts = append(parts, w.SegmentVoice.Fill(w.ratioInWords(segment.VoiceLogLR, w.AnotherSpeaks, w.SameSpeaks)))
		}
		if segment.VoiceLogLR < 0 {
			parts = append(parts, w.SegmentSameVoice)
		}
	}
	if hasLogLR(t.LogLR) {
		parts = append(parts, w.VoiceWeighs.Fill(t.ID, w.ratioInWords(t.LogLR, w.OthersVoice, w.OwnVoice)))
		switch {
		case segment != nil:
			parts = append(parts, w.TrackAverages)
		case slices.Contains(t.Reasons, verdict.PartOfFile):
			parts = append(parts, w.TrackAveragesOnly)
		}
	}
	return strings.Join(parts, " ")
}

// worstSegment returns the segment of a track with the highest likelihood ratio, nil if no
// segment has one.
func worstSegment(res *verdict.Result, track int) *verdict.Segment {
	var worst *verdict.Segment
	for i := range res.Segments {
		if s := &res.Segments[i]; s.Track == track && hasLogLR(s.LogLR) && (worst == nil || s.LogLR > worst.LogLR) {
			worst = s
		}
	}
	return worst
}

// motionEvidence returns a sentence with the likelihood ratio of the lip motion of a track,
// empty if there is none.
func (w *words) motionEvidence(t *verdict.Track) string {
	m := &t.Motion
	if m.Windows == 0 || !hasLogLR(m.LogLR) {
		return ""
	}
	return w.MotionWeighs.Fill(t.ID, w.ratioInWords(m.LogLR, w.GeneratedMouth, w.FilmedMouth), m.Windows, m.Outline, m.Flicker)
}

// An evidenceQuestion is one question in the evidence section of the page: two competing
// propositions, their likelihood ratio, and sentences on the verdict.
type evidenceQuestion struct {
	Title        string
	Propositions []string
	Ratio        string
	Says         []string
}

// evidenceQuestions returns the three questions of the evidence section, nil for a file that
// failed.
func (w *words) evidenceQuestions(f *File) []evidenceQuestion {
	if f.failed() {
		return nil
	}
	voice := evidenceQuestion{Title: w.Page.VoiceQuestion, Propositions: w.Page.Propositions, Ratio: w.Page.NoRatio, Says: w.Page.weighs(f)}
	motion := evidenceQuestion{Title: w.Page.MotionQuestion, Propositions: w.Page.MotionPropositions, Ratio: w.Page.NoRatio}
	change := evidenceQuestion{Title: w.Page.ChangeQuestion, Propositions: w.Page.ChangePropositions, Ratio: cmp.Or(w.changeEvidence(f.Result), w.Page.NoRatio)}
	if t := evidenceTrack(f.Result); t != nil {
		voice.Ratio = cmp.Or(w.voiceEvidence(f.Result, t), voice.Ratio)
		motion.Ratio = cmp.Or(w.motionEvidence(t), motion.Ratio)
	}
	return []evidenceQuestion{voice, motion, change}
}

// hasLogLR reports whether logLR is a likelihood ratio: 0 and NaN mean none.
func hasLogLR(logLR float64) bool { return isFinite(logLR) && logLR != 0 }

// ratioInWords says how many times more probable the measurements are under one proposition than
// under the other, with the verbal equivalent of the ratio.
func (w *words) ratioInWords(logLR float64, one, other string) string {
	if logLR < 0 {
		logLR, one, other = -logLR, other, one
	}
	ratio := math.Pow(10, logLR)
	digits := 1
	if ratio >= 10 {
		digits = 0
	}
	return w.TimesMore.Fill(strconv.FormatFloat(ratio, 'f', digits, 64), one, other, w.Verbal(logLR))
}

// evidenceTrack returns the track that the evidence of a file describes: the track with the
// strongest band, among these the one with the most judged frames, then the one with the most
// frames. It returns nil if there are no tracks.
func evidenceTrack(res *verdict.Result) *verdict.Track {
	var best *verdict.Track
	for i := range res.Tracks {
		t := &res.Tracks[i]
		if best == nil || cmp.Or(cmp.Compare(t.Band.Rank(), best.Band.Rank()),
			cmp.Compare(t.Judged, best.Judged), cmp.Compare(len(t.Scores), len(best.Scores))) > 0 {
			best = t
		}
	}
	return best
}
