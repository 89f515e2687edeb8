package clip

import (
	"context"
	"errors"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/video/facemodel"
	"github.com/deepcheck/deepcheck/video/opencv"
)

// needPrograms skips the test if espeak-ng or ffmpeg is not installed.
func needPrograms(t *testing.T) {
	t.Helper()
	for _, name := range []string{"espeak-ng", "ffmpeg"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
		}
	}
}

// openings tracks the face in a clip as deepcheck does and returns the gap between the
// inner lips in each frame, in crop pixels; NaN if no face was found.
func openings(t *testing.T, path string) []float64 {
	t.Helper()
	finder, err := opencv.New()
	if errors.Is(err, facemodel.ErrNoModels) {
		t.Skip("the face models are not installed: run make setup")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer finder.Close()
	src, err := video.Open(context.Background(), path, video.Options{NoSound: true})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	tracker := video.NewTracker(finder, 1)
	var out []float64
	for {
		var p video.Picture
		if err := src.Next(&p); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		seen, err := tracker.Add(&p)
		if err != nil {
			t.Fatal(err)
		}
		open := math.NaN()
		if len(seen) > 0 {
			lips := &seen[0].Mouth.Lips
			open = math.Hypot(lips[14].X-lips[18].X, lips[14].Y-lips[18].Y)
		}
		out = append(out, open)
	}
}

// correlation returns Pearson's correlation over the frames where b is not NaN, and the
// share of these frames.
func correlation(a, b []float64) (r, share float64) {
	var n, sa, sb, saa, sbb, sab float64
	for i := range min(len(a), len(b)) {
		if math.IsNaN(b[i]) {
			continue
		}
		n++
		sa, sb = sa+a[i], sb+b[i]
		saa, sbb, sab = saa+a[i]*a[i], sbb+b[i]*b[i], sab+a[i]*b[i]
	}
	return (n*sab - sa*sb) / math.Sqrt((n*saa-sa*sa)*(n*sbb-sb*sb)), n / float64(len(a))
}

// TestFaceIsFound checks that deepcheck's face detector and face mesh find the drawn
// face in every frame and measure the mouth that was drawn.
func TestFaceIsFound(t *testing.T) {
	needPrograms(t)
	for _, seed := range []uint64{1, 2} {
		s, err := Plan(context.Background(), Options{Seed: seed, Seconds: 4})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "clip.mp4")
		if err := s.Write(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		var drawn []float64
		for _, f := range s.Truth().Frames {
			drawn = append(drawn, f.Open)
		}
		measured := openings(t, path)
		if len(measured) != len(drawn) {
			t.Errorf("seed %d: %d frames decoded, want %d", seed, len(measured), len(drawn))
		}
		r, share := correlation(drawn, measured)
		t.Logf("seed %d: correlation %.3f, %.1f %% of frames found", seed, r, 100*share)
		if r < .9 {
			t.Errorf("seed %d: drawn and measured opening correlate by %.3f, want .9", seed, r)
		}
		if share < .99 {
			t.Errorf("seed %d: face found in %.1f %% of frames, want 99 %%", seed, 100*share)
		}
	}
}
