package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

// evidence returns what the numbers of the file's weighty track weigh, in the
// ledgers that are kept apart: the voice against the mouth, the way in which the
// mouth moves, and whether the voice changes. A ratio that the weights have no scale
// for is left out.
func (w *words) evidence(res *verdict.Result) []string {
	t := weighty(res)
	if t == nil {
		return nil
	}
	var out []string
	for _, s := range []string{w.voiceWeighs(res, t), w.motionWeighs(t), w.changeWeighs(res)} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// voiceWeighs returns the likelihood ratio of a track's first ledger in a
// sentence, empty where there is none. Where a part of the track is suspect, the
// ratio of the most suspect part comes first.
func (w *words) voiceWeighs(res *verdict.Result, t *verdict.Track) string {
	var parts []string
	part := worstPart(res, t.ID)
	if part != nil {
		parts = append(parts, w.PartWeighs.Fill(clock(part.Start), clock(part.End), t.ID, w.times(part.LogLR, w.OthersPart, w.OwnVoice)), w.PartChance)
		if weighed(part.VoiceLogLR) {
			parts = append(parts, w.PartVoice.Fill(w.times(part.VoiceLogLR, w.AnotherSpeaks, w.SameSpeaks)))
		}
		if part.VoiceLogLR < 0 {
			parts = append(parts, w.PartSameVoice)
		}
	}
	if weighed(t.LogLR) {
		parts = append(parts, w.VoiceWeighs.Fill(t.ID, w.times(t.LogLR, w.OthersVoice, w.OwnVoice)))
		switch {
		case part != nil:
			parts = append(parts, w.PartDrowns)
		case slices.Contains(t.Reasons, verdict.PartOfFile):
			parts = append(parts, w.PartApart)
		}
	}
	return strings.Join(parts, " ")
}

// worstPart returns the segment of a track with the highest likelihood ratio of its
// own, nil where none has one.
func worstPart(res *verdict.Result, track int) *verdict.Segment {
	var worst *verdict.Segment
	for i := range res.Segments {
		if s := &res.Segments[i]; s.Track == track && weighed(s.LogLR) && (worst == nil || s.LogLR > worst.LogLR) {
			worst = s
		}
	}
	return worst
}

// motionWeighs does the same for the second.
func (w *words) motionWeighs(t *verdict.Track) string {
	m := &t.Motion
	if m.Windows == 0 || !weighed(m.LogLR) {
		return ""
	}
	return w.MotionWeighs.Fill(t.ID, w.times(m.LogLR, w.GeneratedMouth, w.FilmedMouth), m.Windows, m.Outline, m.Flicker)
}

// A ledger is one question of the page's block on evidence: the propositions
// that stand against each other, and what the numbers say of them.
type ledger struct {
	Title        string
	Propositions []string
	Ratio        string
	Says         []string
}

// ledgers returns what the numbers of a file weigh; nothing for one that could
// not be judged.
func (w *words) ledgers(f *File) []ledger {
	if f.failed() {
		return nil
	}
	voice := ledger{Title: w.Page.VoiceLedger, Propositions: w.Page.Propositions, Ratio: w.Page.NoRatio, Says: w.Page.weighs(f)}
	motion := ledger{Title: w.Page.MotionLedger, Propositions: w.Page.MotionPropositions, Ratio: w.Page.NoRatio}
	change := ledger{Title: w.Page.ChangeLedger, Propositions: w.Page.ChangePropositions, Ratio: orElse(w.changeWeighs(f.Result), w.Page.NoRatio)}
	if t := weighty(f.Result); t != nil {
		voice.Ratio = orElse(w.voiceWeighs(f.Result, t), voice.Ratio)
		motion.Ratio = orElse(w.motionWeighs(t), motion.Ratio)
	}
	return []ledger{voice, motion, change}
}

// weighed says whether there is a likelihood ratio.
func weighed(logLR float64) bool { return finite(logLR) && logLR != 0 }

// times says in words how many times more probable the numbers are under the one
// proposition than under the other, and what that is called.
func (w *words) times(logLR float64, one, other string) string {
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

// weighty returns the track that a file's evidence is told of: the suspect one of the
// strongest band, where there is one; then that with the most judged frames, then the
// most frames. nil without tracks.
func weighty(res *verdict.Result) *verdict.Track {
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
