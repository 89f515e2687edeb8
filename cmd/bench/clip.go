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

// loopLength is the part of the clip that is repeated: enough for several
// sentences, little enough to encode once.
const loopLength = 10 * time.Second

// A maker makes clips of any length from one clip of speech. It keeps them.
type maker struct {
	folder  string
	from    string
	bitrate string // of the picture, as ffmpeg reads it
}

// loop returns a clip of 1280x720 at 25 pictures a second, H.264 and AAC, that
// repeats the first ten seconds of the maker's clip. It has the bit rate given:
// a drawn picture that is left to itself takes so few bits that decoding it costs
// less than any real video does.
func (m maker) loop(ctx context.Context, length time.Duration) (path string, err error) {
	if err := os.MkdirAll(m.folder, 0o777); err != nil {
		return "", err
	}
	part := filepath.Join(m.folder, "loop-"+m.bitrate+".mov")
	if !newer(part, m.from) {
		// A clip shorter than ten seconds is repeated before it is cut.
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
	// The sound is encoded whole: AAC that is repeated as it is begins each time
	// with the encoder's run-in and slides away from the picture.
	return path, ffmpeg(ctx, path, "-stream_loop", "-1", "-i", part, "-t", seconds(length), "-c:v", "copy", "-c:a", "aac", "-b:a", "128k")
}

// newer tells whether a file is there and was made after another.
func newer(path, than string) bool {
	p, err := os.Stat(path)
	if err != nil {
		return false
	}
	t, err := os.Stat(than)
	return err == nil && p.ModTime().After(t.ModTime())
}

// ffmpeg writes path, which is not there unless ffmpeg came to its end.
func ffmpeg(ctx context.Context, path string, args ...string) error {
	unfinished := filepath.Join(filepath.Dir(path), "unfinished"+filepath.Ext(path))
	args = append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y"}, append(args, unfinished)...)
	if out, err := exec.CommandContext(ctx, "ffmpeg", args...).CombinedOutput(); err != nil {
		os.Remove(unfinished)
		return fmt.Errorf("making %q: %w: %s", path, err, bytes.TrimSpace(out))
	}
	return os.Rename(unfinished, path)
}

// seconds writes a duration as ffmpeg reads it.
func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
