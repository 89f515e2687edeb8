package video

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestDegrade(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed")
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "in.mp4")
	if out, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=25:duration=2",
		"-f", "lavfi", "-i", "sine=frequency=440:duration=2", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", in).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	before, err := os.Stat(in)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		Degradation
		height int
		rate   string
		most   int64 // bytes
	}{
		"as it is":    {Degradation{}, 480, "25/1", before.Size() * 2},
		"small":       {Degradation{Height: 240, CRF: 35, SoundBitRate: 24000}, 240, "25/1", before.Size() / 2},
		"not grown":   {Degradation{Height: 720}, 480, "25/1", before.Size() * 2},
		"half rate":   {Degradation{FrameRate: 12.5}, 480, "25/2", before.Size() * 2},
		"with noise":  {Degradation{Noise: 0.05}, 480, "25/1", before.Size() * 2},
		"loud noises": {Degradation{Noise: 10}, 480, "25/1", before.Size() * 2},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".mp4")
			if err := Degrade(context.Background(), in, out, c.Degradation); err != nil {
				t.Fatal(err)
			}
			s, err := Open(context.Background(), out, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			info := s.Info()
			if info.Height != c.height || info.FrameRate != c.rate {
				t.Errorf("%d pixels high, %s pictures a second, want %d and %s", info.Height, info.FrameRate, c.height, c.rate)
			}
			if after, err := os.Stat(out); err != nil || after.Size() > c.most {
				t.Errorf("%d bytes of %d, want at most %d (%v)", after.Size(), before.Size(), c.most, err)
			}
		})
	}
	if err := Degrade(context.Background(), filepath.Join(dir, "none.mp4"), filepath.Join(dir, "x.mp4"), Degradation{}); err == nil || !strings.Contains(err.Error(), "none.mp4") {
		t.Errorf("a missing file: %v", err)
	}
}
