package report

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector/container"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// hostile is a file name that attacks every format at once: formulas, HTML, terminal control
// sequences and the direction of text.
const hostile = "=1+1</title><script>alert(1)</script>\"'\x1b[2J\x07\u202e4pm.\xff\n.mp4"

const (
	hashA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	hashB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	hashC = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
)

// madeRun returns a run with a file of every kind. All numbers are exact in binary, so that no
// golden file depends on rounding.
func madeRun() *Run {
	return &Run{
		Tool:    Tool{Name: "deepcheck", Version: "0.1.0", Commit: "0123abc", GoVersion: "go1.26"},
		Weights: WeightsInfo{Name: "default", Fingerprint: strings.Repeat("0f", 32)},
		Options: map[string]string{"strips": "8", "lag": "free"},
		Command: "deepcheck scan talk <b>", Machine: "linux/amd64, 2 CPUs",
		Started: time.Date(2026, 2, 3, 4, 5, 6, 700, time.FixedZone("east", 3600)),
		Files: []File{
			{Path: "talk/part.mp4", Result: madePart()},
			{Path: "talk/fits.mp4", Result: madeFits()},
			{Path: "talk/dub.mkv", Result: madeWhole()},
			{Path: hostile, Result: &verdict.Result{
				SHA256: hashC, Size: 12, Frames: 50, Verdict: verdict.Inconclusive, Reasons: []verdict.Reason{verdict.NoFace, verdict.NoSound},
				Media:    video.Info{Format: "avi", VideoCodec: "mpeg4", Width: 64, Height: 48, FrameRate: "0/0"},
				Warnings: []string{"the file \x1b[31mends early"},
			}},
			{Path: "talk/notes.mp4", Err: `reading "talk/notes.mp4": no picture`},
			{Path: "talk/cut.mp4", Err: "decoding: \x1b]0;cut\x07 <b>short</b>", Result: &verdict.Result{SHA256: hashB, Verdict: verdict.Consistent}},
		},
	}
}

// madeMotion returns three windows: a positive logit, a negative one and one beyond the lane.
func madeMotion() verdict.Motion {
	return verdict.Motion{Windows: 3, Outline: -0.75, Flicker: 0.25, Logit: -0.5, LogLR: -0.125, Curve: []verdict.MotionPoint{{Frame: 29, Logit: 3}, {Frame: 37, Logit: -1.5}, {Frame: 45, Logit: -99}}}
}

// madeVoiceChange returns a curve of n frames with two change points: at frame seen a track is
// in the picture, at frame unseen none is.
func madeVoiceChange(n, seen, unseen, track int) verdict.VoiceChange {
	v := verdict.VoiceChange{Score: .5, LogLR: 1.5, Curve: make([]float32, n), Points: []verdict.ChangePoint{
		{Frame: seen, Change: .5, LogLR: 1.5, Track: track}, {Frame: unseen, Change: .4375, LogLR: 1.25, Track: verdict.NoTrack}}}
	for t := range v.Curve {
		if v.Curve[t] = float32(t%32) / 128; t < 4 {
			v.Curve[t] = float32(math.NaN())
		}
	}
	v.Curve[seen], v.Curve[unseen] = .5, .4375
	return v
}

// madeThresholds lie where no golden file depends on the last bit of a logit.
var madeThresholds = verdict.Thresholds{TrackWeak: -1, TrackModerate: 0, TrackStrong: 1, SegmentWeak: 0.25, SegmentModerate: 1.25, SegmentStrong: 2.25}

// madePart returns two tracks: one with suspect segments and unjudged frames of several kinds,
// and one without judged frames.
func madePart() *verdict.Result {
	scores := madeScores(25, 24, func(i int) float64 {
		if i >= 8 && i < 16 {
			return 0.875
		}
		return float64(i%4) / 16
	})
	scores[2] = verdict.Score{Frame: 27, Voiced: true}              // no mouth
	scores[5] = verdict.Score{Frame: 30, Mouth: true}               // silent
	scores[10].Corrupt = true                                       // after a decoding error
	scores[20].Judged, scores[20].Mismatch = false, math.NaN()      // mouth too small
	scores[21] = verdict.Score{Frame: 46}                           // neither mouth nor speech
	scores[22].Judged, scores[22].Mismatch = true, math.Inf(1)      // must not be written
	scores[23].Box = video.Box{X: math.NaN(), Y: -0.04, W: 1, H: 2} // must not be written
	for i := range scores {
		scores[i].Opening = float64(i%4) / 8
		scores[i].VoiceDistance = float64(i%3) / 4
	}
	other := madeScores(0, 3, func(int) float64 { return 0 })
	for i := range other {
		other[i].Judged = false
	}
	return &verdict.Result{
		SHA256: hashA, Size: 123456, Frames: 75, Voiced: 50, Speech: madeSpeech(75), Thresholds: madeThresholds,
		Change: madeVoiceChange(75, 40, 60, 1),
		Container: container.Facts{Kind: container.ISO, Brand: "isom", Brands: []string{"isom", "mp41"}, Writer: "Lavf<1>",
			Created: "2026-01-01T00:00:00Z", C2PA: container.Absent, Encoders: []string{"x264 core 164", "Lavc59 <i>"}, Handlers: []string{"VideoHandler"}},
		Media: video.Info{Format: "mov,mp4,m4a,3gp,3g2,mj2", VideoCodec: "h264", Width: 1280, Height: 720, Rotation: 90,
			FrameRate: "30000/1001", Duration: 3 * time.Second, BitRate: 800_000, SoundTrack: 2, Channel: 1,
			SoundTracks: []video.SoundTrack{{Codec: "ac3", Channels: 6, Language: "fra"}, {Codec: "aac", Channels: 2, Language: "eng"}}},
		Verdict: verdict.Suspect, Band: verdict.Moderate, Reasons: []verdict.Reason{verdict.PartOfFile},
		Warnings: []string{"the sound ends before the picture"},
		Tracks: []verdict.Track{
			{ID: 1, Start: time.Second, End: 1960 * time.Millisecond, Lag: lagOf(80, 0.75),
				Verdict: verdict.Suspect, Band: verdict.Moderate, Reasons: []verdict.Reason{verdict.PartOfFile}, Score: 0.5, Judged: 19, LogLR: 1.25, CohortZ: 2.5, Motion: madeMotion(), Scores: scores, LagCurve: madeLagCurve()},
			{ID: 2, Start: 0, End: 120 * time.Millisecond, Verdict: verdict.Inconclusive, Score: math.NaN(), LogLR: math.NaN(), CohortZ: math.NaN(),
				Reasons: []verdict.Reason{verdict.FaceTooSmall, verdict.TooShort}, Scores: other},
		},
		Segments: []verdict.Segment{
			{Track: 1, Start: 1320 * time.Millisecond, End: 1640 * time.Millisecond, Kind: "mismatch", Band: verdict.Moderate, Mean: 0.875, LogLR: 2.125, VoiceLogLR: 1.125, Stills: madeStills(33, 3), Spectrogram: madeSpectrogram(1320 * time.Millisecond)},
			{Track: 1, Start: 1800 * time.Millisecond, End: 1840 * time.Millisecond, Kind: "mismatch", Band: verdict.Weak, Mean: math.NaN(), LogLR: 0.5, VoiceLogLR: -0.75, Cutaway: true, Speaker: 2},
		},
	}
}

// madeFits returns a consistent track with a segment below the file threshold and a segment with
// overlapped speech. The lips are idle in the last two frames.
func madeFits() *verdict.Result {
	scores := madeScores(0, 10, func(i int) float64 { return float64(i) / 32 })
	for i := 1; i < 3; i++ {
		scores[i].Overlap, scores[i].Overlapped = 0.625, true
	}
	for i := range scores[8:] {
		s := &scores[8+i]
		s.Idle, s.Judged, s.Mismatch, s.EyeDist = true, false, 0, 60
	}
	lags := slices.Repeat([]int{-4}, len(scores)) // the lag changes once
	lags[9] = -9
	return &verdict.Result{
		Container: container.Facts{Kind: container.Matroska, Brand: "webm", C2PA: container.Absent},
		SHA256:    hashB, Size: 99, Frames: 10, Voiced: 10, Verdict: verdict.Consistent,
		Media: video.Info{Format: "matroska,webm", VideoCodec: "vp9", Width: 640, Height: 360, FrameRate: "25/1", SoundTrack: 1, SoundTracks: []video.SoundTrack{{Codec: "opus", Channels: 2}}},
		Tracks: []verdict.Track{{ID: 1, End: 400 * time.Millisecond, Lag: lagOf(-200, 0.875), Lags: lags,
			Verdict: verdict.Consistent, Score: 0.125, Judged: 8, LogLR: -0.75, CohortZ: 6.25, Motion: verdict.Motion{LogLR: math.NaN()}, Scores: scores}},
		OverlappedSpeech:   []verdict.Segment{{Track: 1, Start: 40 * time.Millisecond, End: 120 * time.Millisecond, Kind: "mismatch", Band: verdict.Weak, Mean: 0.125, Peak: 0.25, LogLR: 0.125}},
		BelowFileThreshold: []verdict.Segment{{Track: 1, Start: 160 * time.Millisecond, End: 320 * time.Millisecond, Kind: "mismatch", Mean: 0.1875, Peak: 0.5, LogLR: 0.25}},
	}
}

func madeWhole() *verdict.Result {
	return &verdict.Result{
		SHA256: hashC, Size: 100, Frames: 6, Voiced: 6, Verdict: verdict.Suspect, Band: verdict.Strong, Reasons: []verdict.Reason{verdict.WholeFile},
		Media: video.Info{Format: "matroska,webm", VideoCodec: "av1", Width: 640, Height: 360, FrameRate: "25/1", Interlaced: true, SoundTrack: 1, SoundTracks: []video.SoundTrack{{Codec: "opus", Channels: 2}}},
		Tracks: []verdict.Track{{ID: 1, End: 240 * time.Millisecond, Lag: lagOf(40, 0.25),
			Verdict: verdict.Suspect, Band: verdict.Strong, Reasons: []verdict.Reason{verdict.WholeFile}, Score: 1, CohortZ: 1.75, Judged: 6,
			Scores: madeScores(0, 6, func(int) float64 { return 0.9375 })}},
	}
}

// madeScores returns n judged scores, starting at frame first.
func madeScores(first, n int, mismatch func(i int) float64) []verdict.Score {
	scores := make([]verdict.Score, n)
	for i := range scores {
		scores[i] = verdict.Score{Frame: first + i, Mouth: true, Voiced: true, Judged: true, Mismatch: mismatch(i),
			Box: video.Box{X: 100.5, Y: 50, W: 200, H: 220.25}}
	}
	return scores
}

// madeSpeech returns n frames with speech in all but frames [10, 20).
func madeSpeech(n int) []bool {
	speech := make([]bool, n)
	for i := range speech {
		speech[i] = i < 10 || i >= 20
	}
	return speech
}

// lagOf returns a lag of ms milliseconds.
func lagOf(ms int, confidence float64) avsync.Lag {
	return avsync.Lag{Frames: float64(ms) / 40, Confidence: confidence}
}

// madeLagCurve returns a lag curve of three points, two with sufficient confidence.
func madeLagCurve() []avsync.LagPoint {
	at := func(frame, ms int, confidence float64) avsync.LagPoint {
		return avsync.LagPoint{Frame: frame, Lag: lagOf(ms, confidence)}
	}
	return []avsync.LagPoint{at(27, 80, .75), at(37, -240, .125), at(47, 160, .5)}
}

// madeSpectrogram returns 0.32 s of a rising tone.
func madeSpectrogram(start time.Duration) *verdict.Spectrogram {
	s := &verdict.Spectrogram{Start: start + 80*time.Millisecond, End: start + 400*time.Millisecond, Columns: 32, Rows: 40, Grey: make([]byte, 32*40)}
	for c := range s.Columns {
		s.Grey[c*40+c] = 255
	}
	return s
}

// madeStills returns n mouth pictures: a dark ellipse that opens, on grey.
func madeStills(first, n int) []verdict.Still {
	stills := make([]verdict.Still, n)
	for i := range stills {
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
		stills[i] = verdict.Still{Frame: first + i, Crop: crop}
	}
	return stills
}

// sumOf returns the SHA-256 of a file in hexadecimal.
func sumOf(t *testing.T, path string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(contents(t, path)))
	return hex.EncodeToString(sum[:])
}
