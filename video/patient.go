package video

import (
	"os"
	"time"
)

// A patient reads a pipe in large pieces. ffmpeg writes little at a time, and a reader that takes
// each piece as it comes makes the two change places for it. So it looks
// into the pipe and waits as long as what is there grows.
type patient struct {
	*os.File
	enough int           // bytes that are not waited for more with
	pause  time.Duration // between two looks
}

// Sound may wait until there is a second of it; a note is waited for by whoever has the picture.
func patientSound(f *os.File) *patient { return &patient{f, 1 << 15, 20 * time.Millisecond} }
func patientNotes(f *os.File) *patient { return &patient{f, 1, time.Millisecond} }

// shortPause is what the thread is blocked for. In longer ones others may use it.
const shortPause = 5 * time.Millisecond

func (p *patient) rest() {
	if p.pause > shortPause {
		time.Sleep(p.pause)
	} else {
		nap(p.pause)
	}
}

// Read reads what is there into b, or waits for something. It ends with an error
// when the file is closed meanwhile.
func (p *patient) Read(b []byte) (int, error) {
	enough := min(len(b), p.enough)
	for last := -1; ; p.rest() {
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
