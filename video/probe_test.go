package video

import "testing"

func TestRate(t *testing.T) {
	for fraction, want := range map[string]float64{"25/1": 25, "30000/1001": 30000. / 1001, "0/0": 0, "": 0, "x/1": 0} {
		if got := (&Info{FrameRate: fraction}).Rate(); got != want {
			t.Errorf("%q is %v pictures a second, want %v", fraction, got, want)
		}
	}
}
