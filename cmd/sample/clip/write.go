package clip

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/deepcheck/deepcheck/cmd/sample/face"
	"github.com/deepcheck/deepcheck/cmd/sample/speech"
)

// ErrNoEncoder means that the ffmpeg program is not installed.
var ErrNoEncoder = errors.New("ffmpeg not found: install it with: sudo apt-get install ffmpeg")

// Write draws the clip and encodes it with ffmpeg to the file path. The extension of
// path selects the container. Write overwrites an existing file. On an error or if ctx
// ends, it removes the file.
func (s *Script) Write(ctx context.Context, path string) (err error) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		return ErrNoEncoder
	}
	args := []string{"-y", "-nostdin", "-loglevel", "error",
		"-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", fmt.Sprintf("%dx%d", s.Width, s.Height),
		"-framerate", fmt.Sprint(FrameRate), "-i", "pipe:0"}
	if !s.NoSound {
		// The sound comes from a file: with two pipes, ffmpeg could wait for pictures
		// while the writer of the sound waits for ffmpeg.
		wav, err := s.soundFile()
		if err != nil {
			return err
		}
		defer os.Remove(wav)
		args = append(args, "-i", wav, "-map", "0:v", "-map", "1:a", "-c:a", "aac", "-b:a", "112k", "-ar", "44100")
	}
	args = append(args, "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p",
		"-fflags", "+bitexact", "-flags", "+bitexact", "file:"+path)
	cmd := exec.CommandContext(ctx, ffmpeg, args...)
	var report bytes.Buffer
	cmd.Stderr = &report
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	drawn := s.draw(ctx, in)
	in.Close()
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case err != nil:
		line, _, _ := strings.Cut(strings.TrimSpace(report.String()), "\n")
		if line == "" {
			line = err.Error()
		}
		err = fmt.Errorf("writing %q: ffmpeg: %s", path, line)
	default:
		err = drawn
	}
	if err != nil {
		os.Remove(path)
	}
	return err
}

// draw writes the frames as RGB, (frames, height, width, 3).
func (s *Script) draw(ctx context.Context, w io.Writer) error {
	actor := face.NewActor(s.Look, s.Width, s.Height)
	buf := make([]byte, 3*s.Width*s.Height)
	for i := range s.frames {
		if err := ctx.Err(); err != nil {
			return err
		}
		t := float64(i) / FrameRate
		if s.NoFace {
			actor.DrawEmpty(buf, i)
		} else {
			actor.Draw(buf, i, t, s.Mouth.At(t))
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	return nil
}

// soundFile writes the sound to a temporary WAV file and returns its name.
func (s *Script) soundFile() (path string, err error) {
	f, err := os.CreateTemp("", "sample-*.wav")
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	size := 2 * len(s.sound)
	b.WriteString("RIFF")
	put := func(v any) { binary.Write(&b, binary.LittleEndian, v) }
	put(uint32(36 + size))
	b.WriteString("WAVEfmt ")
	put(uint32(16))
	put([]uint16{1, 1}) // PCM, mono
	put([]uint32{speech.Rate, 2 * speech.Rate})
	put([]uint16{2, 16})
	b.WriteString("data")
	put(uint32(size))
	for _, v := range s.sound {
		put(int16(v * 32767))
	}
	_, err = f.Write(b.Bytes())
	if err := errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}
