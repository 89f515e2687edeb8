package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// loopLength is the length of the part of the clip that is repeated: long enough
// for several sentences, short enough to encode quickly.
const loopLength = 10 * time.Second

// A maker makes clips of any length from one clip of speech and keeps them for
// later runs.
type maker struct {
	folder  string // holds the clips made
	from    string // path of the clip of speech
	bitrate string // of the video stream, in ffmpeg's notation ("2500k")
}

// loop returns the path of a clip that repeats the first ten seconds of m.from:
// 1280x720, 25 frames/s, H.264 and AAC. The bit rate is fixed, because a drawn
// picture encoded at constant quality takes so few bits that decoding costs less
// than for any real video.
func (m maker) loop(ctx context.Context, length time.Duration) (path string, err error) {
	if err := os.MkdirAll(m.folder, 0o777); err != nil {
		return "", err
	}
	part := filepath.Join(m.folder, "loop-"+m.bitrate+".mov")
	if !newer(part, m.from) {
		// -stream_loop repeats a clip that is shorter than ten seconds.
		err := ffmpeg(ctx, part, "-stream_loop", "-1", "-i", m.from, "-t", seconds(loopLength),
			"-vf", "scale=1280:720:force_original_aspect_ratio=decrease,pad=1280:720:-1:-1,setsar=1,fps=25", "-pix_fmt", "yuv420p",
			"-c:v", "libx264", "-preset", "medium", "-b:v", m.bitrate, "-maxrate", m.bitrate, "-bufsize", m.bitrate, "-c:a", "pcm_s16le", "-ac", "2", "-ar", "48000")
		if err != nil {
			return "", err
		}
	}
	path = filepath.Join(m.folder, fmt.Sprintf("%gs-%s.mp4", length.Seconds(), m.bitrate))
	if newer(path, part) {
		return path, nil
	}
	// The sound is looped as PCM and encoded in one go: each repetition of an AAC
	// stream starts with the encoder's priming samples, so that the sound would
	// drift against the picture.
	return path, ffmpeg(ctx, path, "-stream_loop", "-1", "-i", part, "-t", seconds(length), "-c:v", "copy", "-c:a", "aac", "-b:a", "128k")
}

// newer reports whether path exists and was modified after than.
func newer(path, than string) bool {
	p, err := os.Stat(path)
	if err != nil {
		return false
	}
	t, err := os.Stat(than)
	return err == nil && p.ModTime().After(t.ModTime())
}

// ffmpeg runs ffmpeg with path as its output. path appears only if ffmpeg
// succeeds.
func ffmpeg(ctx context.Context, path string, args ...string) error {
	unfinished := filepath.Join(filepath.Dir(path), "unfinished"+filepath.Ext(path))
	args = append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y"}, append(args, unfinished)...)
	if out, err := exec.CommandContext(ctx, "ffmpeg", args...).CombinedOutput(); err != nil {
		os.Remove(unfinished)
		return fmt.Errorf("making %q: %w: %s", path, err, bytes.TrimSpace(out))
	}
	return os.Rename(unfinished, path)
}

// seconds formats a duration for ffmpeg.
func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
