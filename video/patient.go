package video

import (
	"os"
	"time"
)

const (
	// enoughSound is how many bytes of sound are not waited for more with: a second.
	enoughSound = 1 << 15
	// soundPause is how long the reader rests between two looks.
	soundPause = 20 * time.Millisecond
)

// A patient reads a pipe of sound in large pieces. ffmpeg writes little at a time, and a reader that takes
// each piece as it comes makes the two change places for it. So it looks
// into the pipe and waits as long as what is there grows.
type patient struct{ *os.File }

// Read reads what is there into b, or waits for something. It ends with an error
// when the file is closed meanwhile.
func (p patient) Read(b []byte) (int, error) {
	enough := min(len(b), enoughSound)
	for last := -1; ; time.Sleep(soundPause) {
		ready, now, err := look(p.File)
		switch {
		case err != nil:
			return 0, err
		case ready && (now >= enough || now == last || now == 0):
			return p.File.Read(b)
		case ready:
			last = now
		}
	}
}
