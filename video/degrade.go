package video

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
)

// A Degradation describes how sharing degrades a clip. The zero value re-encodes the clip with
// the encoders' defaults.
type Degradation struct {
	Height       int     // pixels; higher pictures are reduced to this height; 0 keeps them
	CRF          int     // x264's constant rate factor, 1..51; 0 means x264's default, 23
	SoundBitRate int     // of AAC, bits/s; 0 means the encoder's default
	FrameRate    float64 // pictures/s; 0 keeps the rate
	Noise        float64 // RMS of white noise added to the sound, re full scale; 0 adds none
}

// Degrade re-encodes the first picture and sound stream of a file as H.264 and AAC in MP4. The
// same ffmpeg always writes the same bytes. Errors are ErrNoFFmpeg, that of ctx, or one that
// names the file and repeats ffmpeg's message.
func Degrade(ctx context.Context, from, to string, d Degradation) error {
	args := []string{"-v", "error", "-nostdin", "-y", "-protocol_whitelist", "file,pipe", "-i", "file:" + from}
	sound := "[0:a:0]anull[a]"
	if d.Noise > 0 {
		const sqrt3 = 1.7320508 // uniform noise of amplitude a has the RMS a/√3
		sound = fmt.Sprintf("anoisesrc=color=white:seed=1:sample_rate=16000:amplitude=%.6f[n];[0:a:0]aresample=16000[s];[s][n]amix=inputs=2:duration=first:normalize=0[a]", min(d.Noise*sqrt3, 1))
	}
	picture := "[0:v:0]"
	if d.FrameRate > 0 {
		picture += fmt.Sprintf("fps=%g,", d.FrameRate)
	}
	if d.Height > 0 {
		picture += fmt.Sprintf("scale=-2:'min(%d,ih)',", d.Height)
	}
	args = append(args, "-filter_complex", sound+";"+picture+"format=yuv420p[v]", "-map", "[v]", "-map", "[a]",
		"-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-c:a", "aac", "-flags", "+bitexact", "-map_metadata", "-1")
	if d.CRF > 0 {
		args = append(args, "-crf", strconv.Itoa(d.CRF))
	}
	if d.SoundBitRate > 0 {
		args = append(args, "-b:a", strconv.Itoa(d.SoundBitRate))
	}
	cmd := command(ctx, "ffmpeg", append(args, "-f", "mp4", "file:"+to)...)
	log := &stderrLog{}
	cmd.Stderr = log
	if err := cmd.Run(); err != nil {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, exec.ErrNotFound):
			return ErrNoFFmpeg
		}
		return fmt.Errorf("re-encoding %q: %s", from, log.last(&input{path: from}))
	}
	return nil
}
