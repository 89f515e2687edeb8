package report

import (
	"fmt"
	"math"
	"strconv"

	"github.com/deepcheck/deepcheck/detector"
)

// evidence returns what the numbers of the file's main track weigh, in the two
// ledgers that are kept apart: the voice against the mouth, and the way in which
// the lips move. A ratio that the weights have no scale for is left out.
func (w *words) evidence(res *detector.Result) []string {
	t := longest(res)
	if t == nil {
		return nil
	}
	var out []string
	if weighed(t.LogLR) {
		out = append(out, fmt.Sprintf(w.VoiceWeighs, t.ID, w.times(t.LogLR, w.OthersVoice, w.OwnVoice)))
	}
	if m := t.Motion; m.Windows > 0 && weighed(m.LogLR) {
		out = append(out, fmt.Sprintf(w.MotionWeighs, t.ID, w.times(m.LogLR, w.GeneratedMouth, w.FilmedMouth), m.Windows))
	}
	return out
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
	return fmt.Sprintf(w.TimesMore, strconv.FormatFloat(ratio, 'f', digits, 64), one, other, detector.Verbal(logLR))
}

// longest returns the track with the most judged frames, then the most frames;
// nil without tracks.
func longest(res *detector.Result) *detector.Track {
	var best *detector.Track
	for i := range res.Tracks {
		t := &res.Tracks[i]
		if best == nil || t.Judged > best.Judged || t.Judged == best.Judged && len(t.Scores) > len(best.Scores) {
			best = t
		}
	}
	return best
}
