package clip

import (
	"bytes"
	"context"
	"io"
	"math"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/cmd/sample/speech"
	"github.com/deepcheck/deepcheck/video"
)

func plan(t *testing.T, o Options) *Script {
	t.Helper()
	needPrograms(t)
	s, err := Plan(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// levels returns the level of the sound in each frame, in dBFS, -50 at least.
func (s *Script) levels() []float64 {
	const n = speech.Rate / FrameRate
	out := make([]float64, s.frames)
	for i := range out {
		var sum float64
		for _, v := range s.sound[i*n : (i+1)*n] {
			sum += v * v
		}
		out[i] = max(-50, 10*math.Log10(sum/n+1e-12))
	}
	return out
}

// bestLag returns the lag of the sound relative to the opening, in frames, at which the two
// correlate best.
func bestLag(open, level []float64) int {
	best, at := -1.0, 0
	for lag := -12; lag <= 12; lag++ {
		var a, b []float64
		for i := range open {
			if j := i + lag; j >= 0 && j < len(level) {
				a, b = append(a, open[i]), append(b, level[j])
			}
		}
		if r, _ := correlation(a, b); r > best {
			best, at = r, lag
		}
	}
	return at
}

// TestLag checks that the drawn opening and the level of the sound correlate best at
// the requested lag.
func TestLag(t *testing.T) {
	for _, ms := range []int{0, 200, -200, 80} {
		s := plan(t, Options{Seed: 9, Seconds: 8, Lag: time.Duration(ms) * time.Millisecond})
		var open []float64
		for _, f := range s.Truth().Frames {
			open = append(open, f.Open)
		}
		if got, want := bestLag(open, s.levels()), ms/40; got < want-1 || got > want+1 {
			t.Errorf("lag of %d ms: sound and mouth correlate best at %d frames, want %d", ms, got, want)
		}
	}
}

// TestLagInFile checks that the encoded file, as deepcheck decodes it, has the same
// lag.
func TestLagInFile(t *testing.T) {
	for _, name := range []string{"a.mp4", "a.mov"} {
		s := plan(t, Options{Seed: 9, Seconds: 4, Lag: 200 * time.Millisecond, Width: 160, Height: 120})
		path := filepath.Join(t.TempDir(), name)
		if err := s.Write(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		src, err := video.Open(context.Background(), path, video.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var sound *audio.Sound
		var wait sync.WaitGroup
		wait.Go(func() { sound, err = audio.Read(context.Background(), src.Sound(), 0) })
		frames := 0
		for p := new(video.Picture); src.Next(p) == nil; frames++ {
		}
		wait.Wait()
		src.Close()
		if err != nil {
			t.Fatal(err)
		}
		var heard []float64
		for _, l := range sound.Level {
			heard = append(heard, max(-50, float64(l)))
		}
		if got := bestLag(s.levels(), heard); got != 0 {
			t.Errorf("%s: the sound is %d frames late, want 0", name, got)
		}
		if frames != 100 {
			t.Errorf("%s: %d frames, want 100", name, frames)
		}
	}
}

func TestSameSeedSameClip(t *testing.T) {
	a, b := plan(t, Options{Seed: 3, Seconds: 3, Width: 160, Height: 120}), plan(t, Options{Seed: 3, Seconds: 3, Width: 160, Height: 120})
	if !slices.Equal(a.sound, b.sound) {
		t.Error("the same seed gave two sounds")
	}
	var p, q bytes.Buffer
	if err := a.draw(context.Background(), &p); err != nil {
		t.Fatal(err)
	}
	if err := b.draw(context.Background(), &q); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.Bytes(), q.Bytes()) {
		t.Error("the same seed gave two pictures")
	}
}

// TestReplace checks that the sound differs only within the interval and that the mouth does
// not change.
func TestReplace(t *testing.T) {
	o := Options{Seed: 4, Seconds: 7}
	genuine := plan(t, o)
	o.Replace = &Interval{2, 4.5}
	forged := plan(t, o)
	var inside, outside float64
	for i := range genuine.sound {
		d := math.Abs(genuine.sound[i] - forged.sound[i])
		// Reflections last 0.05 s longer.
		if at := float64(i) / speech.Rate; at >= 2 && at < 4.55 {
			inside += d
		} else {
			outside = max(outside, d)
		}
	}
	if outside > 1e-9 || inside < 100 {
		t.Errorf("difference %v outside, %v inside", outside, inside)
	}
	if !slices.Equal(genuine.Truth().Frames, forged.Truth().Frames) {
		t.Error("the mouth was changed")
	}
	if forged.Truth().Genuine || !genuine.Truth().Genuine {
		t.Error("the truth labels the clips the wrong way round")
	}
}

func TestKinds(t *testing.T) {
	for name, o := range map[string]Options{
		"swap":     {Swap: true},
		"silent":   {Silent: true},
		"no sound": {NoSound: true},
		"no face":  {NoFace: true},
		"still":    {MouthShut: true},
	} {
		t.Run(name, func(t *testing.T) {
			o.Seconds, o.Width, o.Height = 2, 160, 120
			s := plan(t, o)
			if s.Truth().Genuine {
				t.Error("the truth labels the clip genuine")
			}
			loudest := slices.Max(s.levels())
			if quiet := loudest < -45; quiet != (o.Silent || o.NoSound) {
				t.Errorf("loudest frame at %.0f dB", loudest)
			}
			moves := slices.ContainsFunc(s.Truth().Frames, func(f Frame) bool { return f.Open > 3 })
			if moves == o.MouthShut {
				t.Errorf("mouth moves: %v, want the opposite", moves)
			}
			path := filepath.Join(t.TempDir(), "a.mp4")
			if err := s.Write(context.Background(), path); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestTextIsSaid(t *testing.T) {
	s := plan(t, Options{Text: "Hello there. How are you? Fine; thanks!"})
	var said []string
	for _, l := range s.MouthLines {
		said = append(said, l.Text)
	}
	if want := []string{"Hello there.", "How are you?", "Fine;", "thanks!"}; !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
	if _, err := Plan(context.Background(), Options{Text: " ... "}); err == nil {
		t.Error("a text without words gave no error")
	}
}

// TestInterrupted checks that a cancelled clip leaves no file.
func TestInterrupted(t *testing.T) {
	s := plan(t, Options{Seconds: 2})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	path := filepath.Join(t.TempDir(), "a.mp4")
	if err := s.Write(ctx, path); err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if left, _ := filepath.Glob(path); len(left) > 0 {
		t.Error("a file was left")
	}
	if err := s.draw(ctx, io.Discard); err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}
