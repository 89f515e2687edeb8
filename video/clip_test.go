package video

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// needFFmpeg skips a test if ffmpeg is not installed.
func needFFmpeg(t *testing.T) {
	t.Helper()
	for _, p := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed", p)
		}
	}
}

// ffmpeg makes a clip in dir; the last of args is its name, without the folder.
func ffmpeg(t *testing.T, dir string, args ...string) string {
	t.Helper()
	all := append([]string{"-nostdin", "-v", "error", "-y"}, args...)
	cmd := exec.Command("ffmpeg", all...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %q: %v\n%s", args, err, out)
	}
	return filepath.Join(dir, args[len(args)-1])
}

// A decoding is everything that a Source delivered.
type decoding struct {
	info     Info
	luma     []float64    // mean of Y by frame
	halves   [][4]float64 // mean of Y of the upper, lower, left and right half by frame
	missing  []bool
	corrupt  []bool
	samples  []int16
	width    int
	height   int
	closeErr error
	warnings []string
	memory   int64 // peak of ffmpeg, bytes
}

func decode(t *testing.T, path string, o Options) decoding {
	t.Helper()
	s, err := Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	d := decoding{info: s.Info()}
	done := make(chan error, 1)
	go func() {
		if s.Sound() == nil {
			done <- nil
			return
		}
		var err error
		d.samples, err = readSamples(s.Sound())
		done <- err
	}()
	var p Picture
	for {
		err := s.Next(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Error(err)
			break
		}
		if p.Index != len(d.luma) || p.Width%2 != 0 || p.Height%2 != 0 || len(p.Y) != p.Width*p.Height || len(p.U) != len(p.Y)/4 || len(p.V) != len(p.Y)/4 {
			t.Fatalf("picture %d of %dx%d, planes of %d, %d, %d bytes", p.Index, p.Width, p.Height, len(p.Y), len(p.U), len(p.V))
		}
		d.width, d.height = p.Width, p.Height
		up, down := p.Y[:len(p.Y)/2], p.Y[len(p.Y)/2:]
		var left, right []byte
		for y := range p.Height {
			row := p.Y[y*p.Width : (y+1)*p.Width]
			left, right = append(left, row[:p.Width/2]...), append(right, row[p.Width/2:]...)
		}
		d.luma = append(d.luma, mean(p.Y))
		d.halves = append(d.halves, [4]float64{mean(up), mean(down), mean(left), mean(right)})
		d.missing = append(d.missing, p.Missing)
		d.corrupt = append(d.corrupt, p.Corrupt)
	}
	if err := <-done; err != nil {
		t.Errorf("sound: %v", err)
	}
	d.closeErr = s.Close()
	d.warnings = s.Warnings()
	if use, ok := s.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		d.memory = use.Maxrss << 10
	}
	return d
}

func mean(b []byte) float64 {
	sum := 0
	for _, v := range b {
		sum += int(v)
	}
	return float64(sum) / float64(max(1, len(b)))
}

// readSamples reads a stream of Source.Sound to its end.
func readSamples(r io.Reader) ([]int16, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if len(b)%2 != 0 {
		return nil, fmt.Errorf("%d bytes of sound: want whole samples of 2 bytes", len(b))
	}
	out := make([]int16, len(b)/2)
	for i := range out {
		out[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return out, nil
}

// flashes returns the times at which the picture turns bright.
func (d decoding) flashes() (at []time.Duration) {
	for i := range d.luma {
		if d.luma[i] > 120 && (i == 0 || d.luma[i-1] <= 120) {
			at = append(at, FrameTime(i))
		}
	}
	return at
}

// beeps returns the times at which the sound starts after silence.
func (d decoding) beeps() (at []time.Duration) {
	const silence = SampleRate / 10
	last := -silence
	for i, v := range d.samples {
		if v > 3000 || v < -3000 {
			if i-last >= silence {
				at = append(at, time.Duration(i)*time.Second/SampleRate)
			}
			last = i
		}
	}
	return at
}
