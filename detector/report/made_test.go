package report

import (
	"math"
	"strings"
	"time"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/video"
)

// hostile is a file name that tries all readers at once: HTML, a terminal, the
// direction of the line.
const hostile = "=1+1</title><script>alert(1)</script>\"'\x1b[2J\x07\u202e4pm.\xff\n.mp4"

const (
	hashA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	hashB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	hashC = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
)

// madeRun returns a run with a file of every kind. All numbers are exact in
// binary, so that no golden depends on rounding.
func madeRun() *Run {
	return &Run{
		Tool:    Tool{Name: "deepcheck", Version: "0.1.0", Commit: "0123abc", GoVersion: "go1.26"},
		Weights: WeightsInfo{Name: "default", Fingerprint: strings.Repeat("0f", 32)},
		Options: map[string]string{"strips": "8", "lag": "free"},
		Started: time.Date(2026, 2, 3, 4, 5, 6, 700, time.FixedZone("east", 3600)),
		Files: []File{
			{Path: "talk/part.mp4", Result: madePart()},
			{Path: "talk/fits.mp4", Result: madeFits()},
			{Path: "talk/dub.mkv", Result: madeWhole()},
			{Path: hostile, Result: &detector.Result{
				SHA256: hashC, Size: 12, Frames: 50, Verdict: detector.Inconclusive, Reasons: []detector.Reason{detector.NoFace, detector.NoSound},
				Media:    video.Info{Format: "avi", VideoCodec: "mpeg4", Width: 64, Height: 48, FrameRate: "0/0"},
				Warnings: []string{"the file \x1b[31mends early"},
			}},
			{Path: "talk/notes.mp4", Err: `reading "talk/notes.mp4": no picture`},
			{Path: "talk/cut.mp4", Err: "decoding: \x1b]0;cut\x07 <b>short</b>", Result: &detector.Result{SHA256: hashB, Verdict: detector.Consistent}},
		},
	}
}

// madePart is two tracks, one with a suspect segment and with all the reasons
// for which a frame is not judged; the other was never judged.
func madePart() *detector.Result {
	scores := madeScores(25, 24, func(i int) float64 {
		if i >= 8 && i < 16 {
			return 0.875
		}
		return float64(i%4) / 16
	})
	scores[2] = detector.Score{Frame: 27, Voiced: true}             // no mouth
	scores[5] = detector.Score{Frame: 30, Mouth: true}              // silent
	scores[20].Judged, scores[20].Mismatch = false, math.NaN()      // seen, but too small
	scores[21] = detector.Score{Frame: 46}                          // neither
	scores[22].Judged, scores[22].Mismatch = true, math.Inf(1)      // must not get out
	scores[23].Box = video.Box{X: math.NaN(), Y: -0.04, W: 1, H: 2} // neither must this
	other := madeScores(0, 3, func(int) float64 { return 0 })
	for i := range other {
		other[i].Judged = false
	}
	return &detector.Result{
		SHA256: hashA, Size: 123456, Frames: 75, Voiced: 50,
		Media: video.Info{Format: "mov,mp4,m4a,3gp,3g2,mj2", VideoCodec: "h264", AudioCodec: "aac", Width: 1280, Height: 720, Rotation: 90,
			FrameRate: "30000/1001", Duration: 3 * time.Second, BitRate: 800_000, HasSound: true},
		Verdict: detector.Suspect, Band: detector.Moderate, Reasons: []detector.Reason{detector.PartOfClip},
		Warnings: []string{"the sound ends before the picture"},
		Tracks: []detector.Track{
			{ID: 1, Start: time.Second, End: 1960 * time.Millisecond, Lag: detector.Lag{Lag: 80 * time.Millisecond, Confidence: 0.75},
				Verdict: detector.Suspect, Band: detector.Moderate, Reasons: []detector.Reason{detector.PartOfClip}, Score: 0.5, Judged: 19, LogLR: 1.25, Motion: detector.Motion{Windows: 3, Logit: -0.5, LogLR: -0.125}, Scores: scores},
			{ID: 2, Start: 0, End: 120 * time.Millisecond, Verdict: detector.Inconclusive, Score: math.NaN(), LogLR: math.NaN(),
				Reasons: []detector.Reason{detector.FaceTooSmall, detector.TooShort}, Scores: other},
		},
		Segments: []detector.Segment{
			{Track: 1, Start: 1320 * time.Millisecond, End: 1640 * time.Millisecond, Kind: "mismatch", Band: detector.Moderate, Mean: 0.875, Strip: madeStrip(33, 3)},
			{Track: 1, Start: 1800 * time.Millisecond, End: 1840 * time.Millisecond, Kind: "mismatch", Band: detector.Weak, Mean: math.NaN()},
		},
	}
}

func madeFits() *detector.Result {
	return &detector.Result{
		SHA256: hashB, Size: 99, Frames: 8, Voiced: 8, Verdict: detector.Consistent,
		Media: video.Info{Format: "matroska,webm", VideoCodec: "vp9", AudioCodec: "opus", Width: 640, Height: 360, FrameRate: "25/1", HasSound: true},
		Tracks: []detector.Track{{ID: 1, End: 320 * time.Millisecond, Lag: detector.Lag{Lag: -200 * time.Millisecond, Confidence: 0.875},
			Verdict: detector.Consistent, Score: 0.125, Judged: 8, LogLR: -0.75, Motion: detector.Motion{LogLR: math.NaN()}, Scores: madeScores(0, 8, func(i int) float64 { return float64(i) / 32 })}},
	}
}

func madeWhole() *detector.Result {
	return &detector.Result{
		SHA256: hashC, Size: 100, Frames: 6, Voiced: 6, Verdict: detector.Suspect, Band: detector.Strong, Reasons: []detector.Reason{detector.WholeClip},
		Media: video.Info{Format: "matroska,webm", VideoCodec: "av1", AudioCodec: "opus", Width: 640, Height: 360, FrameRate: "25/1", HasSound: true},
		Tracks: []detector.Track{{ID: 1, End: 240 * time.Millisecond, Lag: detector.Lag{Lag: 40 * time.Millisecond, Confidence: 0.25},
			Verdict: detector.Suspect, Band: detector.Strong, Reasons: []detector.Reason{detector.WholeClip}, Score: 1, Judged: 6,
			Scores: madeScores(0, 6, func(int) float64 { return 0.9375 }), Strip: madeStrip(0, 2)}},
	}
}

// madeScores returns n judged scores from a frame on.
func madeScores(first, n int, mismatch func(i int) float64) []detector.Score {
	scores := make([]detector.Score, n)
	for i := range scores {
		scores[i] = detector.Score{Frame: first + i, Mouth: true, Voiced: true, Judged: true, Mismatch: mismatch(i),
			Box: video.Box{X: 100.5, Y: 50, W: 200, H: 220.25}}
	}
	return scores
}

// madeStrip returns n mouths: a dark ellipse that opens on a grey ground.
func madeStrip(first, n int) []detector.Moment {
	strip := make([]detector.Moment, n)
	for i := range strip {
		crop := new(video.Crop)
		for y := range video.CropSize {
			for x := range video.CropSize {
				dx, dy := x-video.CropSize/2, (y-video.CropSize/2)*4/(i+1)
				crop[y*video.CropSize+x] = 150
				if dx*dx+dy*dy < 30*30 {
					crop[y*video.CropSize+x] = 40
				}
			}
		}
		strip[i] = detector.Moment{Frame: first + i, Crop: crop}
	}
	return strip
}
