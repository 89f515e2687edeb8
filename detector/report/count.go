package report

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

const (
	// levelStep is the finest step of the threshold that the page knows, in
	// logits.
	levelStep = 1.0 / 16

	// levelReach is how far the threshold can be moved, in steps: 4 logits are
	// from .5 to .98 or to .02.
	levelReach = 64

	levelZero = 128 // the byte of a level that lies at the threshold
)

// pageData is what the page's script counts with.
type pageData struct {
	Rate   int         `json:"rate"`   // frames a second
	Frames int         `json:"frames"` // of the file
	Least  int         `json:"least"`  // frames of a stretch
	Bridge int         `json:"bridge"` // frames without a level that do not end one
	Base   float64     `json:"base"`   // logit of the default threshold
	Step   float64     `json:"step"`   // logits
	Count  string      `json:"count"`  // words, with %s, %d and %s
	Tracks []pageTrack `json:"tracks"`
}

type pageTrack struct {
	ID    int    `json:"id"`
	First int    `json:"first"` // frame of what was judged
	Level string `json:"level"` // base64 of a byte a frame, see quantised
}

// newPageData returns what is needed to count suspect seconds at any threshold;
// nil where there is no threshold or nothing that was judged.
func newPageData(w *words, res *verdict.Result, levels [][]float64) *pageData {
	if !movable(res.Thresholds) {
		return nil
	}
	d := &pageData{Rate: video.FrameRate, Frames: totalFrames(res), Least: verdict.MinInterval, Bridge: verdict.MaxGap,
		Base: res.Thresholds.SegmentWeak, Step: levelStep, Count: string(w.Page.ThresholdCount)}
	for i := range res.Tracks {
		t := &res.Tracks[i]
		if counted(t) {
			d.Tracks = append(d.Tracks, pageTrack{t.ID, firstFrame(t) - res.First, base64.StdEncoding.EncodeToString(quantised(levels[i], d.Base))})
		}
	}
	if d.Tracks == nil {
		return nil
	}
	return d
}

// counted reports whether a track can have suspect seconds.
func counted(t *verdict.Track) bool {
	return (t.Verdict == verdict.Consistent || t.Verdict == verdict.Suspect) && len(t.Scores) > 0
}

// quantised returns a byte a level: 0 for none, else how many steps it lies above
// base, rounded down, plus levelZero. At the default and at every whole step
// from it a level is thus on the same side of the threshold as it truly is.
func quantised(level []float64, base float64) []byte {
	out := make([]byte, len(level))
	for i, l := range level {
		if finite(l) {
			out[i] = byte(min(max(math.Floor((l-base)/levelStep), 1-levelZero), 255-levelZero) + levelZero)
		}
	}
	return out
}

// countAt counts the suspect frames of a file at a threshold, each once however
// many tracks are suspect in it, and the stretches. It is what the script does.
func countAt(res *verdict.Result, levels [][]float64, threshold float64) (frames, stretches int) {
	seen := map[int]bool{}
	for i := range res.Tracks {
		if !counted(&res.Tracks[i]) {
			continue
		}
		for _, s := range verdict.FindIntervals(levels[i], threshold) {
			stretches++
			for f := s.From; f < s.To; f++ {
				seen[firstFrame(&res.Tracks[i])+f] = true
			}
		}
	}
	return len(seen), stretches
}

// An htmlThreshold is the slider of a file.
type htmlThreshold struct {
	Reach   int
	Default string // mismatch
	Count   string
	Judged  string // seconds
	Data    string // JSON
}

func (w *words) threshold(res *verdict.Result, levels [][]float64) (*htmlThreshold, error) {
	d := newPageData(w, res, levels)
	if d == nil {
		return nil, nil
	}
	data, err := ascii(d)
	if err != nil {
		return nil, err
	}
	n, stretches := countAt(res, levels, d.Base)
	judged := decimals(frames(judgedFrames(res)), 2)
	return &htmlThreshold{Reach: levelReach, Default: decimals(probability(d.Base), 2), Judged: judged, Data: data,
		Count: w.Page.ThresholdCount.Fill(decimals(frames(n), 2), stretches, judged)}, nil
}

// ascii returns v as JSON of ASCII characters only, without any that HTML or a
// terminal would read as its own.
func ascii(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, r := range string(raw) {
		switch {
		case r < 0x7f:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default: // a surrogate pair, as JSON has them
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
	}
	return b.String(), nil
}
