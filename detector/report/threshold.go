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
	// thresholdStep is the step of the page's threshold slider, in logits.
	thresholdStep = 1.0 / 16

	// maxSteps is the number of steps from the default threshold to each end of the slider.
	// The steps add up to 4 logits, which takes a threshold of 0.5 to 0.98 or 0.02.
	maxSteps = 64

	thresholdByte = 128 // byte of a suspicion at the default threshold
)

// thresholdData is the input of the page's script, which counts suspect seconds.
type thresholdData struct {
	Rate        int              `json:"rate"`   // frames/s
	Frames      int              `json:"frames"` // of the scanned time range
	MinInterval int              `json:"least"`  // minimum length of an interval, in frames
	MaxGap      int              `json:"bridge"` // maximum gap inside an interval, in frames
	Base        float64          `json:"base"`   // default threshold, in logits
	Step        float64          `json:"step"`   // in logits
	Count       string           `json:"count"`  // format with %s, %d and %s
	Tracks      []thresholdTrack `json:"tracks"`
}

type thresholdTrack struct {
	ID        int    `json:"id"`
	First     int    `json:"first"` // first frame, counted from the first scanned frame
	Suspicion string `json:"level"` // base64 of one byte per frame, see quantised
}

// newThresholdData returns the data for counting suspect seconds at any threshold. It returns
// nil if res has no thresholds or no track can have suspect seconds.
func newThresholdData(w *words, res *verdict.Result, suspicions [][]float64) *thresholdData {
	if !hasThreshold(res.Thresholds) {
		return nil
	}
	d := &thresholdData{Rate: video.FrameRate, Frames: totalFrames(res), MinInterval: verdict.MinInterval, MaxGap: verdict.MaxGap,
		Base: res.Thresholds.SegmentWeak, Step: thresholdStep, Count: string(w.Page.ThresholdCount)}
	for i := range res.Tracks {
		t := &res.Tracks[i]
		if canBeSuspect(t) {
			d.Tracks = append(d.Tracks, thresholdTrack{t.ID, firstFrame(t) - res.First, base64.StdEncoding.EncodeToString(quantised(suspicions[i], d.Base))})
		}
	}
	if d.Tracks == nil {
		return nil
	}
	return d
}

// canBeSuspect reports whether a track can have suspect seconds.
func canBeSuspect(t *verdict.Track) bool {
	return (t.Verdict == verdict.Consistent || t.Verdict == verdict.Suspect) && len(t.Scores) > 0
}

// quantised returns one byte per suspicion: 0 if the suspicion is not finite, otherwise
// floor((suspicion - base) / thresholdStep) + thresholdByte, limited to 1..255. Because of the
// floor, quantisation never moves a suspicion across a threshold of the slider.
func quantised(suspicion []float64, base float64) []byte {
	out := make([]byte, len(suspicion))
	for i, l := range suspicion {
		if isFinite(l) {
			out[i] = byte(min(max(math.Floor((l-base)/thresholdStep), 1-thresholdByte), 255-thresholdByte) + thresholdByte)
		}
	}
	return out
}

// countAt returns the number of suspect frames and of suspect intervals at a threshold. A frame
// in which several tracks are suspect counts once. The script counts in the same way.
func countAt(res *verdict.Result, suspicions [][]float64, threshold float64) (frames, intervals int) {
	seen := map[int]bool{}
	for i := range res.Tracks {
		if !canBeSuspect(&res.Tracks[i]) {
			continue
		}
		for _, s := range verdict.FindIntervals(suspicions[i], threshold) {
			intervals++
			for f := s.From; f < s.To; f++ {
				seen[firstFrame(&res.Tracks[i])+f] = true
			}
		}
	}
	return len(seen), intervals
}

// An htmlThreshold is the threshold slider of a file.
type htmlThreshold struct {
	Reach   int
	Default string // mismatch
	Count   string
	Judged  string // in seconds
	Data    string // JSON
}

func (w *words) threshold(res *verdict.Result, suspicions [][]float64) (*htmlThreshold, error) {
	d := newThresholdData(w, res, suspicions)
	if d == nil {
		return nil, nil
	}
	data, err := asciiJSON(d)
	if err != nil {
		return nil, err
	}
	n, intervals := countAt(res, suspicions, d.Base)
	judged := decimals(frameSeconds(judgedFrames(res)), 2)
	return &htmlThreshold{Reach: maxSteps, Default: decimals(probability(d.Base), 2), Judged: judged, Data: data,
		Count: w.Page.ThresholdCount.Fill(decimals(frameSeconds(n), 2), intervals, judged)}, nil
}

// asciiJSON returns v as JSON that consists of ASCII characters only and is safe inside HTML
// and on a terminal.
func asciiJSON(v any) (string, error) {
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
		default: // JSON needs a surrogate pair
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
	}
	return b.String(), nil
}
