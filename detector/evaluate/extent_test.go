package evaluate

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// Segments are frames of the picture, replacements frames of the sound, later by the lag.
func TestCompareExtent(t *testing.T) {
	const lag = 3
	truth := interval{100, 150}
	tests := []struct {
		name      string
		segments  []interval // of the sound
		iou, ends float64
		found     bool
	}{
		{"exact", []interval{{100, 150}}, 1, 1, true},
		{"0.24 s off", []interval{{94, 156}}, 50. / 62, 1, true},
		{"one end 0.28 s off", []interval{{93, 150}}, 50. / 57, .5, true},
		{"two segments", []interval{{100, 110}, {140, 157}}, 20. / 57, .5, true},
		{"another elsewhere", []interval{{10, 30}, {100, 150}}, 50. / 70, 1, true},
		{"elsewhere only", []interval{{10, 100}}, 0, 0, false},
		{"none", nil, 0, 0, false},
	}
	for _, test := range tests {
		j := &outcome{lag: avsync.Lag{Whole: lag}}
		for _, s := range test.segments {
			j.segments = append(j.segments, verdict.Segment{Start: video.FrameTime(s.first - lag), End: video.FrameTime(s.end - lag)})
		}
		iou, ends, found := j.compareExtent(truth)
		if math.Abs(iou-test.iou) > 1e-9 || ends != test.ends || found != test.found {
			t.Errorf("%s: %.3f, %.1f, %v; want %.3f, %.1f, %v", test.name, iou, ends, found, test.iou, test.ends, test.found)
		}
	}
}
