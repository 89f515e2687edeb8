package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// Limits of the lag by ITU-R BT.1359-1 (1998), figure 2. Viewers do not notice a lag within
// the detectable limits, and do not accept one beyond the acceptable limits.
const (
	detectableEarly = -45 * time.Millisecond
	detectableLate  = 125 * time.Millisecond
	acceptableEarly = -90 * time.Millisecond
	acceptableLate  = 185 * time.Millisecond
)

// minLagConfidence is the least confidence of a lag that is compared with the limits of
// BT.1359. A lag of less confidence is as likely wrong as right.
const minLagConfidence = 0.3

// maxNamed is the maximum number of intervals in a sentence.
const maxNamed = 5

// explain returns sentences on the verdict, the data behind it and the likelihood ratios,
// but not on the lag.
func (w *words) explain(f *File) []string {
	if f.failed() {
		return w.found(f)
	}
	return append(w.found(f), w.evidence(f.Result)...)
}

// found returns the sentences of explain without the likelihood ratios.
func (w *words) found(f *File) []string {
	if f.failed() {
		reason := f.Err
		if reason == "" {
			reason = w.Unknown
		}
		return []string{w.FailedMeans.Fill(printable(strings.TrimRight(reason, ".\n ")))}
	}
	res := f.Result
	var out []string
	if res.Verdict != verdict.Suspect || len(res.Reasons) == 0 { // else a reason says more
		out = append(out, w.meaning(res.Verdict))
	}
	for _, r := range res.Reasons {
		out = append(out, sentence(w.Reason(r)))
	}
	if res.Verdict == verdict.Suspect {
		if !slices.Contains(res.Reasons, verdict.WholeFile) { // its sentence holds CannotTell
			out = append(out, w.CannotTell)
		}
		if s := w.bandMeaning(res.Band); s != "" {
			out = append(out, s)
		}
		if slices.ContainsFunc(res.Warnings, func(s string) bool { return strings.HasPrefix(s, video.DamageWarning) }) {
			out = append(out, w.Damaged)
		}
	}
	if s := w.cutaways(res.Segments); s != "" {
		out = append(out, s)
	}
	out = append(out, w.restsOn(res))
	if res.Part {
		out = append(out, w.PartOnly.Fill(w.scannedTimeRange(res)))
	}
	if s := w.otherSound(res); s != "" {
		out = append(out, s)
	}
	if n := framesLeftOut(res, frozen); n > 0 {
		out = append(out, w.Frozen.Fill(decimals(frameSeconds(n), 1)))
	}
	if n := framesLeftOut(res, idle); n > 0 {
		out = append(out, w.Idle.Fill(decimals(frameSeconds(n), 1)))
	}
	if len(res.BelowFileThreshold) > 0 {
		out = append(out, w.BelowFileThreshold.Fill(w.worst(res.BelowFileThreshold)))
	}
	if len(res.OverlappedSpeech) > 0 {
		out = append(out, w.OverlappedSpeech.Fill(w.worst(res.OverlappedSpeech)))
	}
	return out
}

// cutaways names the first segments whose voice continues from another mouth, "" if there are
// none.
func (w *words) cutaways(all []verdict.Segment) string {
	var parts []string
	for i := range all {
		if s := &all[i]; s.Cutaway {
			parts = append(parts, w.CutawayFrom.Fill(w.timeSpan(s), s.Speaker))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return w.Cutaways.Fill(strings.Join(w.firstFew(parts, maxNamed), ", "))
}

// worst names the segments with the highest peaks.
func (w *words) worst(all []verdict.Segment) string {
	worst := slices.Clone(all)
	slices.SortStableFunc(worst, func(a, b verdict.Segment) int { return cmp.Compare(b.Peak, a.Peak) })
	return strings.Join(w.firstFew(w.timeSpans(worst), maxNamed), ", ")
}

// timeSpan returns the time range of a segment.
func (w *words) timeSpan(s *verdict.Segment) string {
	return w.Interval.Fill(clock(s.Start), clock(s.End))
}

// segmentLine returns the interval, track, band and mean mismatch of a segment.
func (w *words) segmentLine(s *verdict.Segment) string {
	return w.SegmentLine.Fill(w.timeSpan(s), s.Track, orDash(w.band(s.Band)), decimals(s.Mean, 2))
}

func (w *words) timeSpans(all []verdict.Segment) []string {
	var out []string
	for i := range all {
		out = append(out, w.timeSpan(&all[i]))
	}
	return out
}

// firstFew returns the first parts, and a last one with the number of the others.
func (w *words) firstFew(parts []string, most int) []string {
	if more := len(parts) - most; more > 0 {
		return append(slices.Clip(parts[:most]), w.Sweep.MoreSegments.Fill(more))
	}
	return parts
}

func (w *words) restsOn(res *verdict.Result) string {
	voiced, of, all := decimals(frameSeconds(res.Voiced), 1), w.AFile, decimals(frameSeconds(res.Frames), 1)
	if res.Part {
		of = w.APart
	}
	if n := judgedFrames(res); n > 0 {
		return w.RestsOn.Fill(decimals(frameSeconds(n), 1), voiced, of, all)
	}
	return w.RestsNone.Fill(voiced, of, all)
}

// otherSound returns a sentence on sound tracks that were not judged or channels that were
// mixed, "" if there is nothing to say.
func (w *words) otherSound(res *verdict.Result) string {
	m := &res.Media
	switch s := m.Sound(); {
	case len(m.SoundTracks) > 1:
		return w.OtherTracks.Fill(m.SoundTrack, len(m.SoundTracks))
	case s != nil && s.Channels > 1 && m.Channel == 0 && slices.ContainsFunc(res.Reasons, noSpeechReason):
		return w.MixedChannels.Fill(s.Channels)
	}
	return ""
}

func noSpeechReason(r verdict.Reason) bool { return r == verdict.NoSpeech || r == verdict.NoSound }

// scannedTimeRange returns the time range of the file that was scanned.
func (w *words) scannedTimeRange(res *verdict.Result) string {
	start, end := res.Span()
	return w.Interval.Fill(clock(start), clock(end))
}

// verdict returns the word for a verdict.
func (w *words) verdict(v verdict.Verdict) string {
	switch v {
	case verdict.Consistent:
		return w.Consistent
	case verdict.Suspect:
		return w.Suspect
	case verdict.Inconclusive:
		return w.Inconclusive
	case verdict.Failed:
		return w.Failed
	}
	return w.Unnamed
}

// banded returns the words for a verdict and its band.
func (w *words) banded(v verdict.Verdict, b verdict.Band) string {
	if band := w.band(b); v == verdict.Suspect && band != "" {
		return w.Banded.Fill(w.verdict(v), band)
	}
	return w.verdict(v)
}

func (w *words) meaning(v verdict.Verdict) string {
	switch v {
	case verdict.Consistent:
		return w.ConsistentMeans
	case verdict.Suspect:
		return w.SuspectMeans
	case verdict.Inconclusive:
		return w.InconclusiveMeans
	}
	return sentence(w.Unnamed)
}

func (w *words) band(b verdict.Band) string {
	switch b {
	case verdict.Weak:
		return w.Weak
	case verdict.Moderate:
		return w.Moderate
	case verdict.Strong:
		return w.Strong
	}
	return ""
}

func (w *words) bandMeaning(b verdict.Band) string {
	switch b {
	case verdict.Weak:
		return w.WeakMeans
	case verdict.Moderate:
		return w.ModerateMeans
	case verdict.Strong:
		return w.StrongMeans
	}
	return ""
}

// lag returns how late or early the sound is, in a few words.
func (w *words) lag(l avsync.Lag) string {
	if !lagKnown(l) {
		return w.LagUnknown
	}
	ms := decimals(milliseconds(l.Duration().Abs()), 0)
	switch {
	case ms == "0":
		return w.LagNone
	case l.Duration() > 0:
		return w.LagLate.Fill(ms)
	}
	return w.LagEarly.Fill(ms)
}

// lagSentences compares the lag of the file's main track with the limits of BT.1359. It
// returns nil if no lag is known.
func (w *words) lagSentences(res *verdict.Result) []string {
	t := lagTrack(res)
	if t == nil {
		return nil
	}
	out := []string{w.LagSentence.Fill(w.lag(t.Lag), t.ID, decimals(t.Lag.Confidence, 2))}
	if least, most := lagRange(t); least != most {
		out = append(out, w.LagMoves.Fill(decimals(milliseconds(least), 0), decimals(milliseconds(most), 0)))
	}
	return append(out, w.lagRemark(t.Lag), w.LagIsNot)
}

func (w *words) lagRemark(l avsync.Lag) string {
	switch late := l.Duration(); {
	case l.Confidence < minLagConfidence:
		return w.LagUnsure
	case late >= detectableEarly && late <= detectableLate:
		return w.LagUnnoticed
	case late >= acceptableEarly && late <= acceptableLate:
		return w.LagNoticed
	}
	return w.LagUnacceptable
}

// counts returns the number of files with each verdict.
func (w *words) counts(r *Run) string {
	if len(r.Files) == 0 {
		return w.NoFiles
	}
	return w.Counts.Fill(len(r.Files), r.count(verdict.Suspect), r.count(verdict.Consistent),
		r.count(verdict.Inconclusive), r.count(verdict.Failed))
}

// media returns the format, the streams, the bit rate and the declared length of a file.
func (w *words) media(m *video.Info) string {
	var parts []string
	if m.Format != "" {
		parts = append(parts, strings.ReplaceAll(m.Format, ",", "/"))
	}
	switch {
	case m.VideoCodec == "" && m.Format != "":
		parts = append(parts, w.NoPicture)
	case m.VideoCodec != "":
		parts = append(parts, m.VideoCodec)
	}
	if m.Width > 0 && m.Height > 0 {
		parts = append(parts, fmt.Sprintf("%dx%d", m.Width, m.Height))
	}
	if m.Rotation != 0 {
		parts = append(parts, w.Rotated.Fill(m.Rotation))
	}
	if rate := m.Rate(); rate > 0 {
		parts = append(parts, w.FramesASecond.Fill(strconv.FormatFloat(round(rate, 3), 'f', -1, 64)))
	}
	if m.Interlaced {
		parts = append(parts, w.Interlaced)
	}
	if m.Sound() != nil {
		parts = append(parts, w.sound(m))
	} else if m.Format != "" {
		parts = append(parts, w.NoSound)
	}
	if m.BitRate > 0 {
		parts = append(parts, w.BitRate.Fill(decimals(float64(m.BitRate)/1000, 0)))
	}
	if m.Duration > 0 {
		parts = append(parts, w.Announced.Fill(decimals(m.Duration.Seconds(), 1)))
	}
	if len(parts) == 0 {
		return w.Unknown
	}
	return printable(strings.Join(parts, ", "))
}

// sound returns the codec of the sound that was judged, and its track and channel if there
// was a choice.
func (w *words) sound(m *video.Info) string {
	s := m.Sound()
	var which []string
	if n := len(m.SoundTracks); n > 1 {
		which = append(which, w.SoundTrack.Fill(m.SoundTrack, n))
		if s.Language != "" {
			which = append(which, s.Language)
		}
	}
	if m.Channel > 0 {
		which = append(which, w.Channel.Fill(m.Channel, s.Channels))
	}
	if len(which) == 0 {
		return s.Codec
	}
	return s.Codec + " (" + strings.Join(which, ", ") + ")"
}

// clock returns d as 1:02:03.40, 2:03.40 or 0:03.40: without hours below one hour, and with
// hundredths of a second, since a frame lasts 4 of them.
func clock(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	h := int64(d.Round(10*time.Millisecond) / (10 * time.Millisecond)) // hundredths
	if h >= 3600_00 {
		return fmt.Sprintf("%s%d:%02d:%02d.%02d", sign, h/3600_00, h/60_00%60, h/100%60, h%100)
	}
	return fmt.Sprintf("%s%d:%02d.%02d", sign, h/60_00, h/100%60, h%100)
}

// decimals returns x with n decimals, "-" if x is not finite.
func decimals(x float64, n int) string {
	if !isFinite(x) {
		return "-"
	}
	return strconv.FormatFloat(round(x, n), 'f', n, 64)
}

// sentence returns s with a capital letter and a full stop.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return capital(s)
	}
	return capital(s) + "."
}

// capital returns s with a capital letter at its start.
func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// printable returns s with an escape such as \n, \x1b or \u202e in place of each character
// that is neither visible nor a plain space. A file name can thus neither control a
// terminal nor reverse the direction of a line.
func printable(s string) string {
	plain := true
	for _, r := range s {
		if r == utf8.RuneError || !strconv.IsPrint(r) {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"): // not UTF-8
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

// named returns a file name for people. It quotes a name that is empty or needs escapes.
func named(path string) string {
	if shown := printable(path); shown != path || path == "" {
		return strconv.Quote(path)
	}
	return path
}
