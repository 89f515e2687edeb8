package verdict

import (
	"math"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// In a file that is n times as long as a clip, thresholds rise by ln(n)·TrackRise and
// ln(n)·SegmentRise.
func TestRaised(t *testing.T) {
	thresholds := testThresholds
	thresholds.TrackRise, thresholds.SegmentRise = 1, 2
	for _, test := range []struct {
		frames, fileJudged int
		rise               float64
	}{
		{0, 0, 0}, {25, 100, 0}, {25, video.ClipLength, 0}, {25, 10 * video.ClipLength, math.Log(10)},
		{2 * video.ClipLength, 10 * video.ClipLength, math.Log(5)}, {10 * video.ClipLength, 10 * video.ClipLength, 0},
	} {
		got := thresholds.Raised(test.frames, test.fileJudged)
		if math.Abs(got.TrackModerate-(1+test.rise)) > 1e-12 || math.Abs(got.SegmentStrong-(3.5+2*test.rise)) > 1e-12 {
			t.Errorf("%d of %d frames: %+v, want rises by %.2f and twice that", test.frames, test.fileJudged, got, test.rise)
		}
	}
}
