package video

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A stderrLog keeps a bounded number of distinct lines of ffmpeg's standard error: for a
// damaged hour of video, ffmpeg repeats the same line thousands of times.
type stderrLog struct {
	mu      sync.Mutex
	partial []byte
	lines   []string // the first and then the newest, in order, all different
}

const (
	maxLogLine  = 400 // bytes kept of a line, more than ffmpeg's usual messages have
	maxLogLines = 12  // half of them from the start, so that a user can read all
)

// Write adds output of ffmpeg; it never fails.
func (l *stderrLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(b)
	for {
		i := bytes.IndexAny(b, "\n\r")
		if i < 0 {
			break
		}
		l.add(string(l.partial) + string(b[:i]))
		l.partial, b = l.partial[:0], b[i+1:]
	}
	if room := maxLogLine - len(l.partial); room > 0 {
		l.partial = append(l.partial, b[:min(room, len(b))]...)
	}
	return n, nil
}

// logPrefix matches addresses such as "[h264 @ 0x55d0c8] ", which mean nothing to a user and
// differ from run to run.
var logPrefix = regexp.MustCompile(`^(\[[^\]]* @ 0x[0-9a-f]+\] ?|\[(warning|error|fatal|panic)\] ?)+`)

// generic lists the lines with which ffmpeg ends, after a line that names the cause.
var generic = []string{"Invalid data found when processing input", "Conversion failed!"}

func (l *stderrLog) add(s string) {
	s = logPrefix.ReplaceAllString(s, "")
	s = strings.TrimSpace(strings.ToValidUTF8(s, "?"))
	if len(s) > maxLogLine {
		s = strings.ToValidUTF8(s[:maxLogLine], "")
	}
	if s == "" {
		return
	}
	for _, old := range l.lines {
		if old == s {
			return
		}
	}
	if len(l.lines) == maxLogLines {
		// The first lines name the cause, the last lines its consequences.
		half := maxLogLines / 2
		l.lines = append(l.lines[:half], l.lines[half+1:]...)
	}
	l.lines = append(l.lines, s)
}

// all returns the lines so far, without the path of the file.
func (l *stderrLog) all(in *input) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.partial) > 0 {
		l.add(string(l.partial))
		l.partial = l.partial[:0]
	}
	out := make([]string, 0, len(l.lines))
	for _, s := range l.lines {
		out = append(out, strings.TrimPrefix(strings.TrimPrefix(in.named(s), "file:"), in.path+": "))
	}
	return out
}

// has reports whether a line contains a text.
func (l *stderrLog) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.lines, func(s string) bool { return strings.Contains(s, text) }) || strings.Contains(string(l.partial), text)
}

// last returns the last line that is not generic, or else the first; "" if there is none.
func (l *stderrLog) last(in *input) string {
	lines := l.all(in)
	for i := len(lines) - 1; i > 0; i-- {
		if !slices.Contains(generic, lines[i]) {
			return lines[i]
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}
