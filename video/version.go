package video

import (
	"bytes"
	"context"
	"regexp"
	"time"
)

var ffmpegVersion = regexp.MustCompile(`^ffmpeg version (\S+)`)

// FFmpegVersion returns the version of the ffmpeg on the PATH, such as "5.1.9-0+deb12u1"; "" if
// there is none.
func FFmpegVersion(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var out bytes.Buffer
	cmd := command(ctx, "ffmpeg", "-version")
	cmd.Stdout = &out
	if run(cmd) != nil {
		return ""
	}
	m := ffmpegVersion.FindSubmatch(out.Bytes())
	if m == nil {
		return ""
	}
	return string(m[1])
}
