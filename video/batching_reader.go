package video

import (
	"os"
	"time"
)

const (
	// enoughSound is how many bytes end the wait for more: about one second of sound.
	enoughSound = 1 << 15
	// soundPause is the pause between two checks of the pipe.
	soundPause = 20 * time.Millisecond
)

// A batchingReader reads a pipe of sound in large pieces. ffmpeg writes small pieces, and a
// reader that took each one at once would force a context switch every time. A batchingReader
// therefore checks how much the pipe holds and waits as long as this grows.
type batchingReader struct{ *os.File }

// Read reads the contents of the pipe into b, or waits for some. It returns an error if the
// file is closed during the wait.
func (r batchingReader) Read(b []byte) (int, error) {
	enough := min(len(b), enoughSound)
	for last := -1; ; time.Sleep(soundPause) {
		ready, now, err := look(r.File)
		switch {
		case err != nil:
			return 0, err
		case ready && (now >= enough || now == last || now == 0):
			return r.File.Read(b)
		case ready:
			last = now
		}
	}
}
