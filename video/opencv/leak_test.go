//go:build matprofile

package opencv

import (
	"bytes"
	"testing"

	"gocv.io/x/gocv"

	"github.com/deepcheck/deepcheck/video"
)

// TestNoMatLeaks runs with -tags matprofile, with which gocv counts the Mats that are open.
func TestNoMatLeaks(t *testing.T) {
	f := newFinder(t)
	p := noise(640, 480, 5)
	before := gocv.MatProfile.Count()
	for range 3 {
		if _, err := f.Detect(p, true); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Mesh(p, video.Region{Center: video.Point{X: 320, Y: 240}, Side: 300}); err != nil {
			t.Fatal(err)
		}
		var c video.Crop
		for _, a := range []video.Affine{{A: 1, E: 1}, {A: 3, E: 3}, {A: 3, E: 3, C: 5000}} {
			if err := f.Crop(p, a, &c); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := gocv.MatProfile.Count() - before; n != 0 {
		var open bytes.Buffer
		if err := gocv.MatProfile.WriteTo(&open, 1); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%d Mats were not closed:\n%s", n, open.String())
	}
}
