package verdict

import (
	"testing"
	"time"

	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

func TestLagAt(t *testing.T) {
	track := &Track{Start: time.Second, Lag: avsync.Lag{Frames: 1.25}}
	if got := track.LagAt(2 * time.Second); got != 50*time.Millisecond {
		t.Errorf("constant lag: got %v, want 50ms", got)
	}
	track.Lags = []int{1, 2, -3}
	for at, want := range map[time.Duration]int{0: 1, time.Second: 1, time.Second + video.FrameDuration: 2, time.Hour: -3} {
		if got := track.LagAt(at); got != time.Duration(want)*video.FrameDuration {
			t.Errorf("at %v: %v, want %d frames", at, got, want)
		}
	}
}
