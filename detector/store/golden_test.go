package store

import (
	"strings"
	"time"

	"github.com/deepcheck/deepcheck/detector/container"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// goldenScan returns what testdata/history-1.scan holds: each field of version 1 with its own
// value. Only names of Go fields may change here.
func goldenScan() *Scan {
	var crop video.Crop
	crop[0], crop[len(crop)-1] = 1, 2
	lag := func(x float64) avsync.Lag { return avsync.Lag{Frames: x, Whole: int(x), Confidence: x / 100} }
	segment := func(track int, crop *video.Crop) verdict.Segment {
		return verdict.Segment{Track: track, Start: 11 * time.Second, End: 12 * time.Second, Kind: "mismatch", Band: verdict.Moderate,
			Mean: .13, Peak: 1.4, Cutaway: true, Speaker: 15, LogLR: 1.6, VoiceLogLR: 1.7,
			Stills:      []verdict.Still{{Frame: 18, Crop: crop}, {Frame: 19}},
			Spectrogram: &verdict.Spectrogram{Start: 20, End: 21, Columns: 2, Rows: 3, Grey: []byte("abcdef")}}
	}
	return &Scan{
		Name: "clip.mp4", SHA256: strings.Repeat("ab", 32), Size: 123,
		Identity: Identity{Tool: "deepcheck 1", Weights: "cd", Options: map[string]string{"strips": "8"}},
		Started:  time.Date(2024, 5, 6, 7, 8, 9, 10, time.UTC),
		Tool:     report.Tool{Name: "deepcheck", Version: "1", Commit: "ef", GoVersion: "go1"}, WeightsName: "built-in", Machine: "linux/amd64, 2 CPUs",
		Glance: report.Glance{Kind: "moderate", Verdict: "suspect, moderate", Why: "why", Length: 1.5, Line: "M0", Shade: "M1", Curve: "words"},
		Result: &verdict.Result{
			Path: "clip.mp4", SHA256: strings.Repeat("ab", 32), Size: 123,
			Media: video.Info{Path: "clip.mp4", Format: "mov", VideoCodec: "h264", Width: 640, Height: 360, Scale: 1.25, Rotation: 90,
				FrameRate: "25/1", Interlaced: true, Duration: 4 * time.Second, BitRate: 5000,
				SoundTracks: []video.SoundTrack{{Codec: "aac", Channels: 2, Language: "eng"}}, SoundTrack: 1, Channel: 2,
				Tags: map[string]string{"encoder": "Lavf"}, StreamTags: []map[string]string{{"encoder": "x264"}}},
			Part: true, First: 3, Frames: 100, Voiced: 50, Verdict: verdict.Suspect, Band: verdict.Moderate,
			Reasons: []verdict.Reason{verdict.PartOfFile}, Warnings: []string{"cut"},
			Tracks: []verdict.Track{{ID: 1, Start: 2, End: 3, Lag: lag(4.5), Lags: []int{5, 6}, Verdict: verdict.Consistent, Band: verdict.Weak,
				Reasons: []verdict.Reason{verdict.WholeFile}, Score: .7, Logit: .8, LogLR: .9, CohortZ: 1.1,
				Motion: verdict.Motion{Windows: 1, Outline: .2, Flicker: .3, Logit: .5, LogLR: .6, Curve: []verdict.MotionPoint{{Frame: 7, Logit: .8}}},
				Judged: 9,
				Scores: []verdict.Score{
					{Frame: 1, Mouth: true, Corrupt: true, Idle: true, Overlapped: true, Mismatch: .1, Likeness: .2, CohortZ: .3, Overlap: .4,
						VoiceDistance: .5, VoiceDistanceNear: .6, Level: -7, Opening: .8, Yaw: 9, EyeDist: 10, Box: video.Box{X: 1, Y: 2, W: 3, H: 4}},
					{Frame: 2, Frozen: true, Voiced: true, Judged: true},
					{Frame: 3, Mouth: true, Frozen: true, Judged: true},
					{Frame: 4, Corrupt: true, Voiced: true, Judged: true, Overlapped: true},
				},
				LagCurve: []avsync.LagPoint{{Frame: 12, Lag: lag(13)}}}},
			Segments: []verdict.Segment{segment(1, &crop)}, BelowFileThreshold: []verdict.Segment{segment(2, nil)}, OverlappedSpeech: []verdict.Segment{segment(3, nil)},
			Change: verdict.VoiceChange{First: 1, Curve: []float32{.5, .1}, Score: 2.5, LogLR: 3.5,
				Points: []verdict.ChangePoint{{Frame: 4, Change: 5.5, LogLR: 6.5, Track: 7}}},
			Speech: []bool{true, false, true},
			Thresholds: verdict.Thresholds{TrackWeak: 1.1, TrackModerate: 1.2, TrackStrong: 1.3, SegmentWeak: 1.4, SegmentModerate: 1.5, SegmentStrong: 1.6,
				TrackRise: 1.7, SegmentRise: 1.8, IdleActivity: 1.9, MinOverlap: 2.1,
				Fusions: verdict.Fusions{Frame: verdict.Fusion{Logit: 3.1, Likeness: 3.2, Offset: 3.3}, Second: verdict.Fusion{Logit: 3.4, Likeness: 3.5, Offset: 3.6},
					Track: verdict.Fusion{Logit: 3.7, Likeness: 3.8, Offset: 3.9}, Cohort: verdict.CohortFusion{Slope: 4.1, Offset: 4.2},
					VoiceScales: verdict.VoiceScales{Second: verdict.LRScale{Slope: 4.3, Offset: 4.4, MaxLogLR: 4.5}, Near: verdict.LRScale{Slope: 4.6, Offset: 4.7, MaxLogLR: 4.8}}}},
			Container: container.Facts{Kind: container.ISO, Brand: "isom", Brands: []string{"mp41"}, Created: "2024-01-01T00:00:00Z", Writer: "Lavf",
				Parts: true, Cut: true, C2PA: container.Present, Encoders: []string{"x264"}, Handlers: []string{"VideoHandler"}},
		},
	}
}
