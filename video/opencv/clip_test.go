package opencv

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/deepcheck/deepcheck/video"
)

// clip shows a genuine frontal speaker, whose face is half the height of a 256 x 256 picture.
const clip = "../../../shared/data/dev/d0010.mp4"

// newFinder returns a Finder that the test closes at its end, or skips the test.
func newFinder(t testing.TB) *Finder {
	t.Helper()
	if _, err := os.Stat("../facemodel/models/face_landmark.tflite"); err != nil {
		t.Skip("the face networks are not installed: run `make setup`")
	}
	f, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// frame decodes one frame of the clip, scales it to side x side pixels and puts its upper left
// corner at (x, y) of a black picture of width x height.
func frame(t testing.TB, width, height, side, x, y int) *video.Picture {
	t.Helper()
	if _, err := os.Stat(clip); err != nil {
		t.Skip("the clips of ../shared/data are missing")
	}
	filter := fmt.Sprintf("scale=%d:%d,pad=%d:%d:%d:%d", side, side, width, height, x, y)
	pix, err := exec.Command("ffmpeg", "-v", "error", "-ss", "0.5", "-i", clip, "-frames:v", "1",
		"-vf", filter, "-pix_fmt", "yuv420p", "-f", "rawvideo", "-").Output()
	if err != nil {
		t.Fatalf("ffmpeg: %v", err)
	}
	n := width * height
	if len(pix) != n*3/2 {
		t.Fatalf("ffmpeg gave %d bytes, want %d", len(pix), n*3/2)
	}
	return &video.Picture{Width: width, Height: height, Y: pix[:n], U: pix[n : n*5/4], V: pix[n*5/4:]}
}

// noise returns a picture of pseudo-random bytes.
func noise(width, height int, seed uint32) *video.Picture {
	pix := make([]byte, width*height*3/2)
	for i := range pix {
		seed = seed*1664525 + 1013904223
		pix[i] = byte(seed >> 24)
	}
	n := width * height
	return &video.Picture{Width: width, Height: height, Y: pix[:n], U: pix[n : n*5/4], V: pix[n*5/4:]}
}
